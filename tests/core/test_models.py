"""Every adapter's input against what its model publishes."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from PIL import Image

from overpaint.errors import ConfigurationError, InputError, OutputError
from overpaint.geometry import Extent
from overpaint.job import finish, prepare
from overpaint.models import Adapter, adapter_for, is_known
from overpaint.models.catalogue import BY_HASH, BY_NAME
from overpaint.models.schema import adapter_from_schema, repaints_black
from overpaint.predictions import Prediction
from overpaint.request import PaintRequest

SCHEMAS = Path(__file__).with_name("schemas")
PICTURE = np.full((600, 800, 3), 120, np.uint8)
MASK = np.zeros((600, 800), np.uint8)
MASK[250:350, 300:500] = 255

FILLING = {
    "stability-ai/stable-diffusion-inpainting": "stable-diffusion-inpainting",
    "andreasjansson/stable-diffusion-inpainting": "sd-inpainting-by-size",
    "lucataco/sdxl-inpainting": "sdxl-inpainting",
    "stability-ai/sdxl": "sdxl",
    "black-forest-labs/flux-fill-pro": "flux-fill-pro",
    "black-forest-labs/flux-fill-dev": "flux-fill-dev",
    "ideogram-ai/ideogram-v2": "ideogram",
    "ideogram-ai/ideogram-v3-turbo": "ideogram",
    "allenhooo/lama": "lama",
    "zylim0702/remove-object": "lama",
    "bria/genfill": "genfill",
    "bria/eraser": "lama",
}
# What every model takes of what it reads.
EVERYTHING: dict[str, Any] = {
    "prompt": "a bench",
    "negative_prompt": "blur",
    "seed": 7,
    "num_inference_steps": 20,
    "guidance_scale": 5,
    "strength": 0.5,
    "num_outputs": 2,
    "scheduler": "DDIM",
    "sampler_name": "Euler a",
}


def published(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((SCHEMAS / f"{name}.json").read_text())
    return document


def check(asked: Mapping[str, Any], name: str) -> None:
    """Validate an input as the model's own server does."""
    document = published(name)
    jsonschema.validate(dict(asked), document | {"$ref": "#/components/schemas/Input"})


def picture_in(asked: Mapping[str, Any], field: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(asked[field].partition(",")[2])))


def asked_of(version: str, adapter: Adapter | None = None, **fields: Any) -> dict[str, Any]:  # noqa: ANN401  request fields
    request = PaintRequest.read(fields)
    job = prepare(request, PICTURE, MASK, adapter=adapter or adapter_for(version), version=version)
    return job.ask.input


@pytest.mark.parametrize(("version", "schema"), FILLING.items())
@pytest.mark.parametrize("fields", [{}, EVERYTHING], ids=["nothing", "everything"])
def test_what_is_sent_is_what_the_model_publishes(
    version: str, schema: str, fields: dict[str, Any]
) -> None:
    asked = asked_of(version, **fields)

    check(asked, schema)
    assert None not in asked.values()


@pytest.mark.parametrize("version", FILLING)
def test_picture_and_mask_have_one_size_that_the_model_takes(version: str) -> None:
    adapter = adapter_for(version)

    asked = asked_of(version)

    size = picture_in(asked, "image").size
    assert picture_in(asked, "mask").size == size
    assert adapter.rule.allows(Extent(*size))


