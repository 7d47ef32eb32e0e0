"""The neural engine, behind a real server, with a model of half a megabyte built on the spot."""

from __future__ import annotations

import io
import re
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from fakes.outside import environment_with, insist, run
from fakes.serving import Serving, mask, photo, serving
from overpaint.encoding import data_uri
from overpaint.errors import ConfigurationError
from overpaint.server.engines import engine_named
from overpaint.server.engines.diffusers import SCHEDULERS, working_size

ROOT = Path(__file__).parents[2]
VERSION = "stability-ai/stable-diffusion-inpainting"
SIDE = 128
GIVEN = {
    "image": data_uri(photo(SIDE, SIDE)),
    "mask": data_uri(mask(SIDE, SIDE)),
    "width": SIDE,
    "height": SIDE,
    "prompt": "a cat",
    "seed": 5,
    "num_inference_steps": 4,
}


def packages() -> list[str]:
    """What the project needs, and what this engine needs on top."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return [*project["dependencies"], *project["optional-dependencies"]["diffusers"]]


@pytest.fixture(scope="module")
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Serving]:
    insist(request, "torch and diffusers, 2 GB")
    python = environment_with(*packages())
    folder = tmp_path_factory.mktemp("models") / "tiny"
    run([str(python), str(Path(__file__).with_name("tiny_pipeline.py")), str(folder)])
    # On a busy machine its threads would wait for each other.
    environment = {"PYTHONPATH": str(ROOT / "core"), "OMP_NUM_THREADS": "1"}
    options = ("--engine", "diffusers", "--model", str(folder))
    with serving(*options, key=None, environment=environment, python=str(python)) as running:
        yield running


def predicted(server: Serving, **changes: Any) -> dict[str, Any]:  # noqa: ANN401  any input
    body = {"version": VERSION, "input": GIVEN | changes}
    with httpx.Client(base_url=server.address, timeout=120, trust_env=False) as api:
        made: dict[str, Any] = api.post(
            "/v1/predictions", json=body, headers={"Prefer": "wait=60"}
        ).json()
        while made["status"] in ("starting", "processing"):
            time.sleep(0.1)
            made = api.get(f"/v1/predictions/{made['id']}").json()
    return made


def painted(server: Serving, **changes: Any) -> NDArray[np.uint8]:  # noqa: ANN401  likewise
    made = predicted(server, **changes)
    assert made["status"] == "succeeded", made["error"] or made
    content = httpx.get(made["output"][0], trust_env=False).content
    return np.asarray(Image.open(io.BytesIO(content)))


def test_the_same_seed_paints_the_same_under_the_mask_alone(server: Serving) -> None:
    first, again = painted(server), painted(server)

    original = np.asarray(Image.open(io.BytesIO(photo(SIDE, SIDE))))
    outside = np.asarray(Image.open(io.BytesIO(mask(SIDE, SIDE)))) == 0
    assert (first == again).all()
    assert (first[outside] == original[outside]).all()
    assert (first[~outside] != original[~outside]).mean() > 0.5


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 6},
        {"prompt": "a low wall"},
        {"negative_prompt": "people"},
        {"num_inference_steps": 7},
        {"guidance_scale": 15.0},
        {"scheduler": "K_EULER_ANCESTRAL"},
        {"prompt_strength": 0.5},
    ],
)
def test_every_input_changes_what_is_painted(server: Serving, change: dict[str, Any]) -> None:
    assert (painted(server) != painted(server, **change)).any()


@pytest.mark.parametrize(
    "name", ["DDIM", "K_EULER", "DPMSolverMultistep", "K_EULER_ANCESTRAL", "PNDM", "KLMS"]
)
def test_every_published_scheduler_paints(server: Serving, name: str) -> None:
    assert painted(server, scheduler=name).shape == (SIDE, SIDE, 3)


def test_every_step_is_told_of_and_nothing_is_ignored(server: Serving) -> None:
    logs = predicted(server, negative_prompt="people")["logs"]

    shares = [int(share) for share in re.findall(r"Painting: (\d+)%", logs)]
    assert len(shares) >= 4
    assert shares == sorted(shares)
    assert "Ignored" not in logs


def test_several_outputs_are_different_and_named_by_their_seeds(server: Serving) -> None:
    made = predicted(server, num_outputs=2)

    first, second = (httpx.get(url, trust_env=False).content for url in made["output"])
    assert first != second
    assert re.findall(r"Using seed: (\d+)", made["logs"]) == ["5", "6"]


def test_a_run_is_canceled_between_steps_and_the_next_one_paints(server: Serving) -> None:
    body = {"version": VERSION, "input": GIVEN | {"num_inference_steps": 500}}
    with httpx.Client(base_url=server.address, timeout=120, trust_env=False) as api:
        made = api.post("/v1/predictions", json=body).json()
        while "Painting" not in (made["logs"] or ""):
            time.sleep(0.05)
            made = api.get(f"/v1/predictions/{made['id']}").json()
        api.post(f"/v1/predictions/{made['id']}/cancel")
        while made["status"] in ("starting", "processing"):
            time.sleep(0.05)
            made = api.get(f"/v1/predictions/{made['id']}").json()

    assert made["status"] == "canceled"
    assert painted(server).shape == (SIDE, SIDE, 3)


def test_a_picture_of_any_shape_is_painted_at_a_size_the_model_takes() -> None:
    sizes = [
        working_size(*size) for size in ((64, 64), (100, 37), (3000, 2000), (640, 427), (5, 900))
    ]

    assert sizes == [(512, 512), (512, 192), (1024, 680), (640, 424), (8, 896)]


def test_a_folder_without_a_model_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"no model_index\.json"):
        engine_named("diffusers", tmp_path)
    with pytest.raises(ConfigurationError, match="needs a model"):
        engine_named("diffusers")


def test_every_scheduler_a_request_may_name_for_this_model_is_known() -> None:
    published = {"DDIM", "K_EULER", "DPMSolverMultistep", "K_EULER_ANCESTRAL", "PNDM", "KLMS"}

    assert published <= set(SCHEDULERS)
