"""Contact sheets: truth, hole, plain PatchMatch and the engine side by side, at 100 %."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

__all__ = ["save_sheet"]

Photo = NDArray[np.uint8]
# What is shown around the hole, and between the pictures.
MARGIN, GAP, TITLE = 48, 8, 18


def save_sheet(path: Path, mask: NDArray[np.bool_], pictures: dict[str, Photo]) -> None:
    """Write the pictures' surroundings of the hole as one PNG, each under its name."""
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    box = (
        max(0, int(columns[0]) - MARGIN),
        max(0, int(rows[0]) - MARGIN),
        min(mask.shape[1], int(columns[-1]) + MARGIN),
        min(mask.shape[0], int(rows[-1]) + MARGIN),
    )
    width, height = box[2] - box[0], box[3] - box[1]
    sheet = Image.new("RGB", ((width + GAP) * len(pictures), height + TITLE), "white")
    draw = ImageDraw.Draw(sheet)
    for number, (name, picture) in enumerate(pictures.items()):
        left = number * (width + GAP)
        draw.text((left + 4, 3), name, fill="black")
        sheet.paste(Image.fromarray(picture).crop(box), (left, TITLE))
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path)
