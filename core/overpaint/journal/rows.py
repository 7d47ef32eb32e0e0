"""A job's row in the journal: its state, and what a list of jobs shows."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Self

from overpaint.errors import JournalError

__all__ = ["FINISHED", "SETTLED", "UNFINISHED", "Asker", "Row", "State"]


class State(StrEnum):
    """How far a job has come.

    `SHOWN`: an editor has its results, and the person has not yet decided about them.
    """

    INTENT = "intent"
    CREATED = "created"
    OUTPUTS = "outputs"
    SHOWN = "shown"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELED = "canceled"


UNFINISHED = frozenset({State.INTENT, State.CREATED})
FINISHED = frozenset({State.OUTPUTS, State.SHOWN})
SETTLED = frozenset({State.DELIVERED, State.FAILED, State.CANCELED})


@dataclass(frozen=True, slots=True)
class Asker:
    """The editor that asks; all empty for a script.

    Attributes:
        host: its name.
        document: what it calls the picture.
        layer_format: the pixels it wants for its layer.
    """

    host: str = ""
    document: str = ""
    layer_format: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One job, without its pictures.

    Attributes:
        id: its name in the journal.
        endpoint, base_url: where it was sent.
        digest: of the version and the input, pictures included.
        host, document, layer_format: of its `Asker`.
        free: it cost nothing: the engine inside painted it.
        prediction: its name at the endpoint, once that is known.
        answers: the digests of the pictures that came back, in order.
        error, message: why it ended badly: an error's code and its sentence.
        created_at, changed_at: seconds since 1970.
        owner: the process that is at it, or was when it died.
        taken_to: the files, or the editor, that got its results instead of whoever began it.
    """

    id: str
    state: State
    endpoint: str
    base_url: str
    version: str
    digest: str
    prompt: str
    host: str
    document: str
    layer_format: str
    free: bool
    prediction: str | None
    answers: tuple[str, ...]
    seeds: tuple[int, ...]
    error: str
    message: str
    created_at: float
    changed_at: float
    owner: str | None
    taken_to: tuple[str, ...]

    @classmethod
    def read(cls, row: sqlite3.Row) -> Self:
        """Read one from the database.

        Raises:
            JournalError: it is damaged.
        """
        try:
            plain = {name: row[name] for name in cls.__slots__}
            plain["state"] = State(plain["state"])
            plain["free"] = bool(plain["free"])
            plain["answers"] = tuple(str(one) for one in json.loads(plain["answers"]))
            plain["seeds"] = tuple(int(one) for one in json.loads(plain["seeds"]))
            plain["taken_to"] = tuple(str(one) for one in json.loads(plain["taken_to"]))
            datetime.fromtimestamp(plain["created_at"], UTC)
        except (ValueError, TypeError, IndexError, OverflowError, OSError) as error:
            raise JournalError(
                f"The journal is damaged: {error}.",
                hint="Move its file away to begin anew; the pictures lie in `jobs` beside it.",
            ) from error
        return cls(**plain)

    @property
    def has_results(self) -> bool:
        """True while what it made is on disk and waits to be taken."""
        return self.state in FINISHED

    @property
    def is_settled(self) -> bool:
        """True when nothing more is to be had from it."""
        return self.state in SETTLED

    @property
    def created(self) -> str:
        """When it was asked for, as RFC 3339."""
        return datetime.fromtimestamp(self.created_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
