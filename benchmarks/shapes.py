"""The shapes of the holes, drawn from a seed: blobs, rectangles, scratches with lettering."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from skimage.draw import polygon

__all__ = ["blob", "rectangle", "scratches"]

Mask = NDArray[np.bool_]


def blob(size: int, center: tuple[int, int], radii: tuple[int, int], seed: int) -> Mask:
    """Return a wobbly ellipse in a (size, size) mask; `center` and `radii` are row, column."""
    random = np.random.default_rng(seed)
    turn = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    wobble = np.ones_like(turn)
    for wave in range(1, 6):
        strength = random.normal() * 0.18 / (wave + 1)
        wobble += strength * np.cos(wave * turn + random.uniform(0, 2 * np.pi))
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
    canvas = Image.new("1", (size, size))
    draw = ImageDraw.Draw(canvas)
    for _ in range(9):
        start = random.uniform(0, size, (1, 2))
        drift = random.normal(0, size / 8, 2)
        steps = random.normal(0, size / 9, (5, 2)) + drift
        points = np.cumsum(np.vstack([start, steps]), axis=0)
        draw.line([(x, y) for x, y in points.tolist()], fill=1, width=max(2, size // 170))
    font = ImageFont.load_default(size / 14)
    for line, text in enumerate(("SAMPLE", "COPYRIGHT 2026", "do not copy")):
        place = (size / 12, size * (0.22 + 0.25 * line))
        draw.text(place, text, fill=1, font=font, stroke_width=size / 512)
    return np.array(canvas, bool)
