"""One hole: searched at the working scale, composed of copies at full size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from overpaint.server.engines.base import Progress

from .borders import refined
from .canvas import Canvas
from .crop import enlarged
from .membrane import relaxed, solved, stretched
from .offsets import find_sources
from .plan import Plan
from .search import search

__all__ = ["composed"]

# Rounds of border refinement at the working scale; what the enlargement needs above the factor.
ROUNDS, MORE_ROUNDS = 8, 4
# The correction never changes a copied colour by more (levels).
MOST_CORRECTION = 60


def composed(plan: Plan, random: np.random.Generator, report: Progress) -> NDArray[np.uint8]:
    """Return the (N, 3) colours of the N hole pixels of the full crop, row by row.

    Args:
        plan: what to fill, with at least one whole patch known at the working scale.
        random: what the seed decides.
        report: called before each stage.
    """
    report("Searching", 0.1)
    found = search(plan.small, random, guided=plan.guided)
    report("Matching", 0.7)
    canvas = Canvas.of(plan.small)
    sources = find_sources(canvas, found, random)
    report("Joining", 0.8)
    sources = refined(canvas, sources, ROUNDS)
    big, big_sources = canvas, sources
    if plan.factor > 1:
        big = Canvas.of(plan.full)
        big_sources = _enlarged(canvas, sources, big, plan.factor)
        big_sources = refined(big, big_sources, plan.factor + MORE_ROUNDS)
    report("Blending", 0.9)
    copies = big.colors[big_sources[big.targets]].astype(np.float32)
    correction = _correction(canvas, sources, big, big_sources, plan.factor)
    blended = copies + np.clip(correction, -MOST_CORRECTION, MOST_CORRECTION)
    colors: NDArray[np.uint8] = np.clip(blended + 0.5, 0, 255).astype(np.uint8)
    return colors


def _enlarged(
    small: Canvas, sources: NDArray[np.int32], big: Canvas, factor: int
) -> NDArray[np.int32]:
    """Return the big canvas' sources: each pixel moved as its block is, so many times farther."""
    row_shifts, column_shifts = (
        (there - here).reshape(small.shape)
        for there, here in zip(
            small.places(sources),
            small.places(np.arange(len(sources), dtype=np.int32)),
            strict=True,
        )
    )
    pixels = big.targets
    rows, columns = big.places(pixels)
    block = rows // factor + 1, columns // factor + 1
    moved = row_shifts[block] * big.shape[1] + column_shifts[block]
    enlarged_sources = np.arange(len(big.hole), dtype=np.int32)
    enlarged_sources[pixels] += factor * moved
    return enlarged_sources


def _correction(
    small: Canvas,
    sources: NDArray[np.int32],
    big: Canvas,
    big_sources: NDArray[np.int32],
    factor: int,
) -> NDArray[np.float32]:
    """Return what to add to the big canvas' copies, (N, 3) float32."""
    coarse = solved(stretched(small, sources, factor))
    if factor == 1:
        return coarse
    height, width = small.shape
    values = np.zeros((height * width, 3), np.float32)
    values[small.targets] = coarse
    inner = values.reshape(height, width, 3)[1:-1, 1:-1]
    start = enlarged(inner, factor, big.places(big.targets))
    return relaxed(stretched(big, big_sources, 1), start)
