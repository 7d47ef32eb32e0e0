"""One thing that was looked at, and what was found."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

__all__ = ["Finding", "Level"]


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
