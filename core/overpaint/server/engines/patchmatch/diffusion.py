"""The last resort: colours that flow in from the hole's border, where there is nothing to copy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from .canvas import Canvas
from .crop import Crop, enlarged, shrunk
from .membrane import Membrane, relaxed, solved

__all__ = ["diffused"]

# A pull towards the mean colour, so weak that it shows only where no border is in reach.
TETHER = 1e-6


def diffused(full: Crop, factor: int) -> NDArray[np.uint8]:
    """Return the (N, 3) colours of the N hole pixels, each the mean of its neighbours'.

    Args:
        full: a crop, its sides multiples of the factor, with at least one known pixel.
        factor: solved at 1/factor first, and only relaxed at full size.
    """
    canvas = Canvas.of(full)
    if factor == 1:
        colors = solved(_flowing(canvas))
    else:
        small = shrunk(full, factor, spare=True)
        values = small.image.astype(np.float32)
        if small.hole.any():
            values[small.hole] = solved(_flowing(Canvas.of(small)))
        colors = relaxed(_flowing(canvas), enlarged(values, factor, canvas.places(canvas.targets)))
    rounded: NDArray[np.uint8] = np.clip(colors + 0.5, 0, 255).astype(np.uint8)
    return rounded


def _flowing(canvas: Canvas) -> Membrane:
    """Return the equations of colours that are each the mean of their neighbours."""
    pixels = canvas.targets
    number = np.zeros(len(canvas.hole), np.int32)
    number[pixels] = np.arange(len(pixels), dtype=np.int32)
    mean = canvas.colors[canvas.known].mean(axis=0)
    diagonal = np.full(len(pixels), TETHER, np.float32)
    pull = np.tile(np.float32(TETHER * mean), (len(pixels), 1))
    every = np.arange(len(pixels), dtype=np.int32)
    rows, columns = [every], [every]
    for step in canvas.steps:
        fixed = np.flatnonzero(canvas.known[pixels + step])
        pull[fixed] += canvas.colors[pixels[fixed] + step]
        free = np.flatnonzero(canvas.hole[pixels + step]).astype(np.int32)
        rows.append(free)
        columns.append(number[pixels[free] + step])
        diagonal[fixed] += 1
        diagonal[free] += 1
    places = np.concatenate(rows), np.concatenate(columns)
    ties = np.full(len(places[0]) - len(pixels), -1, np.float32)
    entries = np.concatenate([diagonal, ties])
    size = len(pixels), len(pixels)
    return Membrane(sparse.coo_array((entries, places), shape=size).tocsr(), pull)
