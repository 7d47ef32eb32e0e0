"""The photos that are filled, as their packages ship them, and cut to a size."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import skimage.data
import skimage.io
import sklearn.datasets
from numpy.typing import NDArray

__all__ = ["Photo", "mirrored", "photo", "scaled"]

Photo = NDArray[np.uint8]
# Files that skimage.data ships without a function of their own, and those of another package.
FILES = {
    "motorcycle": ("skimage", "data/motorcycle_left.png"),
    "bus": ("ultralytics", "assets/bus.jpg"),
    "zidane": ("ultralytics", "assets/zidane.jpg"),
}


@cache
def photo(name: str) -> Photo:
    """Return a photo, (height, width, 3) uint8, at the size it has.

    Raises:
        FileNotFoundError: its package is not installed.
    """
    if name in FILES:
        package, file = FILES[name]
        # Found, not imported: what Ultralytics imports is not there.
        found = importlib.util.find_spec(package)
        if found is None or found.origin is None:
            raise FileNotFoundError(
                f"The photo {name} comes with {package}, which is not installed."
                " Make its environment anew: hatch env remove benchmarks."
            )
        pixels = skimage.io.imread(Path(found.origin).parent / file)
    elif name in ("china", "flower"):
        pixels = sklearn.datasets.load_sample_image(f"{name}.jpg")
    else:
        pixels = getattr(skimage.data, name)()
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[..., None], 3, axis=2)
    return np.ascontiguousarray(pixels[..., :3])


def scaled(name: str, width: int, height: int) -> Photo:
    """Return a photo at that size: Lanczos where it grows, means of areas where it shrinks."""
    original = photo(name)
    grows = height > original.shape[0]
    how = cv2.INTER_LANCZOS4 if grows else cv2.INTER_AREA
    return np.asarray(cv2.resize(original, (width, height), interpolation=how), np.uint8)


def mirrored(name: str, size: int) -> Photo:
    """Return a photo continued by its mirror image to a square."""
    original = photo(name)
    height, width = original.shape[:2]
    more = ((0, max(0, size - height)), (0, max(0, size - width)), (0, 0))
    return np.ascontiguousarray(np.pad(original, more, mode="symmetric")[:size, :size])
