"""One job's two ends, with the answer made by hand."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from overpaint.encoding import decode_data_uri, decode_output, encode_png
from overpaint.errors import ImageError, InputError, OutputError, PredictionFailedError
from overpaint.job import Job, finish, prepare
from overpaint.models import COPYING_FILL, adapter_for
from overpaint.predictions import Prediction
from overpaint.request import PaintRequest
from overpaint.results import Result

FILL = "overpaint/fill"
SD = "stability-ai/stable-diffusion-inpainting"
RNG = np.random.default_rng(5)


def noise(height: int = 90, width: int = 120, channels: int = 3) -> NDArray[np.uint8]:
    return RNG.integers(0, 256, (height, width, channels)).astype(np.uint8)


def hole(height: int = 90, width: int = 120) -> NDArray[np.uint8]:
    mask = np.zeros((height, width), np.uint8)
    mask[30:60, 40:80] = 255
    mask[29, 40:80] = 100
    return mask


def job_for(
    picture: NDArray[np.uint8],
    mask: NDArray[np.uint8] | None,
    version: str = FILL,
    **fields: Any,  # noqa: ANN401  any body a person may give
) -> Job:
    request = PaintRequest.read(fields)
    return prepare(request, picture, mask, adapter=adapter_for(version), version=version)


def sent(job: Job, name: str) -> NDArray[np.uint8]:
    return decode_output(decode_data_uri(job.ask.input[name])[0])


def answered(job: Job, color: tuple[int, int, int] = (10, 200, 30), logs: str = "") -> Result:
    answer = np.full((job.plan.target.height, job.plan.target.width, 3), color, np.uint8)
    prediction = Prediction(id="p", status="succeeded", logs=logs, input=job.ask.input)
    return finish(job, [encode_png(answer)], prediction, endpoint="test")


def sha256(pixels: NDArray[np.uint8]) -> str:
    return hashlib.sha256(np.ascontiguousarray(pixels).tobytes()).hexdigest()


@pytest.mark.parametrize("version", [FILL, SD])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_nothing_outside_the_mask_changes(version: str, channels: int) -> None:
    picture, mask = noise(channels=channels), hole()

    result = answered(job_for(picture, mask, version))

    final = result.outputs[0].picture.pixels
    assert sha256(final[mask == 0]) == sha256(picture[mask == 0])
    assert (final[mask == 255] != picture[mask == 255]).mean() > 0.5


@settings(max_examples=60, deadline=None)
@given(
    width=st.integers(1, 40),
    height=st.integers(1, 40),
    channels=st.sampled_from([1, 2, 3, 4]),
    version=st.sampled_from([FILL, SD]),
    data=st.data(),
)
def test_any_mask_on_any_picture_leaves_the_rest_alone(
    width: int, height: int, channels: int, version: str, data: st.DataObject
) -> None:
    picture = noise(height, width, channels)
    values = data.draw(st.binary(min_size=width * height, max_size=width * height))
    mask = np.frombuffer(values, np.uint8).reshape(height, width).copy()
    mask[0, 0] = 255

    final = answered(job_for(picture, mask, version)).outputs[0].picture.pixels

    assert sha256(final[mask == 0]) == sha256(picture[mask == 0])


@pytest.mark.parametrize("channels", [3, 4])
def test_the_layer_over_the_original_is_the_picture(channels: int) -> None:
    picture, mask = noise(channels=channels), hole()

    result = answered(job_for(picture, mask, feather=5))

    original = Image.fromarray(picture).convert("RGBA")
    over = np.asarray(Image.alpha_composite(original, result.layer))
    assert sha256(over[..., :channels]) == sha256(result.outputs[0].picture.pixels)


def test_the_layer_holds_the_whole_context_under_its_mask() -> None:
    picture, mask = noise(300, 400), np.zeros((300, 400), np.uint8)
    mask[140:160, 190:210] = 255

    layer = answered(job_for(picture, mask)).outputs[0].layer

    assert layer.bounds == (126, 76, 148, 148)
    assert layer.pixels.shape == (148, 148, 3)
    assert (layer.mask > 0).sum() == 400


def test_the_model_sees_a_hard_mask_of_every_selected_pixel() -> None:
    job = job_for(noise(), hole())

    shown = sent(job, "mask")[..., 0]

    offset = job.plan.visible.slices
    assert set(np.unique(shown)) == {0, 255}
    assert ((shown == 255) == (hole()[offset] > 0)).all()


def test_black_as_paint_here_is_turned_round() -> None:
    mask = 255 - hole()

    job = job_for(noise(), mask, invert_mask=True)

    assert (job.mask == hole()).all()


def test_neutral_prefill_hides_what_was_there() -> None:
    job = job_for(noise(), hole(), prefill="neutral")

    assert (sent(job, "image")[sent(job, "mask")[..., 0] > 0] == 127).all()


def test_expanding_grows_the_canvas_and_keeps_the_original() -> None:
    picture = noise()

    result = answered(job_for(picture, None, left=10, up=20, right=5))

    final = result.outputs[0].picture.pixels
    assert final.shape == (110, 135, 3)
    assert sha256(final[20:, 10:-5]) == sha256(picture)
    assert (final[:20, 30] == (10, 200, 30)).all()


def test_a_direction_grows_both_its_sides() -> None:
    result = answered(job_for(noise(), None, outpaint_direction="only width", outpaint_amount=16))

    assert result.extent == (152, 90)


def test_without_keep_original_the_seam_reaches_into_the_original() -> None:
    job = job_for(noise(), None, left=10, keep_original=False)

    assert (job.mask[:, : 10 + 32] == 255).all()
    assert (job.mask[:, 10 + 32 :] == 0).all()


def test_what_the_server_says_it_ignored_reaches_the_person() -> None:
    job = job_for(noise(), hole(), prompt="a cat", steps=20)

    result = answered(job, logs="Using seed: 9\nIgnored: prompt\n")

    assert result.ignored == ("steps", "prompt")
    assert result.seed == 9


def test_results_do_not_carry_megabytes_of_what_was_sent() -> None:
    result = answered(job_for(noise(), hole()))

    assert len(result.prediction.model_dump_json()) < 2000


def test_an_answer_of_another_size_and_the_same_shape_is_scaled_back() -> None:
    picture, mask = noise(), hole()
    job = job_for(picture, mask)
    answer = np.zeros((job.plan.target.height * 2, job.plan.target.width * 2, 3), np.uint8)

    result = finish(
        job, [encode_png(answer)], Prediction(id="p", status="succeeded"), endpoint="test"
    )

    assert sha256(result.outputs[0].picture.pixels[mask == 0]) == sha256(picture[mask == 0])


@pytest.mark.parametrize("answer", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n half"])
def test_an_answer_that_is_no_picture_is_an_output_error(answer: bytes) -> None:
    job = job_for(noise(), hole())

    with pytest.raises(OutputError):
        finish(job, [answer], Prediction(id="p", status="succeeded"), endpoint="test")


def test_an_answer_of_another_shape_is_an_output_error() -> None:
    job = job_for(noise(), hole())
    answer = encode_png(np.zeros((64, 512, 3), np.uint8))

    with pytest.raises(OutputError, match="another shape"):
        finish(job, [answer], Prediction(id="p", status="succeeded"), endpoint="test")


def test_success_without_a_picture_is_a_failure_that_names_the_filter() -> None:
    job = job_for(noise(), hole())

    with pytest.raises(PredictionFailedError, match="safety filter"):
        finish(job, [], Prediction(id="p", status="succeeded"), endpoint="test")


def test_a_result_prints_as_a_line_without_its_pixels() -> None:
    result = answered(job_for(noise(), hole(), seed=7), logs="Using seed: 7")

    assert repr(result) == "<Result: 1 of 120 × 90, seed 7, from test>"
    assert repr(result.outputs[0]).startswith("<Output: 120 × 90, seed 7, seam ")


@pytest.mark.parametrize(
    ("mask", "fields", "error", "said"),
    [
        (None, {}, InputError, "no mask"),
        (np.zeros((90, 120), np.uint8), {}, ImageError, "empty"),
        (np.full((9, 12), 255, np.uint8), {}, ImageError, "12 × 9"),
        (np.full((90, 120), 255, np.uint8), {"left": 5}, InputError, "together"),
        (np.full((90, 120), 255, np.uint8), {"invert_mask": True}, InputError, "empty"),
        (None, {"left": 5, "outpaint_direction": "both"}, InputError, "together"),
        (None, {"left": 16384, "right": 16384}, InputError, "would grow"),
    ],
)
def test_what_can_not_be_painted_is_refused_before_anything_is_sent(
    mask: NDArray[np.uint8] | None, fields: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        job_for(noise(), mask, **fields)


@pytest.mark.parametrize(
    ("mask", "fields"), [(np.full((90, 120), 1, np.uint8), {}), (hole(), {"context": 0})]
)
def test_an_engine_that_only_copies_is_not_asked_to_paint_all_it_sees(
    mask: NDArray[np.uint8], fields: dict[str, Any]
) -> None:
    request = PaintRequest.read(fields)

    with pytest.raises(ImageError, match="only copy") as caught:
        prepare(request, noise(), mask, adapter=COPYING_FILL, version=FILL)

    assert caught.value.field == "mask"


def test_a_model_may_paint_the_whole_picture() -> None:
    job = job_for(noise(), np.full((90, 120), 255, np.uint8))

    assert job.shown is not None
    assert (job.shown == 255).all()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"width": 500}, "width"),
        ({"guidance_scale": 30}, "guidance_scale"),
        ({"scheduler": "Karras"}, "scheduler"),
        ({"num_outputs": 5}, "num_outputs"),
    ],
)
def test_what_this_model_does_not_take_is_refused_with_the_field_named(
    fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(InputError) as caught:
        job_for(noise(), hole(), SD, **fields)

    assert caught.value.field == field
