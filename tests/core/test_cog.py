"""Both clients against a real Cog server, whose model validates as the API page's model does."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from fakes.outside import environment_with, insist
from fakes.serving import mask, photo
from overpaint import AsyncClient, Client, Endpoint, Patience
from overpaint.checkup import check_endpoint
from overpaint.encoding import data_uri
from overpaint.errors import (
    PredictionFailedError,
    PredictionTimeoutError,
    RateLimitedError,
    RefusedInputError,
)

MODEL = Path(__file__).parents[1] / "cog_model" / "predict.py"
SCHEMA = Path(__file__).parent / "schemas" / "stable-diffusion-inpainting.json"
INPUT: dict[str, Any] = {
    "image": data_uri(photo(64, 64)),
    "mask": data_uri(mask(64, 64)),
    "width": 64,
    "height": 64,
}
# A busy server is told at once.
HASTY = Patience(outage=0.0)


@pytest.fixture(scope="module")
def cog(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Cog server without Docker: its address."""
    insist(request, "a Cog server")
    python = environment_with("cog==0.23.1", "pillow")
    folder = tmp_path_factory.mktemp("model")
    shutil.copy(MODEL, folder / "predict.py")
    (folder / ".cog").mkdir()
    shutil.copy(SCHEMA, folder / ".cog" / "openapi_schema.json")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [str(python), "-m", "cog.server.http", "--host", "127.0.0.1"],
        cwd=folder,
        env={
            **os.environ,
            "COG_PREDICT_TYPE_STUB": "predict.py:Predictor",
            "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}",  # its worker is `python`
            "PORT": str(port),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        until_ready(address)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def until_ready(address: str) -> None:
    """Wait for the model: after its start, and after a run that was stopped."""
    status = None
    for _ in range(600):
        with contextlib.suppress(httpx.TransportError):
            status = httpx.get(f"{address}/health-check", trust_env=False).json()["status"]
        if status == "READY":
            return
        time.sleep(0.1)
    raise AssertionError(f"the Cog server is {status}")


def until_busy(address: str) -> None:
    for _ in range(600):
        if httpx.get(f"{address}/health-check", trust_env=False).json()["status"] == "BUSY":
            return
        time.sleep(0.02)
    raise AssertionError("the Cog server did not begin")


def awaited(place: Endpoint, deed: str, patience: Patience | None = None, **given: Any) -> Any:  # noqa: ANN401  the client's own
    async def main() -> Any:  # noqa: ANN401  the client's own
        async with AsyncClient(place, patience=patience) as client:
            return await getattr(client, deed)(**given)

    return asyncio.run(main())


def blocked(place: Endpoint, deed: str, patience: Patience | None = None, **given: Any) -> Any:  # noqa: ANN401  the client's own
    with Client(place, patience=patience) as client:
        return getattr(client, deed)(**given)


@pytest.fixture(params=[blocked, awaited])
def ask(request: pytest.FixtureRequest, cog: str) -> Any:  # noqa: ANN401  one of the two
    until_ready(cog)
    return request.param


def test_it_is_recognised_and_needs_no_key(cog: str) -> None:
    found = check_endpoint(Endpoint("cog", cog))

    assert (found.kind, found.key, found.is_good) == ("cog", "needless", True)


def test_a_run_is_created_and_ended_in_one_call(ask: Any, cog: str) -> None:  # noqa: ANN401  see `ask`
    made = ask(Endpoint("cog", cog), "create_prediction", input=INPUT | {"seed": 7, "prompt": None})

    assert made.status == "succeeded"
    assert "Using seed: 7" in made.logs
    assert [output[:22] for output in made.outputs] == ["data:image/png;base64,"]


def test_a_picture_is_painted_under_its_mask_and_nowhere_else(ask: Any, cog: str) -> None:  # noqa: ANN401  see `ask`
    picture = np.full((100, 120, 3), 90, np.uint8)
    hole = np.zeros((100, 120), np.uint8)
    hole[40:60, 50:80] = 255

    result = ask(Endpoint("cog", cog), "inpaint", image=picture, mask=hole, prompt="a bench")

    painted = np.asarray(result.image)
    assert (painted[hole == 0] == 90).all()
    assert result.prediction.status == "succeeded"
    assert np.abs(painted[50, 65].astype(int) - 90).max() > 0


def test_a_model_that_raises_is_a_failed_prediction(ask: Any, cog: str) -> None:  # noqa: ANN401  see `ask`
    with pytest.raises(PredictionFailedError, match="no luck today") as caught:
        ask(
            Endpoint("cog", cog),
            "inpaint",
            image=photo(),
            mask=mask(),
            prompt="fail",
        )

    assert caught.value.prediction.status == "failed"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"width": 500}, "width"), ({"width": "512"}, "width"), ({"num_outputs": 5}, "num_outputs")],
)
def test_a_refused_input_names_its_field(
    ask: Any,  # noqa: ANN401  see `ask`
    cog: str,
    wrong: dict[str, Any],
    field: str,
) -> None:
    with pytest.raises(RefusedInputError) as caught:
        ask(Endpoint("cog", cog), "create_prediction", input=INPUT | wrong)

    assert caught.value.status == 422
    assert {item.field for item in caught.value.invalid_fields} == {f"input.{field}"}


def test_a_run_past_its_deadline_is_stopped(ask: Any, cog: str) -> None:  # noqa: ANN401  see `ask`
    with pytest.raises(PredictionTimeoutError, match="asked to stop"):
        ask(
            Endpoint("cog", cog),
            "create_prediction",
            Patience(deadline=1.0),
            input=INPUT | {"prompt": "slow"},
        )

    until_ready(cog)
    assert ask(Endpoint("cog", cog), "create_prediction", input=INPUT).status == "succeeded"


def test_a_canceled_task_stops_the_run(cog: str) -> None:
    until_ready(cog)

    async def main() -> None:
        async with AsyncClient(Endpoint("cog", cog)) as client:
            task = asyncio.create_task(client.create_prediction(input=INPUT | {"prompt": "slow"}))
            await asyncio.to_thread(until_busy, cog)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(main())
    until_ready(cog)


def test_a_busy_server_is_told_or_waited_for(ask: Any, cog: str) -> None:  # noqa: ANN401  see `ask`
    place = Endpoint("cog", cog)
    slow = INPUT | {"prompt": "slow"}
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(
            blocked, place, "create_prediction", Patience(deadline=3.0), input=slow
        )
        until_busy(cog)
        with pytest.raises(RateLimitedError):
            ask(place, "create_prediction", HASTY, input=INPUT)

        made = ask(place, "create_prediction", input=INPUT)

        assert made.status == "succeeded"
        with pytest.raises(PredictionTimeoutError):
            running.result()
