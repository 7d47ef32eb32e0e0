"""A hole painted at one working scale: searched, matched and joined, but not yet at full size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .borders import refined
from .canvas import Canvas
from .crop import enlarged
from .membrane import solved, stretched
from .offsets import find_sources
from .plan import Plan
from .search import search

__all__ = ["Draft", "drafted"]

# Rounds of border refinement at the working scale.
ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Draft:
    """What one plan led to.

    Attributes:
        plan: what was planned.
        canvas: the crop at the working scale.
        sources: (n,) int32, that canvas' sources.
        correction: (n, 3) float32, what to add to its hole pixels' copies, 0 elsewhere.
    """

    plan: Plan
    canvas: Canvas
    sources: NDArray[np.int32]
    correction: NDArray[np.float32]

    def sources_on(self, big: Canvas) -> NDArray[np.int32]:
        """Return the full canvas' sources: each pixel's copy moves as its block's does.

        A block is the `factor` by `factor` pixels that one pixel of the draft stands for; at full
        size its copy lies so many times farther.
        """
        if self.plan.factor == 1:
            return self.sources
        here = np.arange(len(self.sources), dtype=np.int32)
        row_shifts, column_shifts = (
            (there - own).reshape(self.canvas.shape)
            for there, own in zip(
                self.canvas.places(self.sources), self.canvas.places(here), strict=True
            )
        )
        pixels = big.targets
        rows, columns = big.places(pixels)
        block = rows // self.plan.factor + 1, columns // self.plan.factor + 1
        moved = row_shifts[block] * big.shape[1] + column_shifts[block]
        sources = np.arange(len(big.hole), dtype=np.int32)
        sources[pixels] += self.plan.factor * moved
        return sources

    def correction_on(self, big: Canvas) -> NDArray[np.float32]:
        """Return the (N, 3) correction for the full canvas' N hole pixels, but for details."""
        if self.plan.factor == 1:
            return self.correction[self.canvas.targets]
        inner = self.correction.reshape(*self.canvas.shape, 3)[1:-1, 1:-1]
        return enlarged(inner, self.plan.factor, big.places(big.targets))


def drafted(plan: Plan, random: np.random.Generator, go_on: Callable[[], None]) -> Draft:
    """Search, match and join as planned.

    Args:
        plan: what to fill, with at least one whole patch known at the working scale.
        random: what the seed decides.
        go_on: called after the first two of these stages; what it raises ends the draft.
    """
    found = search(plan.small, random, guided=plan.guided)
    go_on()
    canvas = Canvas.of(plan.small)
    sources = find_sources(canvas, found, random)
    go_on()
    sources = refined(canvas, sources, ROUNDS)
    correction = np.zeros((len(sources), 3), np.float32)
    correction[canvas.targets] = solved(stretched(canvas, sources, plan.factor))
    return Draft(plan, canvas, sources, correction)
