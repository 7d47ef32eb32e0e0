"""Before and after, side by side, for a person to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["before_and_after"]

GAP = 12
CAPTION = 34
INK = (40, 40, 44)
PAPER = (250, 250, 248)
# Dashes of the selection's outline, as editors draw it: so many pixels black, then white.
DASH = 5


def before_and_after(
    before: Image.Image, after: Image.Image, mask: NDArray[np.uint8]
) -> Image.Image:
    """Set both pictures side by side at full size, the selection outlined on the first.

    Args:
        before: the original.
        after: as large.
        mask: (height, width) uint8, 255 = painted.
    """
    width, height = before.size
    sheet = Image.new("RGB", (2 * width + 3 * GAP, height + GAP + CAPTION), PAPER)
    outlined = _with_outline(before.convert("RGB"), mask)
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(18)
    for place, (picture, caption) in enumerate(
        ((outlined, "before, with the selection"), (after.convert("RGB"), "after"))
    ):
        left = GAP + place * (width + GAP)
        sheet.paste(picture, (left, GAP))
        middle = (left + width // 2, height + GAP + CAPTION // 2)
        pen.text(middle, caption, fill=INK, font=font, anchor="mm")
    return sheet


def _with_outline(picture: Image.Image, mask: NDArray[np.uint8]) -> Image.Image:
    """Draw the mask's edge as marching ants."""
    import numpy as np

    inside = mask >= 128
    edge = np.zeros_like(inside)
    edge[1:] |= inside[1:] != inside[:-1]
    edge[:, 1:] |= inside[:, 1:] != inside[:, :-1]
    rows, columns = np.nonzero(edge)
    dark = (rows + columns) // DASH % 2 == 0
    pixels = np.array(picture)
    pixels[rows, columns] = np.where(dark[:, np.newaxis], 0, 255)
    return Image.fromarray(pixels)
