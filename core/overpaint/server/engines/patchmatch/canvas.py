"""A crop laid flat, with a rim of one pixel: a neighbour is an addition away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from .crop import Crop

__all__ = ["Canvas"]


@dataclass(frozen=True, slots=True)
class Canvas:
    """A crop whose pixels are numbered row by row, n = (height + 2) × (width + 2) in all.

    The stages exchange one array, `sources`: (n,) int32, the pixel that each hole pixel is
    a copy of; every other pixel is its own source.

    Attributes:
        colors: (n, 3) int16, 0 to 255; the rim repeats the edge.
        hole: (n,) bool: the pixels to fill.
        known: (n,) bool: the pixels to copy from. The rim is neither.
        shape: height and width with the rim.
    """

    colors: NDArray[np.int16]
    hole: NDArray[np.bool_]
    known: NDArray[np.bool_]
    shape: tuple[int, int]

    @classmethod
    def of(cls, crop: Crop) -> Canvas:
        """Lay a crop flat."""
        image = np.pad(crop.image, ((1, 1), (1, 1), (0, 0)), mode="edge")
        hole, known = np.pad(crop.hole, 1), np.pad(crop.known, 1)
        shape = hole.shape[0], hole.shape[1]
        return cls(image.astype(np.int16).reshape(-1, 3), hole.ravel(), known.ravel(), shape)

    @property
    def steps(self) -> tuple[int, int, int, int]:
        """What to add to a pixel's number to get right, down, left and up of it."""
        width = self.shape[1]
        return 1, width, -1, -width

    @property
    def targets(self) -> NDArray[np.int32]:
        """The hole pixels' numbers, in order."""
        return np.flatnonzero(self.hole).astype(np.int32)

    def inside(self, radius: int) -> NDArray[np.bool_]:
        """Return (n,) bool: the pixels whose square of that radius is known throughout."""
        side = 2 * radius + 1
        known = self.known.reshape(self.shape).view(np.uint8)
        least: NDArray[np.uint8] = ndimage.minimum_filter(known, side, mode="constant", cval=0)
        return least.astype(bool).ravel()

    def places(self, pixels: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return the rows and columns of pixels in the crop, that is, without the rim."""
        rows, columns = np.divmod(pixels, np.int32(self.shape[1]))
        return rows - 1, columns - 1
