"""Every cell: a stage, a fault, and what becomes of the result."""

from __future__ import annotations

import os
import resource
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np

from fakes.clients import SHORT, endpoint
from fakes.recording import Reply
from fakes.studio import VERSION
from overpaint import Client, OverpaintError
from overpaint.errors import JournalError
from overpaint.journal import Journal

from .host import picture, selection
from .lab import KEY, Lab, Outcome, kill, stopped

__all__ = ["CELLS", "Cell"]

Run: TypeAlias = Callable[[], Outcome]
Victim: TypeAlias = Literal["worker", "host", "both"]
STAGES = ("asked", "create", "poll", "fetch")
PATIENCE = replace(SHORT, deadline=60.0, answer=2.0, longest_answer=4.0, outage=0.3, largest=2**26)
YEAR = 365 * 86_400.0


@dataclass(frozen=True)
class Cell:
    """One cell of the table.

    Attributes:
        who: what is hit: an editor, the command line, or the library.
        stage: where.
        fault: by what.
        run: makes it happen.
        quick: also one of the tests.
    """

    who: str
    stage: str
    fault: str
    run: Run
    quick: bool = False

    @property
    def name(self) -> str:
        return f"{self.who}: {self.fault} at {self.stage}"


def killed_editor(stage: str, victim: Victim) -> Outcome:
    """Kill an editor, its worker or both; another editor asks what is left over."""
    with Lab() as lab:
        hold(lab, stage)
        host = lab.editor()
        worker = host.hear("started")["worker"]
        with stopped(lab, stage, host):
            if victim in ("worker", "both"):
                kill(worker)
            if victim in ("host", "both"):
                host.kill()
        assert lab.is_gone(worker), "an orphan is left"
        lab.go_on()
        lab.studio.let_go()
        if victim == "worker":
            host.end()
        got = lab.taken(host)
        before = got or lab.recovered()
        return lab.outcome(before, refused=not before)


def killed_delivery(stage: str, victim: Victim) -> Outcome:
    """Kill the editor that recovers what another left behind; a third gets it."""
    with Lab() as lab:
        lab.studio.hold("poll")
        first = lab.editor()
        with stopped(lab, "poll", first):
            kill(first.hear("started")["worker"])
        first.end()
        lab.studio.let_go()
        hold(lab, stage)
        second = lab.host("recover")
        worker = second.hear("started")["worker"]
        with stopped(lab, stage, second):
            if victim in ("worker", "both"):
                kill(worker)
            if victim in ("host", "both"):
                second.kill()
        assert lab.is_gone(worker), "an orphan is left"
        lab.go_on()
        lab.studio.let_go()
        if victim == "worker":
            second.end()
        got = lab.taken(second) or lab.recovered()
        return lab.outcome(got, refused=not got)


def killed_embedded(stage: str, victim: Victim) -> Outcome:
    """Kill an editor that paints inside; nothing was paid, and nothing stays behind."""
    with Lab() as lab:
        lab.stop_at(stage)
        host = lab.editor("embedded")
        worker = host.hear("started")["worker"]
        with stopped(lab, stage, host):
            if victim in ("worker", "both"):
                kill(worker)
            if victim in ("host", "both"):
                host.kill()
        assert lab.is_gone(worker), "an orphan is left"
        lab.go_on()
        if victim == "worker":
            host.end()
        got = lab.taken(host) or lab.recovered()
        return lab.outcome(got, refused=not got)


def hold(lab: Lab, stage: str) -> None:
    if stage in ("needs", "output"):
        lab.stop_at(stage)
    else:
        lab.studio.hold(stage)


def killed_command(stage: str) -> Outcome:
    """Kill `overpaint fill`; `overpaint jobs resume` gets what it had begun."""
    with Lab() as lab:
        lab.studio.hold(stage)
        command = lab.fill()
        with stopped(lab, stage, command):
            command.kill()
        lab.studio.let_go()
        got = lab.resumed()
        return lab.outcome(got, refused=not got)


def killed_script(stage: str, kind: str) -> Outcome:
    """Kill a script that uses one of the clients."""
    with Lab() as lab:
        lab.studio.hold(stage)
        script = lab.start("-m", "faults.script", kind, str(lab.folder))
        with stopped(lab, stage, script):
            script.kill()
        lab.studio.let_go()
        got = lab.resumed()
        return lab.outcome(got, refused=not got)


