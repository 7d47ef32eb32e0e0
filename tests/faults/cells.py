"""Every cell: a stage, a fault, and what becomes of the result."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from .disks import (
    disk_full,
    disk_full_for_editor,
    disk_full_for_resume,
    read_only,
    taken_away,
    turned_read_only,
)
from .kills import (
    interrupted_command,
    killed_batch,
    killed_command,
    killed_delivery,
    killed_editor,
    killed_embedded,
    killed_resume,
    killed_script,
)
from .lab import Outcome, Victim
from .outages import CUTS, clock_changed, clock_jumped, cut, restarted
from .rivals import recover_while_running, two_batches, two_editors, two_recover, two_resume

__all__ = ["CELLS", "Cell"]

Run: TypeAlias = Callable[[], Outcome]
STAGES = ("asked", "create", "poll", "fetch")
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


def cells() -> Iterator[Cell]:
    victims: tuple[Victim, ...] = ("worker", "host", "both")
    for stage in ("needs", *STAGES, "list", "output", "done"):
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
    yield Cell("overpaint fill", "list", "kill -9", partial(killed_command, "list"))
    for stage in (*STAGES, "list"):
        yield Cell("overpaint batch", stage, "kill -9", partial(killed_batch, stage, fetched=False))
    for stage in ("create", "poll", "fetch"):
        yield Cell(
            "overpaint batch",
            stage,
            "kill -9, fetched",
            partial(killed_batch, stage, fetched=True),
            stage == "poll",
        )
    yield Cell("two shells", "poll", "one batch at once", two_batches)
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
    for name, reply in CUTS.items():
        yield Cell("network", "list", f"{name}, for good", partial(cut, "list", [reply] * 99))
    yield Cell("server", "list", "restarted", partial(restarted, "list", forgets=False))
    for stage in STAGES:
        for by, name in ((YEAR, "on"), (-YEAR, "back")):
            run = partial(clock_jumped, stage, by)
            yield Cell("clock", stage, f"a year {name} meanwhile", run)
    for stage in STAGES:
        for by, name in ((YEAR, "a year on"), (-YEAR, "a year back")):
            yield Cell(
                "clock", stage, name, partial(clock_changed, stage, by), stage == "poll" and by > 0
            )
    yield Cell("disk", "start", "read-only", read_only)
    for when in ("start", *STAGES):
        yield Cell("disk", when, "full", partial(disk_full, when, "Client"), when == "poll")
        if when != "start":
            yield Cell("disk of a worker", when, "full", partial(disk_full_for_editor, when))
    for stage in ("poll", "fetch"):
        yield Cell("disk of jobs resume", stage, "full", partial(disk_full_for_resume, stage))
    for stage in STAGES:
        yield Cell("disk", stage, "unplugged", partial(taken_away, stage))
        for what in ("data", "results"):
            run = partial(turned_read_only, stage, what)
            yield Cell(f"disk of {what}", stage, "read-only", run)
    yield Cell("two editors", "recover", "at once", two_recover, quick=True)
    yield Cell("two shells", "resume", "at once", two_resume)
    for victim in victims:
        yield Cell("two editors", "poll", f"kill -9 {victim} of one", partial(two_editors, victim))
    yield Cell("two editors", "poll", "one asks, one works", recover_while_running)


CELLS = tuple(cells())
