"""The look of the 7×7 patch around every pixel, in 20 numbers instead of 147."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

__all__ = ["RADIUS", "look_of_patches"]

RADIUS = 3
SIDE = 2 * RADIUS + 1
LENGTH = SIDE * SIDE * 3
COMPONENTS = 20
# Patches from which the components are learnt.
SAMPLES = 3000
# Rows turned into numbers at once: what bounds the memory (64 rows of 1000 pixels: 38 MB).
BAND = 64


def look_of_patches(
    image: NDArray[np.uint8], sources: NDArray[np.intp], random: np.random.Generator
) -> NDArray[np.float32]:
    """Return (height × width, 20) float32 whose squared distances are those of the patches.

    Args:
        image: (height, width, 3) uint8, filled.
        sources: the numbers, row by row, of pixels whose patches span the possible looks.
        random: picks which of them are looked at.
    """
    height, width = image.shape[:2]
    around = ((RADIUS, RADIUS), (RADIUS, RADIUS), (0, 0))
    view = sliding_window_view(np.pad(image, around, mode="edge"), (SIDE, SIDE), axis=(0, 1))
    components = _components(view, sources, random)
    look = np.empty((height * width, COMPONENTS), np.float32)
    for top in range(0, height, BAND):
        band = view[top : top + BAND].reshape(-1, LENGTH).astype(np.float32)
        look[top * width : top * width + len(band)] = band @ components
    return look


def _components(
    view: NDArray[np.uint8], sources: NDArray[np.intp], random: np.random.Generator
) -> NDArray[np.float32]:
    """Return (147, 20) float32: the directions in which the patches differ most.

    Scaled so that a squared distance is the mean over the patch's values.
    """
    if len(sources) > SAMPLES:
        sources = random.choice(sources, SAMPLES, replace=False)
    rows, columns = np.divmod(sources, view.shape[1])
    patches = view[rows, columns].reshape(-1, LENGTH).astype(np.float32)
    patches -= patches.mean(axis=0)
    _, directions = np.linalg.eigh(patches.T @ patches)
    scaled: NDArray[np.float32] = directions[:, -COMPONENTS:] / np.sqrt(np.float32(LENGTH))
    return scaled