def killed_resume(stage: str) -> Outcome:
    """Kill `overpaint jobs resume` itself."""
    with Lab() as lab:
        lab.studio.hold("poll")
        command = lab.fill()
        with stopped(lab, "poll", command):
            command.kill()
        lab.studio.let_go()
        lab.studio.hold(stage)
        second = lab.start("-m", "overpaint", "jobs", "resume", "-o", "results/first", "--json")
        with stopped(lab, stage, second):
            second.kill()
        lab.studio.let_go()
        got = lab.resumed()
        return lab.outcome(got, refused=not got)


def interrupted_command(stage: str) -> Outcome:
    """Ctrl-C in `overpaint fill`: canceled at the endpoint, unless it was painted already."""
    with Lab() as lab:
        lab.studio.polls = 1 if stage == "fetch" else 10**6
        lab.studio.hold(stage)
        command = lab.fill()
        with stopped(lab, stage, command):
            command.popen.send_signal(2)
        lab.studio.let_go()
        code = command.end()
        got = lab.resumed()
        return lab.outcome(got, refused=code == 130)


def cut(stage: str, replies: Sequence[Reply]) -> Outcome:
    """Cut the network at a stage and from then on, until it is back and the job taken up again."""
    with Lab() as lab:
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
        lab.studio.hold(stage)
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


def disk_full(when: str, who: str) -> Outcome:
    """Let nothing be written any more, before the create or after it."""
    with Lab() as lab:
        if when != "start":
            lab.studio.hold(when)
        process = lab.start(
            *("-m", "faults.script", who, str(lab.folder)),
            *(["--full"] if when == "start" else []),
        )
        if when != "start":
            assert lab.studio.reached(when)
            resource.prlimit(process.popen.pid, resource.RLIMIT_FSIZE, (0, 0))
            lab.studio.let_go()
        code = process.end()
        got = len(process.said("painted")) or lab.resumed()
        refused = bool(process.said("refused")) or bool(code)
        return lab.outcome(got, refused=refused)


def read_only() -> Outcome:
    """Let the journal's folder be read-only."""
    with Lab() as lab, mounted_read_only(lab.data):
        process = lab.start("-m", "faults.script", "Client", str(lab.folder))
        process.end()
        return lab.outcome(len(process.said("painted")), refused=bool(process.said("refused")))


def taken_away(stage: str) -> Outcome:
    """Take the journal's folder away in the midst of a job: a drive that was unplugged."""
    with Lab() as lab:
        lab.studio.hold(stage)
        process = lab.start("-m", "faults.script", "Client", str(lab.folder))
        assert lab.studio.reached(stage)
        (lab.data / "journal").rename(lab.data / "elsewhere")
        lab.studio.let_go()
        process.end()
        return lab.outcome(len(process.said("painted")), refused=bool(process.said("refused")))


@contextmanager
def mounted_read_only(folder: Path) -> Iterator[None]:
    """Make a folder read-only: root may write anywhere, so for root it is mounted so."""
    if os.geteuid() != 0:
        folder.chmod(0o500)
        yield
        folder.chmod(0o700)
        return
    subprocess.run(["mount", "--bind", folder, folder], check=True)  # noqa: S607
    try:
        command = ["mount", "-o", "remount,bind,ro", str(folder)]
        subprocess.run(command, check=True)
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)  # noqa: S607


def two_recover() -> Outcome:
    """Two editors ask for what is left over at once: one gets it."""
    with Lab() as lab:
        lab.studio.hold("poll")
        first = lab.editor()
        with stopped(lab, "poll", first):
            kill(first.hear("started")["worker"])
        first.end()
        lab.studio.let_go()
        editors = [lab.host("recover"), lab.host("recover")]
        for editor in editors:
            editor.end()
        got = sum(lab.taken(editor) for editor in editors)
        assert got == 1, "both were handed it" if got else "nobody was handed it"
        return lab.outcome(got)


def two_resume() -> Outcome:
    """Two shells resume at once: one gets it."""
    with Lab() as lab:
        lab.studio.hold("poll")
        command = lab.fill()
        with stopped(lab, "poll", command):
            command.kill()
        lab.studio.let_go()
        shells = [
            lab.start("-m", "overpaint", "jobs", "resume", "-o", f"results/{name}", "--json")
            for name in ("a", "b")
        ]
        for shell in shells:
            shell.end()
        got = len(list(lab.results.glob("*/*.png")))
        assert got == 1
        return lab.outcome(got)


