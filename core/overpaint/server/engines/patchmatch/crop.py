"""A crop with its hole, at full size or at the working scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

__all__ = ["Crop", "enlarged", "padded", "shrunk"]


@dataclass(frozen=True, slots=True)
class Crop:
    """A piece of the picture around one hole.

    Attributes:
        image: (height, width, 3) uint8.
        hole: (height, width) bool: the pixels to fill.
        known: (height, width) bool: the pixels to copy from. What is neither is outside the
            picture, or another hole's.
    """

    image: NDArray[np.uint8]
    hole: NDArray[np.bool_]
    known: NDArray[np.bool_]


def padded(crop: Crop, factor: int) -> Crop:
    """Return the crop continued on the right and below to multiples of the factor."""
    height, width = crop.hole.shape
    more = (0, -height % factor), (0, -width % factor)
    return Crop(
        np.pad(crop.image, (*more, (0, 0)), mode="edge"),
        np.pad(crop.hole, more),
        np.pad(crop.known, more),
    )


def shrunk(crop: Crop, factor: int, *, spare: bool = False) -> Crop:
    """Return the crop at 1/factor; its sides are multiples of the factor.

    A pixel is the mean of the known pixels it stands for (the hole's colours have no meaning),
    and belongs to the hole as soon as one of them does, or, to `spare`, only if none is known.
    """
    if factor == 1:
        return crop
    height, width = crop.hole.shape[0] // factor, crop.hole.shape[1] // factor
    blocks = height, factor, width, factor
    known = crop.known.reshape(blocks)
    count = known.sum(axis=(1, 3), dtype=np.int32)
    kept = crop.image * crop.known[..., None]
    total = kept.reshape(*blocks, 3).sum(axis=3, dtype=np.int32).sum(axis=1)
    mean = (total + count[..., None] // 2) // np.maximum(count, 1)[..., None]
    hole: NDArray[np.bool_] = crop.hole.reshape(blocks).max(axis=(1, 3))
    if spare:
        hole &= count == 0
    return Crop(mean.astype(np.uint8), hole, (count > 0) & ~hole)


def enlarged(
    values: NDArray[np.float32],
    factor: int,
    places: tuple[NDArray[np.int32], NDArray[np.int32]],
) -> NDArray[np.float32]:
    """Return (N, 3) float32: what (height, width, 3) values at 1/factor say of N full-size pixels.

    Bilinear; `places` are the pixels' rows and columns at full size.
    """
    at = [(line + 0.5) / factor - 0.5 for line in places]
    channels = [
        ndimage.map_coordinates(values[..., channel], at, order=1, mode="nearest")
        for channel in range(3)
    ]
    return np.stack(channels, axis=1)
