"""How far a job is, in a person's words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from overpaint.predictions import Prediction, Status

__all__ = ["Progress", "progress_of"]

# `painting:  40%|████      | 10/25`, as progress bars print into a model's log.
PERCENT = re.compile(r"(?:(?P<stage>[^\r\n|%]*?)[:\s]+)?(?P<percent>\d{1,3})%")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is.

    Attributes:
        stage: a word or two for a person.
        fraction: 0 to 1, or None where nothing is known.
        message: a further sentence; may be empty.
    """

    stage: str
    fraction: float | None = None
    message: str = ""


def progress_of(prediction: Prediction) -> Progress:
    """Read how far it is from its last log lines."""
    if prediction.status == Status.STARTING:
        return Progress("waiting for the model")
    lines = re.split(r"[\r\n]+", (prediction.logs or "").rstrip())
    for line in reversed(lines[-20:]):
        found = PERCENT.search(line)
        if found and int(found["percent"]) <= 100:
            stage = (found["stage"] or "").strip() or "painting"
            return Progress(stage, int(found["percent"]) / 100)
    return Progress("painting")