def two_editors(victim: Victim) -> Outcome:
    """One of two editors is killed; the other goes on, and the first's result is had later."""
    with Lab() as lab:
        lab.studio.hold("poll")
        one, other = lab.editor(), lab.editor()
        for editor in (one, other):
            editor.hear("accepted")
        while len(lab.studio.runs) < 2:
            assert lab.studio.reached("poll")
        worker = one.hear("started")["worker"]
        if victim in ("worker", "both"):
            kill(worker)
        if victim in ("host", "both"):
            one.kill()
        assert lab.is_gone(worker), "an orphan is left"
        lab.studio.let_go()
        other.end()
        if victim == "worker":
            one.end()
        got = lab.taken(other) + lab.recovered()
        return lab.outcome(got, asked=2)


def recover_while_running() -> Outcome:
    """An editor that asks while another's job runs is not offered it."""
    with Lab() as lab:
        lab.studio.hold("poll")
        busy = lab.editor()
        with stopped(lab, "poll", busy):
            other = lab.host("recover")
            other.end()
            assert other.said("recovered")[0]["jobs"] == []
        lab.studio.let_go()
        busy.end()
        return lab.outcome(lab.taken(busy))


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


CUTS: dict[str, Reply] = {
    "hangs up": Reply(hang_up=True),
    "cut half-way": Reply(200, b"{", announce=10_000),
    "silent": Reply(stall=9.0),
    "garbage": Reply(raw=b"\x00\xff not http \r\n\r\n"),
    "500": Reply(500, {"detail": "broken"}),
}


def cells() -> Iterator[Cell]:
    victims: tuple[Victim, ...] = ("worker", "host", "both")
    for stage in ("needs", *STAGES, "output"):
        for victim in victims:
            quick = (stage, victim) in {("create", "both"), ("poll", "worker"), ("output", "host")}
            run = partial(killed_editor, stage, victim)
            yield Cell("editor", stage, f"kill -9 {victim}", run, quick)
    for stage in ("poll", "fetch", "output"):
        for victim in victims:
            yield Cell(
                "recovering editor",
                stage,
                f"kill -9 {victim}",
                partial(killed_delivery, stage, victim),
            )
    for stage in ("needs", "output"):
        for victim in victims:
            yield Cell(
                "editor, engine inside",
                stage,
                f"kill -9 {victim}",
                partial(killed_embedded, stage, victim),
            )
    for stage in STAGES:
        yield Cell(
            "overpaint fill", stage, "kill -9", partial(killed_command, stage), stage == "create"
        )
        yield Cell("overpaint fill", stage, "Ctrl-C", partial(interrupted_command, stage))
        for kind in ("Client", "AsyncClient"):
            yield Cell(kind, stage, "kill -9", partial(killed_script, stage, kind))
    for stage in ("poll", "fetch"):
        yield Cell("overpaint jobs resume", stage, "kill -9", partial(killed_resume, stage))
    for stage in STAGES:
        for name, reply in CUTS.items():
            yield Cell(
                "network",
                stage,
                f"{name}, for good",
                partial(cut, stage, [reply] * 99),
                stage == "fetch" and name == "hangs up",
            )
            yield Cell("network", stage, f"{name}, once", partial(cut, stage, [reply]))
        for forgets in (False, True):
            name = "restarted, memory lost" if forgets else "restarted"
            yield Cell(
                "server",
                stage,
                name,
                partial(restarted, stage, forgets=forgets),
                stage == "poll" and not forgets,
            )
    for stage in ("create", "poll", "fetch"):
        for by, name in ((YEAR, "a year on"), (-YEAR, "a year back")):
            yield Cell(
                "clock", stage, name, partial(clock_changed, stage, by), stage == "poll" and by > 0
            )
    yield Cell("disk", "start", "read-only", read_only)
    for when in ("start", *STAGES):
        yield Cell("disk", when, "full", partial(disk_full, when, "Client"), when == "poll")
    for stage in STAGES:
        yield Cell("disk", stage, "unplugged", partial(taken_away, stage))
    yield Cell("two editors", "recover", "at once", two_recover, quick=True)
    yield Cell("two shells", "resume", "at once", two_resume)
    for victim in victims:
        yield Cell("two editors", "poll", f"kill -9 {victim} of one", partial(two_editors, victim))
    yield Cell("two editors", "poll", "one asks, one works", recover_while_running)


CELLS = tuple(cells())
