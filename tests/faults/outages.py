"""Networks that break, servers that restart, clocks that are set."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from fakes.clients import SHORT, endpoint
from fakes.recording import Reply
from fakes.studio import VERSION
from overpaint import Client, OverpaintError
from overpaint.errors import JournalError
from overpaint.journal import Journal

from .host import picture, selection
from .lab import KEY, Lab, Outcome, hold

__all__ = ["CUTS", "clock_changed", "clock_jumped", "cut", "restarted"]

PATIENCE = replace(SHORT, deadline=60.0, answer=2.0, longest_answer=4.0, outage=0.3, largest=2**26)
CUTS: dict[str, Reply] = {
    "hangs up": Reply(hang_up=True),
    "cut half-way": Reply(200, b"{", announce=10_000),
    "silent": Reply(stall=9.0),
    "garbage": Reply(raw=b"\x00\xff not http \r\n\r\n"),
    "500": Reply(500, {"detail": "broken"}),
}


def cut(stage: str, replies: Sequence[Reply]) -> Outcome:
    """Cut the network at a stage and from then on, until it is back and the job taken up again."""
    with Lab() as lab:
        if stage == "list":
            lab.studio.fail("create", Reply(hang_up=True))
        lab.studio.fail(stage, *replies)
        refused, got, journal = tried(lab)
        lab.studio.faults.clear()
        if not got:
            got, refused = taken_up(lab, journal)
        journal.close()
        return lab.outcome(got, refused=refused)


def restarted(stage: str, *, forgets: bool) -> Outcome:
    """Restart the server while a job stands at a stage, with or without its memory."""
    with Lab() as lab:
        hold(lab, stage)
        found: list[tuple[bool, int, Journal]] = []
        thread = threading.Thread(target=lambda: found.append(tried(lab)))
        thread.start()
        assert lab.studio.reached(stage)
        lab.restart(forgets=forgets)
        thread.join()
        ((refused, got, journal),) = found
        if not got:
            got, refused = taken_up(lab, journal)
        journal.close()
        return lab.outcome(got, refused=refused)


def clock_changed(stage: str, by: float) -> Outcome:
    """Set the clock between a job's begin and its being taken up again."""
    with Lab() as lab:
        lab.studio.fail(stage, *[Reply(hang_up=True)] * 99)
        refused, got, journal = tried(lab)
        journal.close()
        lab.studio.faults.clear()
        for run in lab.studio.runs.values():
            assert run.created_at
        changed = Journal(lab.data / "journal", clock=lambda: time.time() + by)
        if not got:
            got, refused = taken_up(lab, changed)
        changed.close()
        return lab.outcome(got, refused=refused)


def clock_jumped(stage: str, by: float) -> Outcome:
    """Set the clock while a job stands at a stage, as its own process sees it."""
    with Lab() as lab:
        ahead = [0.0]
        lab.studio.hold(stage)
        found: list[int] = []
        journal = Journal(lab.data / "journal", clock=lambda: time.time() + ahead[0])

        def run() -> None:
            with client(lab, journal) as one:
                image = one.inpaint(picture(), selection(), prompt="a bench").image
            found.append(painted(lab, image))

        thread = threading.Thread(target=run)
        thread.start()
        assert lab.studio.reached(stage)
        ahead[0] = by
        journal.tidy()  # as another process's start does
        lab.studio.let_go()
        thread.join()
        journal.close()
        return lab.outcome(sum(found))


def tried(lab: Lab) -> tuple[bool, int, Journal]:
    """Paint once with the library: whether it refused in words, results, and the journal."""
    journal = Journal(lab.data / "journal")
    try:
        with client(lab, journal) as one:
            return (
                False,
                painted(lab, one.inpaint(picture(), selection(), prompt="a bench").image),
                journal,
            )
    except OverpaintError as error:
        return bool(error.message), 0, journal


def taken_up(lab: Lab, journal: Journal) -> tuple[int, bool]:
    """Take up what a try has left over: results, and whether it is refused in words."""
    got, refused = 0, True
    for row in journal.undelivered():
        try:
            taken = journal.take(row.id)
            with client(lab, journal) as one:
                got += painted(lab, one.resume(taken).image)
            taken.entry.delivered()
        except (OverpaintError, JournalError) as error:
            refused = bool(error.message)
    assert all(row.is_settled for row in journal.rows()) or not got
    return got, refused


def painted(lab: Lab, image: Any) -> int:  # noqa: ANN401  a Pillow image
    """One, if it is what the endpoint painted and the rest is as it was."""
    pixels, kept = np.asarray(image), selection() == 0
    assert (pixels[kept] == picture()[kept]).all()
    assert tuple(pixels[50, 65]) in {run.color for run in lab.studio.runs.values()}
    return 1


def client(lab: Lab, journal: Journal) -> Client:
    place = endpoint(f"{lab.studio.url}/v1", version=VERSION, token=KEY)
    return Client(place, patience=PATIENCE, journal=journal)
