"""Neighbours offer each other their copies until the pieces are whole."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from .canvas import Canvas

__all__ = ["propagated"]

# A neighbour that goes on with the same copy is worth so much of the mean squared difference:
# whole pieces carry the texture that best matches pixel by pixel average away.
COHERENCE = 6.0
# How far each round looks for a better copy, in pixels.
REACHES = (4, 2, 1, 1, 1)
# The distance to what must not be copied; finite, for it is subtracted.
FORBIDDEN = np.float32(1e9)


def propagated(
    canvas: Canvas,
    look: NDArray[np.float32],
    allowed: NDArray[np.bool_],
    sources: NDArray[np.int32],
) -> NDArray[np.int32]:
    """Return better sources: like what was found, in larger pieces, and all of them allowed.

    Args:
        canvas: the crop that was searched.
        look: (n, components) float32, what the patch around each pixel looks like.
        allowed: (n,) bool: the pixels that may be copied; at least one.
        sources: (n,) int32, the canvas' sources to begin with; any number will do.
    """
    pixels = canvas.targets
    own = np.arange(len(sources), dtype=np.int32)
    shifts: NDArray[np.int32] = np.subtract(sources, own)
    distance = _distance(look, allowed, pixels, shifts[pixels])
    for reach in REACHES:
        for step in canvas.steps:
            # At the crop's edge this wraps into another row: one more offer, judged like any.
            offered = shifts[np.clip(pixels + reach * step, 0, len(shifts) - 1)]
            asked = np.flatnonzero((offered != shifts[pixels]) & (offered != 0))
            offered, at = offered[asked], pixels[asked]
            other = _distance(look, allowed, at, offered)
            agreeing = _agreeing(canvas, shifts, at, offered)
            agreeing -= _agreeing(canvas, shifts, at, shifts[at])
            better = other - COHERENCE * agreeing < distance[asked]
            shifts[at[better]] = offered[better]
            distance[asked[better]] = other[better]
    shifts[pixels] += _mended(canvas, allowed, pixels, shifts[pixels], distance)
    improved: NDArray[np.int32] = np.add(shifts, own)
    return improved


def _distance(
    look: NDArray[np.float32],
    allowed: NDArray[np.bool_],
    pixels: NDArray[np.int32],
    shifts: NDArray[np.int32],
) -> NDArray[np.float32]:
    """Return how much each pixel's patch differs from the one it would copy."""
    sources = pixels + shifts
    legal = (sources >= 0) & (sources < len(allowed))
    sources = np.where(legal, sources, 0)
    legal &= allowed[sources]
    difference = look[sources] - look[pixels]
    squared: NDArray[np.float32] = np.einsum("ij,ij->i", difference, difference)
    return np.where(legal, squared, FORBIDDEN)


def _agreeing(
    canvas: Canvas,
    shifts: NDArray[np.int32],
    pixels: NDArray[np.int32],
    wanted: NDArray[np.int32],
) -> NDArray[np.int8]:
    """Return how many of the four neighbours have the wanted shift."""
    count = np.zeros(len(pixels), np.int8)
    for step in canvas.steps:
        count += shifts[pixels + step] == wanted
    return count


def _mended(
    canvas: Canvas,
    allowed: NDArray[np.bool_],
    pixels: NDArray[np.int32],
    shifts: NDArray[np.int32],
    distance: NDArray[np.float32],
) -> NDArray[np.int32]:
    """Return what to add to the shifts: those still forbidden lead to the nearest allowed."""
    more = np.zeros_like(shifts)
    lost = distance >= FORBIDDEN
    if lost.any():
        forbidden = ~allowed.reshape(canvas.shape)
        near = ndimage.distance_transform_edt(
            forbidden, return_distances=False, return_indices=True
        )
        numbers = np.ravel_multi_index(tuple(near), canvas.shape).ravel()
        more[lost] = numbers[pixels[lost]] - pixels[lost] - shifts[lost]
    return more
