"""The API's official clients can't tell this server from the real one."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fakes.outside import environment_with, insist, install_system, node_modules_with
from fakes.recording import Reply, recording
from fakes.serving import Serving, mask, photo
from overpaint import Client
from overpaint.encoding import data_uri

SCRIPTS = Path(__file__).parent / "clients"
PNG = "89504e47"
VERSION = "95b7223104132402a9ae91cc677285bc5eb997834bd2349fa486f53910fd68b3"


@dataclass(frozen=True)
class Official:
    """One official client: its script, and what runs it."""

    script: str
    command: str
    modules: str = ""

    def run(self, case: str, server: Serving, pictures: Path, **more: str) -> Any:  # noqa: ANN401  JSON
        done = subprocess.run(
            [self.command, str(SCRIPTS / self.script), case],
            env={
                **os.environ,
                "BASE": server.url,
                "KEY": server.key or "",
                "PICTURES": str(pictures),
                "MODULES": self.modules,
                **more,
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


def python_1() -> Official:
    return Official("replicate_1.py", str(environment_with("replicate==1.0.7")))


def python_2() -> Official:
    return Official("replicate_2.py", str(environment_with("replicate==2.0.0b4")))


def javascript() -> Official:
    install_system("node", "nodejs")
    install_system("npm", "npm")
    return Official("replicate.cjs", "node", str(node_modules_with("replicate@1.4.0")))


CLIENTS: dict[str, Callable[[], Official]] = {
    "replicate 1.0.7": python_1,
    "replicate 2.0.0b4": python_2,
    "npm replicate 1.4.0": javascript,
}


@pytest.fixture(scope="module", params=CLIENTS)
def official(request: pytest.FixtureRequest) -> Official:
    insist(request, request.param)
    return CLIENTS[request.param]()


@pytest.fixture(scope="module")
def many(server: Serving) -> int:
    """More predictions than a page holds."""
    inputs = {"image": data_uri(photo(16, 16)), "mask": data_uri(mask(16, 16))}
    with Client(server.url, token=server.key) as client, ThreadPoolExecutor(8) as pool:

        def create(_: int) -> None:
            client.create_prediction(version="overpaint/fill", input=inputs, prefer_wait=30)

        list(pool.map(create, range(120)))
    return 120


def test_run_by_version_gives_an_address_an_output(
    official: Official, server: Serving, pictures: Path
) -> None:
    outputs = official.run("run_version", server, pictures)

    assert len(outputs) == 2
    assert all(output.startswith(f"{server.url}/predictions/") for output in outputs)


def test_run_by_model_gives_an_address(official: Official, server: Serving, pictures: Path) -> None:
    (output,) = official.run("run_model", server, pictures)

    assert output.startswith(f"{server.url}/predictions/")


def test_run_against_inline_outputs_gives_a_file(
    official: Official, inline_server: Serving, pictures: Path
) -> None:
    assert official.run("run_inline", inline_server, pictures) == PNG


def test_a_create_waits_when_asked_to(official: Official, server: Serving, pictures: Path) -> None:
    assert official.run("wait", server, pictures) == {"status": "succeeded", "outputs": 1}


def test_polling_ends_when_the_prediction_does(
    official: Official, server: Serving, pictures: Path
) -> None:
    result = official.run("poll", server, pictures)

    assert result["first"] == "starting"
    assert result["status"] == "succeeded"
    assert "Using seed: " in result["logs"]
    assert len(result["version"]) == 64


@pytest.mark.usefixtures("many")
def test_predictions_are_listed_in_pages(
    official: Official, server: Serving, pictures: Path
) -> None:
    result = official.run("listing", server, pictures)

    assert result["second"] > 0
    assert result == {"listed": True, "first": 100, "second": result["second"], "overlap": False}


def test_a_prediction_is_canceled(official: Official, server: Serving, pictures: Path) -> None:
    assert official.run("cancel", server, pictures) == {"status": "canceled", "output": None}


def test_a_failed_prediction_is_the_clients_error(
    official: Official, server: Serving, pictures: Path
) -> None:
    result = official.run("failure", server, pictures)

    assert result["status"] == "failed"
    assert "The mask is empty" in result["error"]


def test_a_refused_input_is_the_clients_error_and_names_the_field(
    official: Official, server: Serving, pictures: Path
) -> None:
    result = official.run("refused", server, pictures)

    assert (result["status"], result["title"]) == (422, "Input validation failed")
    assert "input.width" in result["detail"]


def test_a_wrong_key_is_the_clients_error(
    official: Official, server: Serving, pictures: Path
) -> None:
    result = official.run("unauthorized", server, pictures)

    assert result == {"status": 401, "title": "Unauthenticated"}


def test_a_file_is_uploaded_shown_listed_and_deleted(
    official: Official, server: Serving, pictures: Path
) -> None:
    result = official.run("upload", server, pictures)

    assert result == {
        "size": (pictures / "image.png").stat().st_size,
        "name": "image.png",
        "metadata": {"for": "tests"},
        "listed": True,
        "gone": True,
    }


def test_an_output_is_downloaded(official: Official, server: Serving, pictures: Path) -> None:
    assert official.run("download", server, pictures) == PNG


def test_a_version_shows_its_schema(official: Official, server: Serving, pictures: Path) -> None:
    published = Path(__file__).parents[1] / "core/schemas/stable-diffusion-inpainting.json"
    wanted = json.loads(published.read_text())["components"]["schemas"]["Input"]["properties"]

    assert official.run("model", server, pictures) == sorted(wanted)


def test_a_webhook_carries_a_signature_the_client_accepts(
    official: Official, server: Serving, pictures: Path
) -> None:
    inputs = {"image": data_uri(photo()), "mask": data_uri(mask())}
    with (
        recording({"POST /heard": Reply(200)}) as receiver,
        Client(server.url, token=server.key) as client,
    ):
        made = client.create_prediction(
            version="overpaint/fill",
            input=inputs,
            webhook=f"{receiver.url}/heard",
            webhook_events_filter=["completed"],
        )
        client.wait(made)
        heard = receiver.wait_for(1)[0]

    told = json.dumps({"headers": dict(heard.headers), "body": heard.body.decode()})
    assert heard.json["status"] == "succeeded"
    assert official.run("webhook", server, pictures, WEBHOOK=told) == "valid"
