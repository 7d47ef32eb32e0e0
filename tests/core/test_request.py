"""What a person asks for: every name of it, and what can't be asked."""

from __future__ import annotations

from typing import Any

import pytest

from overpaint.errors import InputError
from overpaint.request import SAMPLERS, SCHEDULERS, PaintRequest, insist_on_json

# The API page's thirteen fields, diffusers' words and ours: field, alias, value.
NAMES: list[tuple[str, str, Any]] = [
    ("version", "version", "owner/name"),
    ("prompt", "prompt", "a bench"),
    ("negative_prompt", "negative_prompt", "people"),
    ("seed", "seed", 7),
    ("num_inference_steps", "num_inference_steps", 25),
    ("num_inference_steps", "steps", 25),
    ("guidance_scale", "guidance_scale", 7.5),
    ("guidance_scale", "cfg_scale", 7.5),
    ("guidance_scale", "guidance", 7.5),
    ("scheduler", "scheduler", "DDIM"),
    ("sampler_name", "sampler_name", "Euler a"),
    ("strength", "strength", 0.8),
    ("strength", "denoising_strength", 0.8),
    ("strength", "prompt_strength", 0.8),
    ("outpaint_direction", "outpaint_direction", "only width"),
    ("keep_original", "keep_original", False),
    ("keep_original", "overlay_original_img", False),
    ("image", "image", "photo.png"),
    ("mask", "mask", "mask.png"),
    ("num_outputs", "num_outputs", 3),
    ("width", "width", 512),
    ("height", "height", 768),
    ("context", "context", "whole"),
    ("feather", "feather", 4),
    ("grow", "grow", 6),
    ("prefill", "prefill", "neutral"),
    ("invert_mask", "invert_mask", True),
    ("extra", "extra", {"lora": "x"}),
]


@pytest.mark.parametrize(("field", "name", "value"), NAMES)
@pytest.mark.parametrize("nested", [False, True])
def test_every_name_of_a_field_is_read(
    field: str, name: str, value: object, *, nested: bool
) -> None:
    body = {"input": {name: value}} if nested else {name: value}

    assert getattr(PaintRequest.read(body), field) == value


def test_one_thing_under_two_names_is_read_once_if_both_agree() -> None:
    assert PaintRequest.read({"steps": 20, "num_inference_steps": 20}).num_inference_steps == 20


def test_one_thing_under_two_names_with_two_values_is_refused() -> None:
    with pytest.raises(InputError, match="two names of one setting"):
        PaintRequest.read({"steps": 20, "num_inference_steps": 30})


def test_the_nested_input_wins_as_it_would_at_the_api() -> None:
    assert PaintRequest.read({"steps": 20, "input": {"num_inference_steps": 30}}) == (
        PaintRequest.read({"steps": 30})
    )


@pytest.mark.parametrize("seed", [None, -1, "-1", ""])
def test_every_way_to_say_random_is_no_seed(seed: object) -> None:
    assert PaintRequest.read({"seed": seed}).seed is None


@pytest.mark.parametrize("field", ["version", "scheduler", "sampler_name", "outpaint_direction"])
def test_blank_is_not_given(field: str) -> None:
    assert getattr(PaintRequest.read({field: ""}), field) is None


@pytest.mark.parametrize(
    ("body", "suggested"),
    [
        ({"scheduler": "K_EULR"}, "K_EULER"),
        ({"scheduler": "dpmsolvermultistp"}, "DPMSolverMultistep"),
        ({"sampler_name": "DPM++2M"}, "DPM++ 2M"),
        ({"negativ_prompt": "x"}, "negative_prompt"),
        ({"stepss": 3}, "steps"),
        ({"cfgscale": 3}, "cfg_scale"),
        ({"cfg": 3}, "cfg_scale"),
        ({"denoising": 1}, "denoising_strength"),
        ({"scheduler": "dpm"}, "DPMSolverMultistep"),
        ({"scheduler": "K_EULER_A"}, "K_EULER_ANCESTRAL"),
        ({"sampler_name": "DPM++ 3M"}, "DPM++ 3M SDE"),
    ],
)
def test_a_slip_is_answered_with_the_nearest_right_name(
    body: dict[str, Any], suggested: str
) -> None:
    with pytest.raises(InputError) as caught:
        PaintRequest.read(body)

    assert f"did you mean “{suggested}”?" in caught.value.message
    assert caught.value.field == next(iter(body))


def test_what_is_near_to_nothing_is_answered_with_the_list() -> None:
    with pytest.raises(InputError) as caught:
        PaintRequest.read({"scheduler": "zzzzzz"})

    assert all(name in caught.value.message for name in SCHEDULERS)


