"""Small pictures, made without any library."""

from __future__ import annotations

import numpy as np
import pytest

from overpaint_bridge.session import Pixels
from overpaint_bridge.thumbnails import focus, thumbnail

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


def mask(width: int, height: int, *box: int) -> Pixels:
    """White from left, top to right, bottom."""
    array = np.zeros((height, width), np.uint8)
    if box:
        left, top, right, bottom = box
        array[top:bottom, left:right] = 255
    return Pixels(array.tobytes(), width, height, "L8")


@pytest.mark.parametrize(
    ("box", "part"),
    [
        ((100, 80, 140, 120), (92, 72, 56, 56)),  # 1.4 times the hole, the hole in its middle
        ((100, 80, 110, 90), (85, 65, 40, 40)),  # a small one: the least there is to see
        ((0, 0, 40, 20), (0, 0, 56, 56)),  # in a corner: moved in
        ((260, 180, 300, 200), (244, 144, 56, 56)),
        ((0, 0, 300, 20), (0, 0, 300, 200)),  # wider than the picture is high
        ((299, 0, 300, 1), (260, 0, 40, 40)),
        ((), (0, 0, 300, 200)),
    ],
)
def test_a_small_picture_is_about_what_was_painted(
    box: tuple[int, ...], part: tuple[int, ...]
) -> None:
    assert focus(mask(300, 200, *box), 40) == part


@pytest.mark.parametrize("name", ["L8", "RGB8", "BGRA16"])
def test_a_part_is_what_it_shows(name: str) -> None:
    part = unpacked(thumbnail(picture(name), 30, (45, 20, 40, 40)))
    if name == "L8":
        assert (part == 20).all()
    else:
        assert (part == (20, 10, 180)).all()

    assert part.shape[:2] == (30, 30)
