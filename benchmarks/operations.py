"""SciPy or OpenCV: what the operations cost for which the engine could use either."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from .shapes import blob

__all__ = ["compare_operations"]

ROUNDS = 5
# A crop of the usual size at the working scale, and a picture at full size.
CROP, PICTURE = 512, 2048


def compare_operations() -> None:
    """Print each operation's least processor time with SciPy and with OpenCV, and what both weigh.

    SciPy is there in any case: the membrane is solved by its SuperLU, and OpenCV has no solver for
    sparse equations. The question is whether OpenCV would be worth having on top.
    """
    if importlib.util.find_spec("cv2") is None:
        print("OpenCV is not installed: nothing to compare SciPy with.")
        return
    print(f"\n{'operation':44}{'SciPy ms':>10}{'OpenCV ms':>11}")
    total = np.zeros(2)
    for name, with_scipy, with_opencv in _operations():
        times = np.array([_least_milliseconds(with_scipy), _least_milliseconds(with_opencv)])
        total += times
        print(f"{name:44}{times[0]:10.2f}{times[1]:11.2f}")
    print(f"{'in all':44}{total[0]:10.2f}{total[1]:11.2f}")
    print(f"installed: SciPy {_megabytes('scipy'):.0f} MB, OpenCV {_megabytes('cv2'):.0f} MB more")


def _operations() -> list[tuple[str, Callable[[], object], Callable[[], object]]]:
    """Return what the engine does with masks, both ways."""
    import cv2

    crop = blob(CROP, (260, 250), (60, 60), 1)
    picture = blob(PICTURE, (1000, 1000), (240, 240), 1)
    outside, bytes_outside = ~crop, (~crop).view(np.uint8)
    square = np.ones((7, 7), np.uint8)
    tiles = np.ascontiguousarray(picture[::8, ::8])
    return [
        (
            "known patches (crop)",
            partial(ndimage.minimum_filter, bytes_outside, 7, mode="constant"),
            partial(cv2.erode, bytes_outside, square, borderType=cv2.BORDER_CONSTANT),
        ),
        (
            "nearest known pixel (crop)",
            partial(
                ndimage.distance_transform_edt, crop, return_distances=False, return_indices=True
            ),
            partial(
                cv2.distanceTransformWithLabels,
                crop.view(np.uint8),
                cv2.DIST_L2,
                cv2.DIST_MASK_5,
                labelType=cv2.DIST_LABEL_PIXEL,
            ),
        ),
        (
            "thickness (window of a 2048 picture)",
            partial(ndimage.distance_transform_edt, _window(picture)),
            partial(cv2.distanceTransform, _window(picture).view(np.uint8), cv2.DIST_L2, 5),
        ),
        (
            "holes by tiles (2048 picture)",
            partial(ndimage.label, tiles, structure=np.ones((3, 3))),
            partial(cv2.connectedComponents, tiles.view(np.uint8), connectivity=8),
        ),
        (
            "hole inside and out (crop)",
            partial(ndimage.distance_transform_edt, outside),
            partial(cv2.distanceTransform, bytes_outside, cv2.DIST_L2, 5),
        ),
    ]


def _window(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the part of a mask that holds its hole."""
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    window = mask[rows[0] - 1 : rows[-1] + 2, columns[0] - 1 : columns[-1] + 2]
    return np.ascontiguousarray(window)


def _least_milliseconds(operation: Callable[[], object]) -> float:
    """Return the least processor time of several calls."""
    times = []
    for _ in range(ROUNDS):
        begin = time.process_time()
        operation()
        times.append(time.process_time() - begin)
    return 1000 * min(times)


def _megabytes(package: str) -> float:
    """Return what a package and its bundled libraries weigh on disk."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        return 0.0
    home = Path(spec.origin).parent
    names = {"scipy": ["scipy.libs"], "cv2": ["opencv_python_headless.libs"]}[package]
    folders = [home, *(home.with_name(name) for name in names)]
    files = (file for folder in folders for file in folder.rglob("*") if file.is_file())
    return sum(file.stat().st_size for file in files) / 1e6
