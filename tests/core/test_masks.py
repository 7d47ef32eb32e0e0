"""Masks: 255 paints, the fade is exactly 0 and 1 at its ends, and never passes the selection."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from overpaint import masks
from overpaint.geometry import Bounds, Extent
from overpaint.masks import Mask

some_mask = arrays.arrays(
    np.uint8,
    st.tuples(st.integers(1, 24), st.integers(1, 24)),
    elements=st.sampled_from([0, 0, 0, 1, 90, 255, 255]),
)


def square(size: int = 60, low: int = 20, high: int = 40, value: int = 255) -> Mask:
    mask = np.zeros((size, size), np.uint8)
    mask[low:high, low:high] = value
    return mask


@given(mask=some_mask)
def test_the_bounds_hold_all_that_is_painted_and_no_more(mask: Mask) -> None:
    box = masks.bounds(mask)

    if box is None:
        assert not mask.any()
        return
    inside = mask[box.slices]
    assert np.count_nonzero(inside) == np.count_nonzero(mask)
    assert all(edge.any() for edge in (inside[0], inside[-1], inside[:, 0], inside[:, -1]))


@given(mask=some_mask)
def test_turning_a_mask_round_twice_gives_it_back(mask: Mask) -> None:
    assert (masks.invert(masks.invert(mask)) == mask).all()
    assert (masks.invert(mask).astype(int) + mask == 255).all()


@settings(max_examples=60, deadline=None)
@given(mask=some_mask, pixels=st.integers(0, 8))
def test_growing_reaches_all_within_so_many_pixels_and_nothing_else(
    mask: Mask, pixels: int
) -> None:
    grown = masks.grow(mask, pixels)

    rows, columns = np.nonzero(mask)
    y, x = np.mgrid[: mask.shape[0], : mask.shape[1]]
    near = np.zeros(mask.shape, bool)
    for row, column in zip(rows, columns, strict=True):
        near |= np.hypot(y - row, x - column) <= pixels
    assert ((grown == 255) == near).all()
    assert set(np.unique(grown)) <= {0, 255}


@given(mask=some_mask, pixels=st.integers(0, 12))
def test_a_feather_never_passes_the_selection(mask: Mask, pixels: int) -> None:
    faded = masks.feather(mask, pixels)

    assert (faded <= mask).all()
    assert (faded[mask == 0] == 0).all()


@pytest.mark.parametrize("pixels", [1, 2, 5, 9])
def test_the_fade_is_whole_from_its_depth_on_and_rises_all_the_way(pixels: int) -> None:
    faded = masks.feather(square(), pixels)

    across = faded[30, 20:30].astype(int)
    assert faded[30, 19] == 0
    assert (across[pixels:] == 255).all()
    assert (across[:pixels] < 255).all()
    assert (np.diff(across[: pixels + 1]) > 0).all()


def test_the_selections_own_greys_are_kept_in_the_middle() -> None:
    assert masks.feather(square(value=90), 4)[30, 30] == 90


def test_the_edge_of_the_canvas_is_no_edge_of_the_mask() -> None:
    mask = np.zeros((40, 40), np.uint8)
    mask[:, 25:] = 255

    faded = masks.feather(mask, 5)

    assert (faded[:, -1] == 255).all()
    assert (faded[0] == faded[20]).all()


def test_a_mask_over_everything_is_not_faded() -> None:
    assert (masks.feather(np.full((9, 9), 255, np.uint8), 4) == 255).all()


def test_what_is_kept_of_a_grown_canvas_is_the_rectangle() -> None:
    mask = masks.around(Extent(30, 20), Bounds(5, 0, 20, 20))

    assert (mask[:, 5:25] == 0).all()
    assert (mask[:, :5] == 255).all()
    assert (mask[:, 25:] == 255).all()


def test_a_feather_suits_the_mask_and_stays_between_2_and_16_pixels() -> None:
    def of(side: int) -> int:
        return masks.auto_feather(square(2000, 10, 10 + side))

    assert [of(4), of(200), of(1900)] == [2, 6, 16]


@pytest.mark.parametrize(
    "change", [masks.invert, lambda m: masks.grow(m, 3), lambda m: masks.feather(m, 3)]
)
def test_the_mask_given_is_not_written_to(change: Callable[[Mask], Mask]) -> None:
    mask = square()
    before = mask.copy()

    change(mask)

    assert (mask == before).all()


def test_growing_an_empty_mask_leaves_it_empty() -> None:
    empty: NDArray[np.uint8] = np.zeros((5, 5), np.uint8)

    assert not masks.grow(empty, 3).any()
    assert masks.bounds(empty) is None
