"""The shapes of the holes, drawn from a seed: blobs, rectangles, scratches with lettering."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.draw import polygon

__all__ = ["blob", "rectangle", "scratches"]

Mask = NDArray[np.bool_]


def blob(
    size: int,
    center: tuple[int, int],
    radii: tuple[int, int],
    seed: int,
    *,
    roughness: float = 0.18,
) -> Mask:
    """Return a wobbly ellipse in a (size, size) mask; `center` and `radii` are row, column."""
    random = np.random.default_rng(seed)
    turn = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    wobble = np.ones_like(turn)
    for wave in range(1, 6):
        strength = random.normal() * roughness / (wave + 1)
        wobble += strength * np.cos(wave * turn + random.uniform(0, 6.28))
    mask = np.zeros((size, size), bool)
    rows = center[0] + radii[0] * wobble * np.sin(turn)
    columns = center[1] + radii[1] * wobble * np.cos(turn)
    mask[polygon(rows, columns, mask.shape)] = True
    return mask


def rectangle(size: int, rows: tuple[int, int], columns: tuple[int, int]) -> Mask:
    """Return a rectangle in a (size, size) mask; both ranges without their ends."""
    mask = np.zeros((size, size), bool)
    mask[slice(*rows), slice(*columns)] = True
    return mask


def scratches(size: int, seed: int) -> Mask:
    """Return nine crooked strokes and three lines of lettering in a (size, size) mask."""
    random = np.random.default_rng(seed)
    canvas = np.zeros((size, size), np.uint8)
    for _ in range(9):
        start = [random.uniform(0, size), random.uniform(0, size)]
        steps = random.normal(0, size / 9, (5, 2)) + random.normal(0, size / 8, 2)
        points = np.cumsum(np.vstack([start, steps]), axis=0).astype(np.int32)
        cv2.polylines(canvas, [points], isClosed=False, color=255, thickness=max(2, size // 170))
    for line, text in enumerate(("SAMPLE", "COPYRIGHT 2026", "do not copy")):
        place = (size // 12, int(size * (0.3 + 0.25 * line)))
        font = cv2.FONT_HERSHEY_SIMPLEX
        cv2.putText(canvas, text, place, font, size / 360, 255, max(2, size // 180))
    return canvas > 0
