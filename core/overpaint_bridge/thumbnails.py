"""Small pictures of results, for a grid: plain Python, by stride, since editors have no numpy."""

from __future__ import annotations

import sys

from .pixels import FORMATS, Pixels

__all__ = ["thumbnail"]


def thumbnail(pixels: Pixels, side: int) -> Pixels:
    """Shrink a picture so that it fits a square; never enlarges.

    Args:
        pixels: in any format; transparency is left out.
        side: of the square.

    Returns:
        RGB8, its shape kept.
    """
    channels, size = FORMATS[pixels.format]
    scale = min(1.0, side / max(pixels.width, pixels.height))
    width = max(1, round(pixels.width * scale))
    height = max(1, round(pixels.height * scale))
    columns = [(2 * x + 1) * pixels.width // (2 * width) for x in range(width)]
    rows = [(2 * y + 1) * pixels.height // (2 * height) for y in range(height)]
    planes = _planes(pixels.format, channels)
    pixel, row = channels * size, channels * size * pixels.width
    # Of a two-byte number the upper one is what 8 bits show.
    upper = size - 1 if sys.byteorder == "little" else 0
    small = bytearray(3 * width * height)
    data = memoryview(pixels.data)
    for plane, channel in enumerate(planes):
        starts = [x * pixel + channel * size + upper for x in columns]
        for y, line in enumerate(rows):
            at = line * row
            small[3 * width * y + plane : 3 * width * (y + 1) : 3] = bytes(
                [data[at + start] for start in starts]
            )
    return Pixels(bytes(small), width, height, "RGB8")


def _planes(name: str, channels: int) -> tuple[int, int, int]:
    """Where red, green and blue are among the channels."""
    if channels <= 2:
        return 0, 0, 0
    return (2, 1, 0) if name.startswith("BGR") else (0, 1, 2)
