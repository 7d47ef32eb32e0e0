"""Small pictures of results, for a grid: plain Python, by stride, since editors have no numpy."""

from __future__ import annotations

import sys

from .pixels import FORMATS, Pixels

__all__ = ["focus", "thumbnail"]

# x, y, width and height within a picture.
Part = tuple[int, int, int, int]

# How much more than what was painted a thumbnail shows: enough to see how it sits there.
ROUND = 1.4


def focus(mask: Pixels, least: int) -> Part:
    """Find the part of a result that a small picture of it is about.

    A result is its whole context, of which a fill may have changed a corner: seen whole, four fills
    of one selection look the same.

    Args:
        mask: what shows of the result, L8.
        least: the square's side is this at least, in pixels; of less there would be nothing to see.

    Returns:
        x, y, width and height of a square round what shows, or of as much of it as the picture has;
        all of the picture where nothing shows.
    """
    width, height, data = mask.width, mask.height, mask.data
    top = (len(data) - len(data.lstrip(b"\0"))) // width
    bottom = height - (len(data) - len(data.rstrip(b"\0"))) // width
    if top >= bottom:
        return 0, 0, width, height
    rows = [data[y * width : (y + 1) * width] for y in range(top, bottom)]
    left = min(width - len(row.lstrip(b"\0")) for row in rows)
    right = max(len(row.rstrip(b"\0")) for row in rows)
    side = max(least, round(max(right - left, bottom - top) * ROUND))
    x, columns = _around(left, right, side, width)
    y, lines = _around(top, bottom, side, height)
    return x, y, columns, lines


def _around(start: int, end: int, length: int, whole: int) -> tuple[int, int]:
    """Begin and length of a span with this one in its middle, moved or cut to lie in the whole."""
    length = min(length, whole)
    return min(max(0, (start + end - length) // 2), whole - length), length


def thumbnail(pixels: Pixels, side: int, part: Part | None = None) -> Pixels:
    """Shrink a picture so that it fits a square; never enlarges.

    Args:
        pixels: in any format; transparency is left out.
        side: of the square.
        part: of the picture; None = all of it.

    Returns:
        RGB8, the part's shape kept.
    """
    left, top, width, height = part or (0, 0, pixels.width, pixels.height)
    channels, size = FORMATS[pixels.format]
    scale = min(1.0, side / max(width, height))
    columns = _samples(left, width, scale)
    rows = _samples(top, height, scale)
    planes = _planes(pixels.format, channels)
    pixel, row = channels * size, channels * size * pixels.width
    # Of a two-byte number the upper one is what 8 bits show.
    upper = size - 1 if sys.byteorder == "little" else 0
    line = 3 * len(columns)
    small = bytearray(line * len(rows))
    data = memoryview(pixels.data)
    for plane, channel in enumerate(planes):
        starts = [x * pixel + channel * size + upper for x in columns]
        for number, y in enumerate(rows):
            at = y * row
            small[line * number + plane : line * (number + 1) : 3] = bytes(
                [data[at + start] for start in starts]
            )
    return Pixels(bytes(small), len(columns), len(rows), "RGB8")


def _samples(start: int, length: int, scale: float) -> list[int]:
    """The middles of as many equal pieces of a span as its small picture has pixels."""
    pieces = max(1, round(length * scale))
    return [start + (2 * piece + 1) * length // (2 * pieces) for piece in range(pieces)]


def _planes(name: str, channels: int) -> tuple[int, int, int]:
    """Where red, green and blue are among the channels."""
    if channels <= 2:
        return 0, 0, 0
    return (2, 1, 0) if name.startswith("BGR") else (0, 1, 2)
