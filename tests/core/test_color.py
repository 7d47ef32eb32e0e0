"""Colour: what a model sees of a document's profile, and its answer brought back into it."""

from __future__ import annotations

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


def test_cmyk_without_a_profile_says_that_it_can_not_be_converted_by_one() -> None:
    assert to_srgb(Image.new("CMYK", (2, 2)), None) is None
