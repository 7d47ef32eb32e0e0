"""The holes in a mask, each with as much of its surroundings as it needs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

__all__ = ["Hole", "find_holes", "thickness"]

# Marks closer than 8 to 24 pixels are one hole: filled apart, their copies would not meet.
TILE = 8
# Context on each side: as much as the hole is long. Cropping so changes little in quality and
# makes the cost follow the hole instead of the picture (measured: 2048 pixels, ×0.32).
LEAST_CONTEXT, MOST_CONTEXT = 64, 512


@dataclass(frozen=True, slots=True)
class Hole:
    """One hole (or several small ones that share a context) and where to cut it out.

    Attributes:
        window: the crop in the picture: rows, columns.
        mask: (height, width) bool, the crop's size; True = this hole's pixels.
    """

    window: tuple[slice, slice]
    mask: NDArray[np.bool_]


def find_holes(mask: NDArray[np.bool_]) -> list[Hole]:
    """Return the holes of a (height, width) bool mask; every True pixel is in exactly one."""
    labels, _ = ndimage.label(_tiles(mask), structure=np.ones((3, 3)))
    boxes = np.array([_tight(mask, (box[0], box[1])) for box in ndimage.find_objects(labels)])
    windows, owner = _merge(_with_context(boxes, mask.shape))
    # The background, label 0, is owned by nobody.
    owners = np.concatenate([[-1], owner])[labels]
    return [_cut(mask, owners, number, window) for number, window in enumerate(windows.tolist())]


def thickness(mask: NDArray[np.bool_]) -> float:
    """Return the diameter of the largest disc that fits into the True pixels."""
    return 2 * float(ndimage.distance_transform_edt(np.pad(mask, 1)).max())


def _tiles(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which tiles hold a True pixel."""
    height, width = mask.shape
    padded = np.pad(mask, ((0, -height % TILE), (0, -width % TILE)))
    rows, columns = padded.shape[0] // TILE, padded.shape[1] // TILE
    some: NDArray[np.bool_] = padded.reshape(rows, TILE, columns, TILE).max(axis=(1, 3))
    return some


def _tight(mask: NDArray[np.bool_], tiles: tuple[slice, slice]) -> tuple[int, int, int, int]:
    """Return top, bottom, left, right of the True pixels within a box of tiles."""
    top, left = tiles[0].start * TILE, tiles[1].start * TILE
    part = mask[top : tiles[0].stop * TILE, left : tiles[1].stop * TILE]
    rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    return (
        top + int(rows[0]),
        top + int(rows[-1]) + 1,
        left + int(columns[0]),
        left + int(columns[-1]) + 1,
    )


def _with_context(boxes: NDArray[np.int_], shape: tuple[int, ...]) -> NDArray[np.int_]:
    """Return the (n, 4) boxes, grown by their context and kept inside the picture."""
    longest = np.maximum(boxes[:, 1] - boxes[:, 0], boxes[:, 3] - boxes[:, 2])
    context = np.clip(longest, LEAST_CONTEXT, MOST_CONTEXT)[:, None]
    grown = boxes + context * np.array([-1, 1, -1, 1])
    inside: NDArray[np.int_] = np.clip(grown, 0, np.array([shape[0], shape[0], shape[1], shape[1]]))
    return inside


def _union(windows: NDArray[np.int_], window: NDArray[np.int_]) -> NDArray[np.int_]:
    """Return the smallest boxes around each of the windows and that one."""
    low, high = np.minimum(windows, window), np.maximum(windows, window)
    return np.stack([low[:, 0], high[:, 1], low[:, 2], high[:, 3]], axis=1)


def _area(windows: NDArray[np.int_]) -> NDArray[np.int_]:
    """Return the number of pixels in each window."""
    return (windows[:, 1] - windows[:, 0]) * (windows[:, 3] - windows[:, 2])


def _merge(windows: NDArray[np.int_]) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    """Unite windows while the union is no larger than its parts: less to search, in one go.

    Returns:
        The (m, 4) windows that are left, and for each of the n given ones the number of its own.
    """
    owner = np.arange(len(windows))
    number = 0
    while number < len(windows):
        united = _union(windows, windows[number])
        saves = _area(united) <= _area(windows) + _area(windows[number : number + 1])
        saves[number] = False
        partners = np.flatnonzero(saves)
        if len(partners) == 0:
            number += 1
            continue
        low, high = sorted((number, int(partners[0])))
        windows = windows.copy()
        windows[low] = united[partners[0]]
        windows = np.delete(windows, high, axis=0)
        owner[owner == high] = low
        owner[owner > high] -= 1
        number = 0
    return windows, owner


def _cut(mask: NDArray[np.bool_], owners: NDArray[np.int_], number: int, window: list[int]) -> Hole:
    """Return the hole that owns those tiles."""
    rows = np.arange(window[0], window[1]) // TILE
    columns = np.arange(window[2], window[3]) // TILE
    area = slice(window[0], window[1]), slice(window[2], window[3])
    own = (owners == number)[np.ix_(rows, columns)]
    return Hole(area, mask[area] & own)
