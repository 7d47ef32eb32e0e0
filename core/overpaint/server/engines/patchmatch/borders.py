"""Where two copies meet, the border moves to where they agree."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .canvas import Canvas

__all__ = ["refined"]

# Below this sum of differences (over four neighbours, twice three channels) nobody sees a border.
INVISIBLE = 12
FORBIDDEN = np.int32(1 << 28)


def refined(canvas: Canvas, sources: NDArray[np.int32], rounds: int) -> NDArray[np.int32]:
    """Return the sources with the borders between copies moved to where they show least.

    Iterated conditional modes: every pixel on a border takes the neighbour's copy that fits its
    four neighbours best, the black squares of the chess-board in one round, the white in the next;
    later rounds look only where something changed.
    """
    sources = sources.copy()
    allowed = canvas.inside(1)
    row, column = np.divmod(np.arange(len(sources)), canvas.shape[1])
    white = ((row + column) & 1).astype(bool)
    border = _borders(canvas, sources)
    waiting = [border & ~white, border & white]
    for turn in range(rounds):
        pixels = np.flatnonzero(waiting[turn & 1])
        waiting[turn & 1] = np.zeros_like(border)
        changed = _improve(canvas, sources, allowed, pixels)
        if turn and len(changed) == 0:
            break
        for step in canvas.steps:
            waiting[1 - (turn & 1)][changed + step] = True
        waiting[1 - (turn & 1)] &= canvas.hole
    return sources


def _borders(canvas: Canvas, sources: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Return (n,) bool: the hole pixels that have a neighbour with another shift."""
    shifts = sources - np.arange(len(sources), dtype=np.int32)
    pixels = canvas.targets
    border = np.zeros(len(sources), bool)
    for step in canvas.steps:
        border[pixels] |= shifts[pixels + step] != shifts[pixels]
    return border


def _improve(
    canvas: Canvas,
    sources: NDArray[np.int32],
    allowed: NDArray[np.bool_],
    pixels: NDArray[np.intp],
) -> NDArray[np.intp]:
    """Let pixels, no two of them neighbours, take a neighbour's copy; return those that did."""
    best = sources[pixels]
    cost = _cost(canvas, sources, allowed, pixels, best)
    for step in canvas.steps:
        offered = sources[pixels + step] - step
        asked = canvas.hole[pixels + step] & (offered != best) & (cost > INVISIBLE)
        index = np.flatnonzero(asked)
        other = _cost(canvas, sources, allowed, pixels[index], offered[index])
        better = other < cost[index]
        cost[index[better]] = other[better]
        best[index[better]] = offered[index[better]]
    changed = best != sources[pixels]
    sources[pixels[changed]] = best[changed]
    taken: NDArray[np.intp] = pixels[changed]
    return taken


def _cost(
    canvas: Canvas,
    sources: NDArray[np.int32],
    allowed: NDArray[np.bool_],
    pixels: NDArray[np.intp],
    wanted: NDArray[np.int32],
) -> NDArray[np.int32]:
    """Return how badly each pixel's wanted source fits what its four neighbours are.

    Between two copies: what the one holds beyond the border against what the other shows there,
    and the other way about; none if they are one copy. Known neighbours count twice instead.
    """
    colors = canvas.colors
    total = np.zeros(len(pixels), np.int32)
    for step in canvas.steps:
        beside = pixels + step
        source = sources[beside]
        there = _difference(colors[wanted + step], colors[source])
        hole = canvas.hole[beside]
        here = _difference(colors[wanted], colors[np.where(hole, source - step, wanted)])
        both = there + np.where(hole, here, there)
        total += np.where(hole | canvas.known[beside], both, 0)
    return np.where(allowed[wanted], total, FORBIDDEN)


def _difference(first: NDArray[np.int16], second: NDArray[np.int16]) -> NDArray[np.int32]:
    """Return the sum of the three channels' differences."""
    total: NDArray[np.int32] = np.abs(first - second).sum(axis=1, dtype=np.int32)
    return total
