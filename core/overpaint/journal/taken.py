"""A job that was taken up again after its process had ended."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from overpaint.job import Job
from overpaint.models import Ask
from overpaint.predictions import Prediction

from .rows import Row

if TYPE_CHECKING:
    from .entry import Entry

__all__ = ["Taken"]


@dataclass(frozen=True, slots=True)
class Taken:
    """A job as it was, and what has come of it.

    Attributes:
        row: as it was found.
        entry: its page in the journal, now this process's.
        job: without the picture that was sent, which `ask` still has.
        ask: what the model was asked.
        prediction: its last state, where its answers are here.
        answers: what it made.
        others: the predictions that belong to other jobs.
        earlier: of those, the ones that the same endpoint created before.
    """

    row: Row
    entry: Entry
    job: Job
    ask: Ask
    prediction: Prediction | None = None
    answers: tuple[bytes, ...] = ()
    others: Set[str] = frozenset()
    earlier: Set[str] = frozenset()
