"""Predictions in flight and their history: the state machine, and how much of it is kept."""

from __future__ import annotations

import asyncio
import base64
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from overpaint.predictions import Status

from .published import Inputs, Published
from .settings import ServerSettings

__all__ = ["Run", "Runs", "now"]

LONGEST_LOGS = 64_000


def now() -> str:
    """The time as the real API writes it."""
    return written(datetime.now(UTC))


def written(time: datetime) -> str:
    """A time as the real API writes it."""
    return time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def new_id() -> str:
    """26 lower-case letters and digits, as the real API's ids are."""
    return base64.b32encode(secrets.token_bytes(17)).decode().lower().rstrip("=")[:26]


@dataclass(slots=True)
class Run:
    """One prediction on this server.

    Its status goes starting → processing → succeeded, failed or canceled, or from starting to
    aborted, and never back; the engine's thread writes logs only, everything else happens on the
    event loop.

    Attributes:
        base: the base URL its create came in by.
        inline: its outputs are shown as data URIs, as the create asked.
        shown: its end has been, outputs inside, so that whoever asked has all of it.
    """

    published: Published
    inputs: Inputs
    given: dict[str, Any]
    cancel_after: float | None = None
    base: str = ""
    inline: bool = False
    shown: bool = False
    id: str = field(default_factory=new_id)
    status: Status = Status.STARTING
    outputs: list[bytes] = field(default_factory=list)
    error: str | None = None
    created_at: str = field(default_factory=now)
    started_at: str | None = None
    completed_at: str | None = None
    removed: bool = False
    webhook: str | None = None
    webhook_events: frozenset[str] = frozenset()
    stop: threading.Event = field(default_factory=threading.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    clock: float = field(default_factory=time.monotonic)
    predict_seconds: float | None = None
    total_seconds: float | None = None
    _logs: list[str] = field(default_factory=list)
    _logged: int = 0

    @property
    def is_terminal(self) -> bool:
        """True when nothing more will happen."""
        return self.completed_at is not None

    @property
    def deadline(self) -> str | None:
        """When it will be stopped, if its create said so."""
        if self.cancel_after is None:
            return None
        created = datetime.fromisoformat(self.created_at)
        return written(created + timedelta(seconds=self.cancel_after))

    @property
    def size(self) -> int:
        """Bytes of its pictures: what it was given and what it has made."""
        given = len(self.inputs.image) + len(self.inputs.mask)
        return given + sum(len(output) for output in self.outputs)

    @property
    def logs(self) -> str:
        """Everything logged."""
        return "".join(self._logs)

    def log(self, line: str) -> None:
        """Add a line; what is too much is dropped, a run must not fill the memory."""
        if self._logged < LONGEST_LOGS:
            self._logs.append(line + "\n")
            self._logged += len(line) + 1

    def begin(self) -> None:
        """It is being painted."""
        self.status = Status.PROCESSING
        self.started_at = now()

    def end(self, status: Status, *, error: str | None = None) -> None:
        """It has ended, once and for all."""
        if self.is_terminal:
            return
        self.status, self.error = status, error
        self.completed_at = now()
        self.total_seconds = time.monotonic() - self.clock
        self.ended.set()

    def forget(self) -> None:
        """Drop the pictures, as the real API does after an hour."""
        self.outputs.clear()
        self.given = {}
        self.inputs = self.inputs.model_copy(update={"image": "", "mask": ""})
        self.removed = True


class Runs:
    """All of a server's predictions, newest last; bounded in number and age."""

    def __init__(self, settings: ServerSettings) -> None:
        self._settings = settings
        self._runs: OrderedDict[str, Run] = OrderedDict()

    def __iter__(self) -> Iterator[Run]:
        """Newest first."""
        self.tidy()
        return reversed(self._runs.values())

    def __len__(self) -> int:
        return len(self._runs)

    @property
    def waiting(self) -> int:
        """How many have not begun."""
        return sum(run.status is Status.STARTING for run in self._runs.values())

    @property
    def waiting_bytes(self) -> int:
        """Bytes of what has not begun."""
        return sum(run.size for run in self._runs.values() if run.status is Status.STARTING)

    @property
    def unfinished(self) -> list[Run]:
        """Those waiting or being painted, oldest first."""
        return [run for run in self._runs.values() if not run.is_terminal]

    def get(self, run_id: str) -> Run | None:
        """Find one by its id; many clients ask often, so the others are not looked at."""
        run = self._runs.get(run_id)
        if run is not None and self._is_old(run):
            run.forget()
        return run

    def add(self, run: Run) -> None:
        """Keep one; the oldest ended one goes when there are too many."""
        self.tidy()
        # From now on, not from when its body was read: the list is in the queue's order.
        run.created_at = now()
        self._runs[run.id] = run

    def tidy(self) -> None:
        """Drop expired pictures, and the oldest where there are too many or too large ones."""
        surplus = len(self._runs) - self._settings.keep_predictions
        excess = sum(run.size for run in self._runs.values()) - self._settings.keep_bytes
        for run in list(self._runs.values()):
            if not run.is_terminal:
                continue
            if (excess > 0 or self._is_old(run)) and not run.removed:
                excess -= run.size
                run.forget()
            if surplus > 0:
                del self._runs[run.id]
                surplus -= 1

        self._tidy_shown()

    def show(self, run: Run) -> None:
        """Whoever asked has seen how it ended; it goes the sooner."""
        run.shown = True
        self._tidy_shown()

    def _tidy_shown(self) -> None:
        """Drop pictures that their callers have, but for the newest."""
        room = self._settings.keep_shown_bytes
        if room is None:
            return
        for run in reversed(self._runs.values()):
            if run.shown and not run.removed:
                room -= run.size
                if room < 0:
                    run.forget()

    def _is_old(self, run: Run) -> bool:
        """Ended so long ago that its pictures go."""
        ended = run.clock + (run.total_seconds or 0.0)
        return run.is_terminal and time.monotonic() - ended > self._settings.keep_seconds