@pytest.mark.parametrize("version", FILLING)
def test_only_ideogram_is_sent_black_where_it_is_to_paint(version: str) -> None:
    asked = asked_of(version)

    mask = np.asarray(picture_in(asked, "mask"))
    painted = 0 if version.startswith("ideogram") else 255
    assert set(np.unique(mask)) == {0, 255}
    assert mask[mask.shape[0] // 2, mask.shape[1] // 2] == painted


@pytest.mark.parametrize(
    ("version", "ignored"),
    [
        ("stability-ai/stable-diffusion-inpainting", {"strength", "sampler"}),
        ("lucataco/sdxl-inpainting", {"sampler"}),
        (
            "black-forest-labs/flux-fill-pro",
            {"negative prompt", "strength", "sampler", "scheduler", "number of images"},
        ),
        (
            "black-forest-labs/flux-fill-dev",
            {"negative prompt", "strength", "sampler", "scheduler"},
        ),
        (
            "allenhooo/lama",
            {
                "prompt",
                "negative prompt",
                "seed",
                "steps",
                "guidance scale",
                "strength",
                "number of images",
                "scheduler",
                "sampler",
            },
        ),
    ],
)
def test_what_a_model_does_not_read_is_said_in_a_persons_words(
    version: str, ignored: set[str]
) -> None:
    request = PaintRequest.read(EVERYTHING)

    ask = adapter_for(version).ask(
        request, version=version, image="i", mask="m", target=Extent(512, 512)
    )

    assert set(ask.ignored) == ignored


@pytest.mark.parametrize(
    ("version", "fields", "says"),
    [
        ("stability-ai/stable-diffusion-inpainting", {"guidance_scale": 0.5}, "from 1 to 20"),
        ("stability-ai/stable-diffusion-inpainting", {"num_outputs": 5}, "from 1 to 4"),
        ("stability-ai/stable-diffusion-inpainting", {"scheduler": "Karras"}, "K_EULER"),
        ("lucataco/sdxl-inpainting", {"scheduler": "KLMS"}, "HeunDiscrete"),
        ("lucataco/sdxl-inpainting", {"steps": 81}, "from 1 to 80"),
        ("black-forest-labs/flux-fill-pro", {"guidance": 1}, "from 1.5 to 100"),
        ("black-forest-labs/flux-fill-dev", {"steps": 51}, "from 1 to 50"),
    ],
)
def test_what_a_model_does_not_take_is_refused_before_it_is_sent(
    version: str, fields: dict[str, Any], says: str
) -> None:
    with pytest.raises(InputError, match=says):
        asked_of(version, **fields)


def test_the_pages_example_comes_out_as_the_page_has_it() -> None:
    asked = asked_of(
        "stability-ai/stable-diffusion-inpainting",
        prompt="Face of a yellow cat",
        width=512,
        height=512,
        scheduler="DPMSolverMultistep",
        guidance_scale=7.5,
        num_inference_steps=25,
    )

    assert {name: value for name, value in asked.items() if name not in ("image", "mask")} == {
        "prompt": "Face of a yellow cat",
        "width": 512,
        "height": 512,
        "num_outputs": 1,
        "scheduler": "DPMSolverMultistep",
        "guidance_scale": 7.5,
        "num_inference_steps": 25,
    }


def test_what_only_the_model_knows_passes_through() -> None:
    asked = asked_of(
        "stability-ai/stable-diffusion-inpainting", extra={"disable_safety_checker": True}
    )

    assert asked["disable_safety_checker"] is True


# realisticoutpainter: grows by itself


def answer(width: int, height: int) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(content, "PNG")
    return content.getvalue()


@pytest.mark.parametrize(
    ("direction", "came", "canvas"),
    [
        ("only width", (1200, 600), (1200, 600)),
        ("only height", (800, 900), (800, 900)),
        ("both", (1200, 900), (1200, 900)),
        ("only width", (600, 300), (1200, 600)),
    ],
)
def test_a_model_that_knows_only_a_direction_says_by_its_answer_how_far_it_went(
    direction: str, came: tuple[int, int], canvas: tuple[int, int]
) -> None:
    version = "wolverinn/realisticoutpainter"
    request = PaintRequest.read({"outpaint_direction": direction, "seed": -1})
    job = prepare(request, PICTURE, None, adapter=adapter_for(version), version=version)

    result = finish(job, [answer(*came)], Prediction(id="p"), endpoint="e")

    check(job.ask.input, "realisticoutpainter")
    assert job.ask.input["seed"] == -1
    assert result.image.size == canvas
    left, top = (canvas[0] - 800) // 2, (canvas[1] - 600) // 2
    assert np.array_equal(np.asarray(result.image)[top : top + 600, left : left + 800], PICTURE)


def test_every_flat_field_of_the_page_reaches_realisticoutpainter() -> None:
    version = "wolverinn/realisticoutpainter"
    request = PaintRequest.read(
        {
            "seed": 4,
            "steps": 20,
            "prompt": "sea",
            "cfg_scale": 7,
            "scheduler": "Karras",
            "sampler_name": "DPM++ 2M SDE",
            "negative_prompt": "people",
            "denoising_strength": 0.75,
            "outpaint_direction": "both",
            "overlay_original_img": True,
        }
    )

    ask = prepare(request, PICTURE, None, adapter=adapter_for(version), version=version).ask

    assert ask.ignored == ()
    assert {name: value for name, value in ask.input.items() if name != "image"} == {
        "seed": 4,
        "steps": 20,
        "prompt": "sea",
        "cfg_scale": 7,
        "scheduler": "Karras",
        "sampler_name": "DPM++ 2M SDE",
        "negative_prompt": "people",
        "denoising_strength": 0.75,
        "outpaint_direction": "both",
        "overlay_original_img": True,
    }


def test_an_answer_that_did_not_grow_is_not_laid_anywhere() -> None:
    version = "wolverinn/realisticoutpainter"
    request = PaintRequest.read({"outpaint_direction": "both"})
    job = prepare(request, PICTURE, None, adapter=adapter_for(version), version=version)

    with pytest.raises(OutputError, match="has not grown"):
        finish(job, [answer(800, 600)], Prediction(id="p"), endpoint="e")


@pytest.mark.parametrize("fields", [{}, {"outpaint_direction": "both"}])
def test_a_model_that_only_grows_does_not_fill(fields: dict[str, str]) -> None:
    with pytest.raises(InputError, match="can't fill"):
        prepare(
            PaintRequest.read(fields),
            PICTURE,
            MASK,
            adapter=adapter_for("wolverinn/realisticoutpainter"),
            version="w",
        )


# Any model, from its schema


@pytest.mark.parametrize(
    "schema",
    [*sorted(set(FILLING.values())), "fooocus"],
)
@pytest.mark.parametrize("fields", [{}, {"prompt": "a bench", "seed": 3, "guidance_scale": 5}])
def test_any_published_model_with_a_mask_can_be_asked(schema: str, fields: dict[str, Any]) -> None:
    adapter = adapter_from_schema(published(schema), model=schema)

    asked = asked_of(schema, adapter, **fields)

    check(asked, schema)


def test_the_generic_adapter_knows_of_the_pages_model_what_its_own_adapter_knows() -> None:
    generic = adapter_from_schema(published("stable-diffusion-inpainting"), model="m")

    own = adapter_for("stability-ai/stable-diffusion-inpainting")
    same = asked_of("m", generic, **EVERYTHING).keys()
    assert same == asked_of("m", own, **EVERYTHING).keys()
    assert (generic.rule.multiple, generic.rule.smallest, generic.rule.largest) == (64, 64, 1024)
    assert generic.rule.native == 512
    assert generic.takes["scheduler"].choices[0] == "DDIM"


def test_a_model_that_grows_by_pixels_is_told_them_in_its_own_words() -> None:
    adapter = adapter_from_schema(published("outpaint-controlnet"), model="m")
    request = PaintRequest.read({"left": 64, "down": 32, "steps": 10})

    job = prepare(request, PICTURE, None, adapter=adapter, version="m")
    result = finish(job, [answer(864, 632)], Prediction(id="p"), endpoint="e")

    check(job.ask.input, "outpaint-controlnet")
    sides = {name: job.ask.input[name] for name in ("left", "right", "top", "bottom")}
    assert sides == {"left": 64, "right": 0, "top": 0, "bottom": 32}
    assert result.image.size == (864, 632)
    assert np.array_equal(np.asarray(result.image)[:600, 64:], PICTURE)


@pytest.mark.parametrize(
    ("description", "black"),
    [
        ("Black areas will be preserved, white areas will be inpainted", False),
        ("White pixels are inpainted and black pixels are preserved.", False),
        ("A black and white image. Black pixels are inpainted, white are kept", True),
        ("Black areas will be edited, white areas will be preserved.", True),
        ("mask; white = keep, black = fill", True),
        ("Input mask", False),
        ("", False),
        ("A black and white mask for inpainting", False),
        ("black is inpainted, black is kept", False),
    ],
)
def test_a_masks_description_says_which_colour_is_painted(description: str, black: bool) -> None:  # noqa: FBT001  a column of the table
    assert repaints_black(description) == black


@pytest.mark.parametrize(
    ("inputs", "missing"),
    [({"prompt": {}}, "picture"), ({"image": {}, "prompt": {}}, "mask"), ({}, "picture")],
)
def test_a_model_that_can_not_fill_is_refused(inputs: dict[str, Any], missing: str) -> None:
    schema = {"components": {"schemas": {"Input": {"properties": inputs}}}}

    with pytest.raises(ConfigurationError, match=missing):
        adapter_from_schema(schema, model="m")


@pytest.mark.parametrize("schema", [{}, {"components": None}, {"components": {"schemas": []}}])
def test_a_schema_that_is_none_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        adapter_from_schema(schema, model="m")


def test_a_required_input_nothing_stands_for_is_asked_of_the_person() -> None:
    schema = published("lama")
    schema["components"]["schemas"]["Input"]["required"].append("style")
    schema["components"]["schemas"]["Input"]["properties"]["style"] = {"type": "string"}
    adapter = adapter_from_schema(schema, model="m")

    with pytest.raises(InputError, match="also needs style"):
        asked_of("m", adapter)

    assert asked_of("m", adapter, extra={"style": "oil"})["style"] == "oil"


# The catalogue


@pytest.mark.parametrize("name", BY_NAME)
def test_a_known_name_is_known_with_and_without_a_hash(name: str) -> None:
    assert is_known(name)
    assert adapter_for(f"{name}:0123") is adapter_for(name)


@pytest.mark.parametrize("digest", BY_HASH)
def test_a_known_hash_is_known_alone_and_by_its_first_digits(digest: str) -> None:
    assert adapter_for(digest.ljust(64, "0")) is BY_NAME[BY_HASH[digest]]


def test_a_hash_nobody_knows_asks_for_its_name() -> None:
    with pytest.raises(ConfigurationError, match="owner/name:hash"):
        adapter_for("f" * 64)
