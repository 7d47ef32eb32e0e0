"""The crop plan: what a model sees is real, whole, and never stretched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overpaint.errors import InputError
from overpaint.geometry import (
    Bounds,
    Context,
    CropPlan,
    Extent,
    Margins,
    SizeRule,
    expanded,
    margins_for_direction,
    plan_crop,
)

ANY = SizeRule()
SD = SizeRule(multiple=64, smallest=64, largest=1024, native=512)
FIXED = SizeRule(fixed=Extent(512, 512))
AREA = SizeRule(multiple=16, smallest=256, largest=1440, largest_area=1_048_576, native=1024)
WHOLE = Context(whole=True)


@st.composite
def canvas_and_hole(draw: st.DrawFn) -> tuple[Extent, Bounds]:
    width, height = draw(st.integers(1, 3000)), draw(st.integers(1, 3000))
    x, y = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
    return Extent(width, height), Bounds(
        x, y, draw(st.integers(1, width - x)), draw(st.integers(1, height - y))
    )


rules = st.sampled_from([ANY, SD, FIXED, AREA])
contexts = st.one_of(
    st.just(Context()),
    st.just(WHOLE),
    st.builds(Context, pixels=st.integers(0, 600)),
    st.builds(Context, factor=st.floats(0, 2), least=st.integers(0, 128)),
)


@given(place=canvas_and_hole(), rule=rules, context=contexts)
def test_the_hole_is_seen_whole_and_the_size_is_one_the_model_takes(
    place: tuple[Extent, Bounds], rule: SizeRule, context: Context
) -> None:
    plan = plan_crop(*place, rule=rule, context=context)

    assert plan.context.contains(plan.hole)
    assert plan.visible.contains(plan.hole)
    assert rule.allows(plan.target)


@given(place=canvas_and_hole(), rule=rules, context=contexts)
def test_both_sides_are_scaled_alike(
    place: tuple[Extent, Bounds], rule: SizeRule, context: Context
) -> None:
    plan = plan_crop(*place, rule=rule, context=context)

    across, down = (
        sent / seen for sent, seen in zip(plan.target, plan.context.extent, strict=True)
    )
    # By one scale, both sides come out right to within a pixel of the canvas.
    assert (
        min(
            max(
                abs(plan.context.width * scale - plan.target.width),
                abs(plan.context.height * scale - plan.target.height),
            )
            / scale
            for scale in (across, down)
        )
        <= 1
    )


@given(place=canvas_and_hole(), rule=rules, context=contexts)
def test_a_side_that_fits_the_canvas_lies_inside_it(
    place: tuple[Extent, Bounds], rule: SizeRule, context: Context
) -> None:
    plan = plan_crop(*place, rule=rule, context=context)

    if plan.context.width <= plan.canvas.width:
        assert 0 <= plan.context.x <= plan.canvas.width - plan.context.width
    if plan.context.height <= plan.canvas.height:
        assert 0 <= plan.context.y <= plan.canvas.height - plan.context.height


@given(place=canvas_and_hole(), context=contexts)
def test_a_model_of_any_size_gets_real_pixels_as_they_are(
    place: tuple[Extent, Bounds], context: Context
) -> None:
    plan = plan_crop(*place, context=context)

    assert plan.is_native
    assert plan.visible == plan.context
    assert plan.scale == 1


@given(place=canvas_and_hole(), pixels=st.integers(0, 300))
def test_the_context_asked_for_is_seen_wherever_the_canvas_has_it(
    place: tuple[Extent, Bounds], pixels: int
) -> None:
    canvas, hole = place

    plan = plan_crop(canvas, hole, context=Context(pixels=pixels))

    everything = Bounds(0, 0, *canvas)
    assert plan.context.contains(hole.grown(pixels).intersection(everything))


def test_a_hole_in_the_corner_shifts_the_context_inside_instead_of_cutting_it() -> None:
    plan = plan_crop(Extent(2000, 1000), Bounds(0, 980, 20, 20), context=Context(pixels=90))

    assert plan.context == Bounds(0, 800, 200, 200)


def test_a_small_hole_is_not_blown_up_where_the_canvas_has_more_to_show() -> None:
    plan = plan_crop(Extent(4000, 4000), Bounds(2000, 2000, 40, 40), rule=SD)

    assert plan.target == plan.context.extent == Extent(512, 512)


def test_a_small_canvas_is_enlarged_to_what_the_model_paints_best() -> None:
    plan = plan_crop(Extent(100, 100), Bounds(40, 40, 20, 20), rule=SD)

    assert plan.target == Extent(512, 512)
    assert plan.context == Bounds(0, 0, 100, 100)


def test_a_huge_hole_is_scaled_down_to_the_largest_the_model_takes() -> None:
    plan = plan_crop(Extent(6000, 4000), Bounds(0, 0, 6000, 4000), rule=SD)

    assert plan.target.width == 1024
    assert plan.scale < 0.2


def test_a_narrow_canvas_is_mirrored_only_where_there_is_nothing_real() -> None:
    plan = plan_crop(Extent(200, 2000), Bounds(50, 900, 100, 100), rule=FIXED)

    assert plan.context.width == plan.context.height
    assert plan.visible.width == 200
    assert plan.visible.height == plan.context.height


@pytest.mark.parametrize(
    ("sizes", "field"),
    [
        ({"width": 500}, "width"),
        ({"width": 512, "height": 4096}, "height"),
        ({"height": 7}, "height"),
    ],
)
def test_a_size_the_model_does_not_take_is_refused_by_name(
    sizes: dict[str, int], field: str
) -> None:
    with pytest.raises(InputError) as caught:
        plan_crop(
            Extent(800, 600),
            Bounds(10, 10, 20, 20),
            rule=SD,
            width=sizes.get("width"),
            height=sizes.get("height"),
        )

    assert caught.value.field == field


@pytest.mark.parametrize("canvas", [Extent(1, 30000), Extent(30000, 200)])
def test_a_long_strip_is_refused_by_a_model_that_would_see_next_to_nothing_of_it(
    canvas: Extent,
) -> None:
    everything = Bounds(0, 0, *canvas)

    for rule in (AREA, FIXED):
        with pytest.raises(InputError, match="too thin a strip"):
            plan_crop(canvas, everything, rule=rule)
    assert plan_crop(canvas, everything).context == everything
    part = plan_crop(canvas, Bounds(0, 0, 1, 1), rule=AREA)
    assert part.context.width * part.context.height < 2 * 1_048_576


def test_a_chosen_width_takes_its_height_from_the_context() -> None:
    plan = plan_crop(Extent(800, 400), Bounds(0, 0, 800, 400), rule=SD, width=768)

    assert plan.target == Extent(768, 384)


def test_growing_says_where_the_original_lies() -> None:
    grown, original = expanded(Extent(100, 50), Margins(left=10, right=20, up=5, down=0))

    assert grown == Extent(130, 55)
    assert original == Bounds(10, 5, 100, 50)


def test_growing_past_what_editors_take_is_refused() -> None:
    with pytest.raises(InputError, match="would grow to"):
        expanded(Extent(100, 50), Margins(left=32768))


@pytest.mark.parametrize(
    ("direction", "margins"),
    [
        ("both", Margins(7, 7, 7, 7)),
        ("only width", Margins(7, 7, 0, 0)),
        ("only height", Margins(0, 0, 7, 7)),
    ],
)
def test_a_direction_names_its_sides(direction: str, margins: Margins) -> None:
    assert margins_for_direction(direction, 7) == margins


bounds = st.builds(
    Bounds,
    st.integers(-50, 50),
    st.integers(-50, 50),
    st.integers(0, 60),
    st.integers(0, 60),
)


@given(one=bounds, other=bounds)
def test_what_two_rectangles_share_lies_in_both(one: Bounds, other: Bounds) -> None:
    shared = one.intersection(other)

    assert shared == other.intersection(one) or shared.is_empty
    if not shared.is_empty:
        assert one.contains(shared)
        assert other.contains(shared)


def test_the_scale_of_a_plan_is_pixels_sent_per_pixel_of_the_canvas() -> None:
    plan = CropPlan(Extent(100, 100), Bounds(4, 4, 2, 2), Bounds(0, 0, 50, 50), Extent(200, 200))

    assert (plan.scale, plan.is_native) == (4, False)
