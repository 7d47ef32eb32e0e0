"""One thing that was looked at, and what was found."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

__all__ = ["Finding", "Level", "looking_at"]


class Level(StrEnum):
    """How good it is."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        topic: what, in a word or two.
        level: how good it is; `note` stops nothing.
        says: what was found, in a sentence.
        hint: what to do about it; may be empty.
        values: the same for a program. Never a key.
    """

    topic: str
    level: Level
    says: str
    hint: str = ""
    values: dict[str, Any] = field(default_factory=dict)


@contextlib.contextmanager
def looking_at(topic: str) -> Iterator[list[Finding]]:
    """Have one thing that can't be looked at found so, and go on with the others.

    Yields:
        What there is to say once the block has ended; empty where all went well.
    """
    trouble: list[Finding] = []
    try:
        yield trouble
    except OSError as error:
        says = f"{error.filename or topic} can't be read: {error.strerror or error}."
        hint = "Check who may read there."
        trouble.append(Finding(topic, Level.BAD, says, hint, {"folder": str(error.filename)}))
