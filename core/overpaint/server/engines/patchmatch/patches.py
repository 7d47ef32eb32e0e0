"""The look of the 7×7 patch around every pixel, in 20 numbers instead of 147."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

__all__ = ["RADIUS", "look_of_patches"]

RADIUS = 3
SIDE = 2 * RADIUS + 1
# Values in one row of a patch, and in all of it.
ROW = SIDE * 3
LENGTH = SIDE * ROW
# More of them make it slower, not better (40: texture distance ×1.01).
COMPONENTS = 20
# Patches from which the components are learnt.
SAMPLES = 3000
# Rows of the picture in work at once: what bounds the memory (64 rows of 1000 pixels: 6 MB).
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
    lines = np.pad(image, around, mode="edge").reshape(height + SIDE - 1, -1)
    # (height + 6, width, 21): every row that a patch can have. Each is shared by seven patches.
    rows = sliding_window_view(lines, ROW, axis=1)[:, ::3]
    components = _components(rows, sources, random)
    look = np.zeros((height, width, COMPONENTS), np.float32)
    for top in range(0, height, BAND):
        band = look[top : top + BAND]
        strip = rows[top : top + len(band) + SIDE - 1].astype(np.float32)
        for down, part in enumerate(components.reshape(SIDE, ROW, COMPONENTS)):
            band += strip[down : down + len(band)] @ part
    return look.reshape(-1, COMPONENTS)


def _components(
    rows: NDArray[np.uint8], sources: NDArray[np.intp], random: np.random.Generator
) -> NDArray[np.float32]:
    """Return (147, 20) float32: the directions in which the patches differ most.

    Scaled so that a squared distance is the mean over the patch's values.
    """
    if len(sources) > SAMPLES:
        sources = random.choice(sources, SAMPLES, replace=False)
    top, left = np.divmod(sources, rows.shape[1])
    patches = rows[top[:, None] + np.arange(SIDE), left[:, None]]
    centred: NDArray[np.float32] = patches.reshape(-1, LENGTH).astype(np.float32)
    centred -= centred.mean(axis=0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    scale = np.float32(np.sqrt(LENGTH))
    scaled: NDArray[np.float32] = (directions[:, -COMPONENTS:] / scale).astype(np.float32)
    return scaled
