"""The engine inside: a small fill, checked to the pixel."""

from __future__ import annotations

import time
from collections.abc import Iterator

from overpaint.client import Client
from overpaint.endpoints import EMBEDDED
from overpaint.errors import OverpaintError
from overpaint.request import PaintRequest

from .findings import Finding, Level

__all__ = ["look_at_engine"]

SIDE = 96


def look_at_engine() -> Iterator[Finding]:
    """Fill a hole in stripes: it must be filled, and nothing round it may change."""
    import numpy as np

    stripes = np.zeros((SIDE, SIDE, 3), np.uint8)
    stripes[:, np.arange(SIDE) // 4 % 2 == 0] = (200, 120, 40)
    hole = np.zeros((SIDE, SIDE), np.uint8)
    hole[36:60, 36:60] = 255
    torn = stripes.copy()
    torn[hole > 0] = (255, 0, 255)
    began = time.monotonic()
    try:
        # Nobody's run: it has no place among the jobs.
        with Client(EMBEDDED, journal=None) as client:
            result = client.inpaint(torn, hole, request=PaintRequest(seed=1))
    except OverpaintError as error:
        yield Finding("Engine", Level.BAD, f"The self-test failed: {error.message}", error.hint)
        return
    seconds = time.monotonic() - began
    painted = np.asarray(result.image.convert("RGB"))
    kept = bool((painted[hole == 0] == torn[hole == 0]).all())
    filled = not (painted[hole > 0] == (255, 0, 255)).all(axis=1).any()
    values = {"seconds": round(seconds, 3), "kept": kept, "filled": filled}
    if kept and filled:
        says = f"The self-test filled {SIDE} × {SIDE} pixels in {seconds:.1f} s."
        yield Finding("Engine", Level.GOOD, says, values=values)
    else:
        says = "The self-test's picture is not what it should be."
        yield Finding("Engine", Level.BAD, says, "Please report it, with this report.", values)
