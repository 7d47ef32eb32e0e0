"""Small pictures, made without any library."""

from __future__ import annotations

import numpy as np
import pytest

from overpaint_bridge.session import Pixels
from overpaint_bridge.thumbnails import thumbnail

from .canvases import unpacked


def picture(name: str) -> Pixels:
    """Red at the left, blue at the right, in any format."""
    colors = np.zeros((60, 90, 3), np.uint8)
    colors[:, :45] = (200, 10, 30)
    colors[:, 45:] = (20, 10, 180)
    channels = {
        "L": [0],
        "LA": [0, 0],
        "RGB": [0, 1, 2],
        "RGBA": [0, 1, 2, 0],
        "BGRA": [2, 1, 0, 0],
    }
    array = colors[..., channels[name.rstrip("168")]]
    deep = array.astype(np.uint16) * 256 + 7 if name.endswith("16") else array
    return Pixels(np.ascontiguousarray(deep).tobytes(), 90, 60, name)


@pytest.mark.parametrize("name", ["RGB8", "RGBA8", "BGRA8", "RGBA16", "BGRA16"])
def test_colours_are_right_in_every_format(name: str) -> None:
    small = thumbnail(picture(name), 30)

    pixels = unpacked(small)
    assert (small.width, small.height, small.format) == (30, 20, "RGB8")
    assert (pixels[:, 2] == (200, 10, 30)).all()
    assert (pixels[:, -3] == (20, 10, 180)).all()


@pytest.mark.parametrize("name", ["L8", "LA8"])
def test_gray_becomes_rgb(name: str) -> None:
    pixels = unpacked(thumbnail(picture(name), 30))

    assert (pixels[:, 2] == 200).all()


def test_a_small_picture_is_not_enlarged() -> None:
    small = thumbnail(picture("RGB8"), 500)

    assert (small.width, small.height) == (90, 60)
    assert (unpacked(small) == unpacked(picture("RGB8"))).all()


@pytest.mark.parametrize(("width", "height"), [(1, 1), (3000, 1), (1, 3000)])
def test_every_shape_keeps_a_pixel(width: int, height: int) -> None:
    small = thumbnail(Pixels(bytes(width * height), width, height, "L8"), 64)

    assert min(small.width, small.height) == 1
    assert max(small.width, small.height) <= 64
