"""Colour: what a model sees of a document's profile, and its answer brought back into it."""

from __future__ import annotations

import struct

import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray
from PIL import Image, ImageCms

from overpaint.color import document_colors, model_colors, to_srgb

WIDE: bytes = pyvips.Image.profile_load("p3")
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def colors() -> NDArray[np.uint8]:
    """A grid of the colours that every profile holds."""
    steps = np.linspace(100, 180, 5).astype(np.uint8)
    return np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(5, 25, 3)


@pytest.mark.parametrize("icc", [None, SRGB, b"", b"no profile at all"])
def test_without_a_profile_to_convert_from_the_numbers_are_srgb(icc: bytes | None) -> None:
    assert (model_colors(colors(), icc) == colors()).all()
    assert (document_colors(colors(), icc, like=colors()) == colors()).all()


def test_a_wide_profile_is_converted_and_comes_back_to_where_it_was() -> None:
    seen = model_colors(colors(), WIDE)

    back = document_colors(seen, WIDE, like=colors())

    assert np.abs(seen.astype(int) - colors()).max() > 3
    assert np.abs(back.astype(int) - colors()).max() <= 2


def test_gray_is_shown_as_three_equal_channels_and_comes_back_as_one() -> None:
    gray = colors()[..., :1]

    seen = model_colors(gray, None)

    assert (seen == gray).all()
    assert (document_colors(seen, None, like=gray) == gray).all()


@pytest.mark.parametrize("deep", [False, True])
def test_white_and_black_stay_white_and_black(*, deep: bool) -> None:
    most = 65535 if deep else 255
    ends = np.array([[[0, 0, 0], [most] * 3]])

    seen = model_colors(ends.astype(np.uint16 if deep else np.uint8), WIDE)

    assert seen.tolist() == [[[0, 0, 0], [255, 255, 255]]]


def test_the_answer_takes_the_documents_depth() -> None:
    like = colors().astype(np.uint16) * 257

    assert document_colors(colors(), None, like=like).dtype == np.uint16
    assert document_colors(colors(), WIDE, like=like[..., :1]).shape == (5, 25, 1)


@pytest.mark.parametrize("icc", [None, WIDE])
@pytest.mark.parametrize("channels", [1, 3])
def test_on_16_bits_the_answer_is_dithered(channels: int, icc: bytes | None) -> None:
    flat = np.full((64, 64, 3), 120, np.uint8)

    deep = document_colors(flat, icc, like=np.zeros((1, 1, channels), np.uint16))

    # Noise of half a step of 8 bits to either side.
    assert 200 < int(np.ptp(deep[..., 0])) <= 300


def test_cmyk_without_a_profile_says_that_it_can_not_be_converted_by_one() -> None:
    assert to_srgb(Image.new("CMYK", (2, 2)), None) is None


def test_a_profile_that_is_nearly_srgb_is_no_fault() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (8, 8, 3)).astype(np.uint8)

    ours = document_colors(pixels, nearly_srgb(), like=pixels)

    assert np.abs(ours.astype(int) - pixels).max() <= 3


def nearly_srgb() -> bytes:
    """A profile with sRGB's primaries and a curve off by 1.4 of 255 near 51: there, not back."""
    level = np.arange(1024) / 1023 * 255
    shown = np.clip(level + 1.4 * np.exp(-(((level - 51) / 6) ** 2)), 0, 255) / 255
    linear = np.where(shown <= 0.04045, shown / 12.92, ((shown + 0.055) / 1.055) ** 2.4)
    curve = b"curv" + struct.pack(">II", 0, 1024) + (linear * 65535).round().astype(">u2").tobytes()

    def point(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(one * 65536) for one in values))

    texts = {
        b"desc": b"desc" + struct.pack(">II", 0, 5) + b"near\0" + bytes(79),
        b"cprt": b"text\0\0\0\0CC0\0",
        b"wtpt": point(0.9642, 1, 0.8249),
        b"rXYZ": point(0.43607, 0.22249, 0.01392),
        b"gXYZ": point(0.38515, 0.71687, 0.09708),
        b"bXYZ": point(0.14307, 0.06061, 0.71410),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    begin, table, content = 132 + 12 * len(texts), b"", b""
    for name, data in texts.items():
        table += struct.pack(">4sII", name, begin + len(content), len(data))
        content += data + bytes(-len(data) % 4)
    head = struct.pack(
        ">I4sI4s4s4s", begin + len(content), b"lcms", 0x02100000, b"mntr", b"RGB ", b"XYZ "
    )
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    head += struct.pack(">3i", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + struct.pack(">I", len(texts)) + table + content
