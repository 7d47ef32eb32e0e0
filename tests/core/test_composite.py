"""Pixels out and back: what the model gets, and the layer over the document."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
import pyvips
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from overpaint import composite
from overpaint.composite import Layer
from overpaint.errors import OutputError
from overpaint.geometry import Bounds, CropPlan, Extent
from overpaint.images import Picture

RNG = np.random.default_rng(21)


def noise(height: int, width: int, channels: int = 3, *, deep: bool = False) -> NDArray[np.uint8]:
    most, kind = (65536, np.uint16) if deep else (256, np.uint8)
    return RNG.integers(0, most, (height, width, channels)).astype(kind)


def sha256(pixels: NDArray[np.uint8]) -> str:
    return hashlib.sha256(np.ascontiguousarray(pixels).tobytes()).hexdigest()


def native(canvas: Extent, box: Bounds) -> CropPlan:
    return CropPlan(canvas, box, box, box.extent)


@given(
    channels=st.sampled_from([1, 2, 3, 4]),
    deep=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
)
def test_laying_over_changes_nothing_where_the_mask_is_nought(
    channels: int, *, deep: bool, seed: int
) -> None:
    random = np.random.default_rng(seed)
    document = Picture(noise(12, 15, channels, deep=deep))
    mask = random.choice(np.array([0, 0, 1, 128, 254, 255], np.uint8), (7, 9))
    layer = Layer(Bounds(3, 2, 9, 7), noise(7, 9, document.color_channels, deep=deep), mask)

    over = composite.lay_over(document, layer)

    shown = np.zeros((12, 15), np.uint8)
    shown[2:9, 3:12] = mask
    assert over.pixels.dtype == document.pixels.dtype
    assert sha256(over.pixels[shown == 0]) == sha256(document.pixels[shown == 0])
    colors = over.colors[2:9, 3:12][mask == 255]
    assert (colors == layer.pixels[mask == 255]).all()


@given(seed=st.integers(0, 2**32 - 1))
def test_over_opaque_pixels_it_is_what_pillow_computes(seed: int) -> None:
    random = np.random.default_rng(seed)
    below, above = noise(8, 8), noise(8, 8)
    mask = random.integers(0, 256, (8, 8)).astype(np.uint8)

    over = composite.lay_over(Picture(below), Layer(Bounds(0, 0, 8, 8), above, mask))

    expected = Image.alpha_composite(
        Image.fromarray(below).convert("RGBA"), Image.fromarray(np.dstack([above, mask]))
    )
    assert (over.pixels == np.asarray(expected)[..., :3]).all()


def test_16_bits_over_transparency_agree_with_8() -> None:
    below, above = noise(20, 20, 4), noise(20, 20)
    mask = RNG.integers(0, 256, (20, 20)).astype(np.uint8)
    box = Bounds(0, 0, 20, 20)

    shallow = composite.lay_over(Picture(below), Layer(box, above, mask)).pixels
    deep = composite.lay_over(
        Picture(below.astype(np.uint16) * 257), Layer(box, above.astype(np.uint16) * 257, mask)
    ).pixels

    seen = shallow[..., 3] > 30
    assert np.abs(deep[seen] / 257 - shallow[seen]).max() <= 2
    assert np.abs(deep[..., 3] / 257 - shallow[..., 3]).max() <= 1


def test_a_layer_alone_is_clear_where_nothing_shows() -> None:
    mask = np.zeros((4, 4), np.uint8)
    mask[1, 1] = 128

    picture = Layer(Bounds(2, 3, 4, 4), np.maximum(noise(4, 4), 1), mask).as_picture(Extent(10, 10))

    assert np.count_nonzero(picture.pixels.any(axis=2)) == 1
    assert picture.pixels[4, 3, 3] == 128


def test_a_layer_of_16_bits_has_its_transparency_in_16() -> None:
    mask = np.array([[0, 1, 128, 255]], np.uint8)

    picture = Layer(Bounds(0, 0, 4, 1), noise(1, 4, deep=True), mask).as_picture(Extent(4, 1))

    assert picture.pixels[0, :, 3].tolist() == [0, 257, 128 * 257, 65535]


def test_a_native_crop_is_the_documents_own_pixels() -> None:
    document = Picture(noise(30, 40))

    seen = composite.fit_context(document, native(Extent(40, 30), Bounds(5, 6, 20, 10)))

    assert sha256(seen) == sha256(document.pixels[6:16, 5:25])


def test_gray_is_sent_as_three_equal_channels_and_alpha_is_not_sent() -> None:
    document = Picture(noise(10, 10, 2))

    seen = composite.fit_context(document, native(Extent(10, 10), Bounds(0, 0, 10, 10)))

    assert (seen == document.pixels[..., :1]).all()


def test_what_sticks_out_of_the_canvas_is_its_mirror_image_and_is_painted() -> None:
    document = Picture(noise(10, 10))
    plan = CropPlan(Extent(10, 10), Bounds(4, 4, 2, 2), Bounds(-3, 0, 16, 10), Extent(16, 10))

    seen = composite.fit_context(document, plan)
    shown = composite.fit_mask(np.zeros((10, 10), np.uint8), plan, grow=0)

    assert (seen[:, :3] == document.pixels[:, 2::-1]).all()
    assert (shown[:, :3] == 255).all()
    assert (shown[:, 3:13] == 0).all()


@given(
    scale=st.sampled_from([0.25, 0.5, 2.0, 3.0]),
    row=st.integers(0, 39),
    column=st.integers(0, 39),
    value=st.integers(1, 255),
)
def test_every_painted_pixel_is_covered_at_any_size(
    scale: float, row: int, column: int, value: int
) -> None:
    mask = np.zeros((40, 40), np.uint8)
    mask[row, column] = value
    side = int(40 * scale)
    box = Bounds(0, 0, 40, 40)

    shown = composite.fit_mask(mask, CropPlan(Extent(40, 40), box, box, Extent(side, side)), grow=0)

    assert shown[int((row + 0.5) * scale), int((column + 0.5) * scale)] == 255
    assert set(np.unique(shown)) <= {0, 255}


def test_an_answer_comes_back_to_the_crops_own_place() -> None:
    document = Picture(noise(30, 40))
    plan = native(Extent(40, 30), Bounds(5, 6, 20, 10))
    answer = np.full((10, 20, 3), 99, np.uint8)
    alpha = np.full((30, 40), 255, np.uint8)

    layer = composite.layer_from(answer, document, plan, alpha)

    assert layer.bounds == Bounds(5, 6, 20, 10)
    assert (layer.pixels == 99).all()


@pytest.mark.parametrize("deep", [False, True])
def test_what_is_sent_and_comes_back_as_it_was_fits_the_documents_own_profile(
    *, deep: bool
) -> None:
    # A mask without a ring round it: colours that are off are not matched away.
    steps = np.linspace(100, 180, 16).astype(np.uint8)
    colors = np.dstack(np.broadcast_arrays(steps, steps[:, None], np.uint8(120)))
    samples = colors.astype(np.uint16) * 257 if deep else colors
    document = Picture(samples, icc=pyvips.Image.profile_load("p3"))
    plan = native(document.extent, Bounds(0, 0, 16, 16))

    sent = composite.fit_context(document, plan)
    layer = composite.layer_from(sent, document, plan, np.full((16, 16), 255, np.uint8))

    assert np.abs(sent.astype(int) - colors).max() > 3
    off = np.abs(layer.pixels.astype(int) - samples).max()
    assert off <= (2 * 257 if deep else 2)


def test_an_answer_of_another_shape_is_refused() -> None:
    plan = native(Extent(40, 30), Bounds(0, 0, 20, 10))

    with pytest.raises(OutputError, match="another shape"):
        composite.layer_from(
            np.zeros((20, 20, 3), np.uint8),
            Picture(noise(30, 40)),
            plan,
            np.zeros((30, 40), np.uint8),
        )


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_a_grown_canvas_holds_the_original_untouched(channels: int) -> None:
    picture = Picture(noise(10, 12, channels), icc=b"profile")

    grown = composite.on_canvas(picture, Extent(20, 15), Bounds(4, 3, 12, 10))

    assert grown.extent == Extent(20, 15)
    assert sha256(grown.pixels[3:13, 4:16]) == sha256(picture.pixels)
    assert grown.icc == b"profile"
