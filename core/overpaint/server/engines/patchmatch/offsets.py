"""Where the search's result came from: for every hole pixel, the known pixel it is a copy of."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from .canvas import Canvas
from .patches import RADIUS, look_of_patches
from .propagation import propagated

__all__ = ["find_sources"]

# Compared exhaustively: every second hole pixel each way, with so many known ones.
STRIDE = 2
CANDIDATES = 12_000
# The search's result is the mean of many copies that overlap: softer than any of them, and what
# looks most like it would be soft as well. Sharpened by so much, over so many pixels, it finds
# copies as sharp as those it is made of (measured: texture distance ×0.75, was ×0.80).
SHARPER, SHARPER_OVER = 0.8, 1.5
# Rows of the table of distances held at once (512 × 12 000 float32: 25 MB).
BATCH = 512


def find_sources(
    canvas: Canvas, found: NDArray[np.uint8], random: np.random.Generator
) -> NDArray[np.int32]:
    """Return the canvas' sources that reproduce what the search found.

    Args:
        canvas: the crop that was searched; at least one whole patch is known.
        found: (height, width, 3) uint8, the search's result for it.
        random: picks the candidates.
    """
    allowed = canvas.inside(RADIUS)
    candidates = np.flatnonzero(allowed)
    rimmed = np.pad(found, ((1, 1), (1, 1), (0, 0)), mode="edge")
    hole = canvas.hole.reshape(canvas.shape)
    rimmed[hole] = _sharpened(rimmed)[hole]
    look = look_of_patches(rimmed, candidates, random)
    return propagated(canvas, look, allowed, _start(canvas, look, candidates, random))


def _sharpened(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the (height, width, 3) image with an unsharp mask laid over it; see `SHARPER`."""
    colors = image.astype(np.float32)
    soft = ndimage.gaussian_filter(colors, (SHARPER_OVER, SHARPER_OVER, 0), mode="nearest")
    sharp = colors + SHARPER * (colors - soft)
    result: NDArray[np.uint8] = np.clip(sharp + 0.5, 0, 255).astype(np.uint8)
    return result


def _start(
    canvas: Canvas,
    look: NDArray[np.float32],
    candidates: NDArray[np.intp],
    random: np.random.Generator,
) -> NDArray[np.int32]:
    """Return sources from exhaustive comparison on a grid, the others as their nearest on it."""
    if len(candidates) > CANDIDATES:
        candidates = np.sort(random.choice(candidates, CANDIDATES, replace=False))
    grid = np.zeros(canvas.shape, bool)
    grid[::STRIDE, ::STRIDE] = True
    asked = np.flatnonzero(canvas.hole & grid.ravel())
    if len(asked) == 0:
        asked = np.flatnonzero(canvas.hole)
    best = candidates[_nearest(look[asked], look[candidates])]
    shift = np.zeros(canvas.hole.size, np.int32)
    shift[asked] = best - asked
    unasked = np.ones(canvas.shape, bool)
    unasked.ravel()[asked] = False
    near = ndimage.distance_transform_edt(unasked, return_distances=False, return_indices=True)
    sources = np.arange(canvas.hole.size, dtype=np.int32)
    shifts = shift[np.ravel_multi_index(tuple(near), canvas.shape).ravel()]
    return np.where(canvas.hole, sources + shifts, sources)


def _nearest(asked: NDArray[np.float32], known: NDArray[np.float32]) -> NDArray[np.intp]:
    """Return for each row of `asked` the nearest row of `known`."""
    # |a − k|² is least where a·k − |k|²/2 is largest: one product, if k carries its length along.
    lengths = (known * known).sum(axis=1, keepdims=True) / -2
    table = np.ascontiguousarray(np.hstack([known, lengths]).T)
    asked = np.hstack([asked, np.ones((len(asked), 1), np.float32)])
    batches = range(0, len(asked), BATCH)
    return np.concatenate([(asked[at : at + BATCH] @ table).argmax(axis=1) for at in batches])
