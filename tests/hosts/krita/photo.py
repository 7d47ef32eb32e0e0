"""The photo that every test paints on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

__all__ = ["copy_photo"]

DEMO = Path(__file__).parents[3] / "core/overpaint/demo"


def copy_photo(folder: Path) -> None:
    """The demo's photo as plain sRGB, and its mask."""
    with Image.open(DEMO / "photo.jpg") as photo:
        Image.fromarray(np.asarray(photo.convert("RGB"))).save(folder / "photo.png")
    with Image.open(DEMO / "mask.png") as mask:
        mask.convert("L").save(folder / "mask.png")
