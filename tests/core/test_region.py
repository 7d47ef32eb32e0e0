"""A region of a canvas gives what the whole gives, bit for bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from overpaint import masks
from overpaint.encoding import encode_png
from overpaint.errors import InputError
from overpaint.geometry import Bounds, Extent
from overpaint.job import Job, finish, prepare
from overpaint.models import adapter_for
from overpaint.predictions import Prediction
from overpaint.region import Region, plan_region
from overpaint.request import PaintRequest
from overpaint.results import Result

VERSIONS = (
    "overpaint/fill",
    "stability-ai/stable-diffusion-inpainting",
    "black-forest-labs/flux-fill-pro",
    "ideogram-ai/ideogram-v2",
    "allenhooo/lama",
)
Array = NDArray[np.uint8]


def photo(width: int, height: int, channels: int = 3) -> Array:
    return np.random.default_rng(7).integers(0, 256, (height, width, channels), np.uint8)


def answered(job: Job) -> Result:
    """The job's end, with an answer that depends on nothing but its size."""
    width, height = job.plan.target
    answer = np.random.default_rng(9).integers(0, 256, (height, width, 3), np.uint8)
    return finish(job, [encode_png(answer)], Prediction(id="p", logs="Using seed: 4"), endpoint="e")


def both(
    request: PaintRequest, picture: Array, mask: Array | None, version: str
) -> tuple[Job, Job, Region]:
    adapter = adapter_for(version)
    extent = Extent(picture.shape[1], picture.shape[0])
    hole = None if mask is None else masks.bounds(mask)
    region = plan_region(request, extent, hole, adapter=adapter)
    here = region.needed.slices
    whole = prepare(request, picture, mask, adapter=adapter, version=version)
    part = prepare(
        request,
        picture[here],
        None if mask is None else mask[here],
        adapter=adapter,
        version=version,
        region=region,
    )
    return whole, part, region


def assert_same(whole: Job, part: Job) -> None:
    assert whole.ask == part.ask
    one, other = answered(whole), answered(part)
    assert one.extent == other.extent
    assert one.outputs[0].layer.bounds == other.outputs[0].layer.bounds
    assert (one.outputs[0].layer.pixels == other.outputs[0].layer.pixels).all()
    assert (one.outputs[0].layer.mask == other.outputs[0].layer.mask).all()
    assert one.outputs[0].seam == other.outputs[0].seam
    bounds = part.region.bounds
    assert (one.outputs[0].picture.pixels[bounds.slices] == other.outputs[0].picture.pixels).all()


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_fill_of_the_needed_region_equals_that_of_the_whole_picture(data: st.DataObject) -> None:
    width, height = data.draw(st.integers(40, 700)), data.draw(st.integers(40, 700))
    x, y = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    wide = data.draw(st.integers(1, min(width - x, 150)))
    high = data.draw(st.integers(1, min(height - y, 150)))
    mask = np.zeros((height, width), np.uint8)
    mask[y : y + high, x : x + wide] = data.draw(st.sampled_from([1, 128, 255]))
    fields: dict[str, Any] = data.draw(
        st.fixed_dictionaries(
            {},
            optional={
                "context": st.sampled_from(["auto", "whole", 0, 3, 40]),
                "feather": st.sampled_from([0, 3, 20]),
                "grow": st.sampled_from([0, 12]),
                "prefill": st.just("neutral"),
            },
        )
    )
    version = data.draw(st.sampled_from(VERSIONS))
    picture = photo(width, height, data.draw(st.sampled_from([1, 3, 4])))

    whole, part, _ = both(PaintRequest.read(fields), picture, mask, version)

    assert_same(whole, part)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_an_expansion_of_the_needed_region_equals_that_of_the_whole_picture(
    data: st.DataObject,
) -> None:
    width, height = data.draw(st.integers(20, 500)), data.draw(st.integers(20, 500))
    sides = ("left", "right", "up", "down")
    grown = data.draw(st.lists(st.sampled_from(sides), min_size=1, unique=True))
    fields: dict[str, Any] = {side: data.draw(st.integers(1, 90)) for side in grown}
    fields["keep_original"] = data.draw(st.booleans())
    fields["context"] = data.draw(st.sampled_from(["auto", "whole", 0, 20]))
    version = data.draw(st.sampled_from(VERSIONS))

    whole, part, region = both(PaintRequest.read(fields), photo(width, height), None, version)

    assert Bounds(0, 0, width, height).contains(region.needed)
    assert not region.needed.is_empty
    assert_same(whole, part)


def test_a_small_selection_of_a_large_picture_needs_little_of_it() -> None:
    region = plan_region(
        PaintRequest(),
        Extent(12_000, 9_000),
        Bounds(5_000, 4_000, 300, 200),
        adapter=adapter_for("overpaint/fill"),
    )

    assert region.needed == region.plan.visible
    assert region.needed.width < 1_000
    assert region.needed.contains(Bounds(5_000, 4_000, 300, 200))


def test_a_model_that_grows_a_picture_by_itself_needs_all_of_it() -> None:
    region = plan_region(
        PaintRequest.read({"outpaint_direction": "both"}),
        Extent(300, 200),
        None,
        adapter=adapter_for("wolverinn/realisticoutpainter"),
    )

    assert region.needed == Bounds(0, 0, 300, 200)


@pytest.mark.parametrize(
    ("hole", "said"),
    [(None, "nothing to paint"), (Bounds(90, 90, 20, 20), "outside")],
)
def test_a_hole_that_can_be_none_is_refused(hole: Bounds | None, said: str) -> None:
    with pytest.raises(InputError, match=said):
        plan_region(PaintRequest(), Extent(100, 100), hole, adapter=adapter_for("overpaint/fill"))


def test_pixels_of_another_region_are_refused() -> None:
    adapter = adapter_for("overpaint/fill")
    region = plan_region(
        PaintRequest(), Extent(400, 400), Bounds(100, 100, 20, 20), adapter=adapter
    )
    mask = np.full((50, 50), 255, np.uint8)

    with pytest.raises(InputError, match="were needed"):
        prepare(PaintRequest(), photo(50, 50), mask, adapter=adapter, version="v", region=region)
