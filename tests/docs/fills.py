"""docs/images/fills.jpg: photos that ship with scikit-image, filled: `python -m tests.docs.fills`.

The rocket is by SpaceX (public domain), the coffee by Rachel Michetti for Pikolo Espresso Bar
(CC0).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import skimage.data
from PIL import Image, ImageDraw

import overpaint
from overpaint.cli.comparison import before_and_after

TARGET = Path(__file__).parents[2] / "docs/images/fills.jpg"
WIDTH = 1000
# A JPEG's own loss is less.
SEEN = 24
MAST = [(444, 118), (472, 118), (500, 300), (508, 427), (430, 427), (432, 300)]
KNOT = [(462, 318), (545, 300), (572, 348), (520, 392), (470, 372)]
PHOTOS = {"rocket": MAST, "coffee": KNOT}


def sheet(name: str, outline: list[tuple[int, int]], *, is_filled: bool) -> Image.Image:
    """One photo before and after, as the command line's demo shows it."""
    photo = Image.fromarray(getattr(skimage.data, name)())
    mask = Image.new("L", photo.size)
    ImageDraw.Draw(mask).polygon(outline, fill=255)
    hole = np.asarray(mask)
    after = overpaint.inpaint(photo, hole, seed=1).image if is_filled else photo
    whole = before_and_after(photo, after, hole)
    return whole.resize((WIDTH, round(whole.height * WIDTH / whole.width)))


def page(*, is_filled: bool = True) -> Image.Image:
    """Fill every photo, or leave it as it is, and set them below one another."""
    sheets = [sheet(name, outline, is_filled=is_filled) for name, outline in PHOTOS.items()]
    whole = Image.new("RGB", (WIDTH, sum(one.height for one in sheets)), "white")
    top = 0
    for one in sheets:
        whole.paste(one, (0, top))
        top += one.height
    return whole


def save(picture: Image.Image, target: Path) -> None:
    """Write the page as it is shown."""
    picture.save(target, quality=88, subsampling=0)


def drift(shown: Path, made: Path, unfilled: Image.Image) -> float:
    """How far a picture that is shown is from one made today, where something was painted.

    Returns:
        The mean difference there, of 255.
    """
    then, now, before = (
        np.asarray(one.convert("RGB"), np.float32)
        for one in (Image.open(shown), Image.open(made), unfilled)
    )
    painted = np.abs(now - before).max(axis=2) > SEEN
    return float(np.abs(then - now)[painted].mean())


if __name__ == "__main__":
    save(page(), TARGET)