@pytest.mark.parametrize("name", [*SCHEDULERS])
def test_a_scheduler_is_known_in_any_case(name: str) -> None:
    assert PaintRequest.read({"scheduler": name.lower()}).scheduler == name


@pytest.mark.parametrize("name", [*SAMPLERS])
def test_a_sampler_is_known_in_any_case(name: str) -> None:
    assert PaintRequest.read({"sampler_name": name.upper()}).sampler_name == name


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seed", -2),
        ("seed", 2**32),
        ("seed", 1.5),
        ("num_inference_steps", 0),
        ("num_inference_steps", 501),
        ("guidance_scale", -0.1),
        ("guidance_scale", 100.1),
        ("strength", -0.01),
        ("strength", 1.01),
        ("num_outputs", 0),
        ("num_outputs", 9),
        ("width", 63),
        ("height", 16385),
        ("left", -1),
        ("outpaint_amount", 0),
        ("outpaint_direction", "sideways"),
        ("context", -1),
        ("context", "some"),
        ("feather", 513),
        ("grow", -1),
        ("prefill", "noise"),
        ("prompt", None),
        ("prompt", 7),
    ],
)
def test_a_value_out_of_range_is_refused_with_its_field_and_itself(
    field: str, value: object
) -> None:
    with pytest.raises(InputError) as caught:
        PaintRequest.read({field: value})

    assert caught.value.field == field
    assert f"`{field}`" in caught.value.message
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("steps", 0, "`steps` can't be 0: it must be at least 1."),
        ("guidance_scale", "200", "`guidance_scale` can't be “200”: it must be at most 100."),
        ("left", "wide", "`left` can't be “wide”: it must be a whole number."),
        ("keep_original", "maybe", "`keep_original` can't be “maybe”: it must be true or false."),
        ("context", "some", "it must be a number of pixels up to 16384, “auto” or “whole”."),
        ("prefill", "noise", "it must be 'original' or 'neutral'."),
        ("sampler_name", "Eulr", "there is no such sampler; did you mean “Euler”?"),
        ("prompt", "half \ud800", "`prompt` can't be “half \\ud800”: it holds half a character."),
        ("prompt", 7, "`prompt` can't be 7: it must be text."),
        ("cfg_scale", -1, "`cfg_scale` can't be -1: it must be at least 0."),
        ("input", {"cfg_scale": 101}, "`cfg_scale` can't be 101: it must be at most 100."),
        ("extra", 5, "`extra` can't be 5: it must be an object of named values."),
    ],
)
def test_a_refusal_says_what_the_value_must_be(field: str, value: object, said: str) -> None:
    with pytest.raises(InputError) as caught:
        PaintRequest.read({field: value})

    assert caught.value.message.endswith(said)
    assert caught.value.message.encode()


@pytest.mark.parametrize("value", [float("nan"), [float("inf")], {1}, b"bytes", "\ud800"])
def test_what_json_can_not_say_is_refused_by_the_models_own_name(value: object) -> None:
    with pytest.raises(InputError) as caught:
        PaintRequest.read({"extra": {"lora": "x", "scale": value}})

    assert caught.value.field == "scale"


@pytest.mark.parametrize("name", ["prompt", "seed", "left", "extra"])
def test_a_value_nested_beyond_reason_is_refused_by_its_name(name: str) -> None:
    with pytest.raises(InputError) as caught:
        PaintRequest.read({name: {"scale": nested()}})

    assert caught.value.field in (name, "scale")


def test_what_is_nested_beyond_reason_can_not_be_sent() -> None:
    with pytest.raises(InputError, match="`scale` can't be sent"):
        insist_on_json({"scale": nested()})


def nested() -> list[Any]:
    """A list so deep that neither `json` nor `repr` gets to its end."""
    inner: list[Any] = []
    for _ in range(100_000):
        inner = [inner]
    return inner


def test_an_input_that_is_no_object_is_refused() -> None:
    with pytest.raises(InputError, match="object of named fields"):
        PaintRequest.read({"input": ["image"]})


@pytest.mark.parametrize(
    ("body", "grows"),
    [
        ({}, False),
        ({"left": 1}, True),
        ({"down": 1}, True),
        ({"outpaint_direction": "both"}, True),
        ({"outpaint_amount": 64}, False),
    ],
)
def test_a_request_grows_the_canvas_by_sides_or_a_direction(
    body: dict[str, Any], *, grows: bool
) -> None:
    assert PaintRequest.read(body).is_outpaint is grows


def test_a_changed_request_is_validated_anew_and_the_old_one_stays() -> None:
    request = PaintRequest.read({"steps": 20, "prompt": "a bench"})

    changed = request.changed(steps=30)

    assert (changed.num_inference_steps, changed.prompt) == (30, "a bench")
    assert request.num_inference_steps == 20
    with pytest.raises(InputError):
        request.changed(steps=0)
