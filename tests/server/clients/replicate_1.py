"""The official Python client 1.0.7, one case a run; prints what came of it as JSON."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import replicate
from replicate.client import Client
from replicate.exceptions import ModelError, ReplicateError
from replicate.helpers import FileOutput

MODEL = "stability-ai/stable-diffusion-inpainting"
VERSION = "95b7223104132402a9ae91cc677285bc5eb997834bd2349fa486f53910fd68b3"

folder = Path(os.environ["PICTURES"])
# Its base comes without /v1.
client = Client(base_url=os.environ["BASE"].removesuffix("/v1"), api_token=os.environ["KEY"])


def inputs(image: str = "image.png", mask: str = "mask.png", **more: Any) -> dict[str, Any]:
    return {"image": (folder / image).open("rb"), "mask": (folder / mask).open("rb"), **more}


def run_version() -> object:
    given = inputs(width=64, height=128, num_outputs=2, num_inference_steps=5)
    return client.run(f"{MODEL}:{VERSION}", input=given)


def run_model() -> object:
    return client.run("overpaint/fill", input=inputs())


def run_inline() -> object:
    (output,) = client.run("overpaint/fill", input=inputs())
    assert isinstance(output, FileOutput)
    return output.read()[:4].hex()


def wait() -> object:
    made = client.predictions.create(version=f"{MODEL}:{VERSION}", input=inputs(), wait=30)
    return {"status": made.status, "outputs": len(made.output)}


def poll() -> object:
    made = client.models.predictions.create("overpaint/fill", input=inputs())
    first = made.status
    made.wait()
    return {"first": first, "status": made.status, "logs": made.logs, "version": made.version}


def listing() -> object:
    made = client.predictions.create(version=VERSION, input=inputs(), wait=30)
    page = client.predictions.list()
    second = client.predictions.list(page.next) if page.next else None
    return {
        "listed": made.id in [item.id for item in page.results],
        "first": len(page.results),
        "second": len(second.results) if second else 0,
        "overlap": bool(second and {i.id for i in second} & {i.id for i in page}),
    }


def cancel() -> object:
    made = client.predictions.create(
        version="overpaint/fill", input=inputs("large-image.png", "large-mask.png", num_outputs=8)
    )
    made.cancel()
    made.wait()
    return {"status": made.status, "output": made.output}


def failure() -> object:
    try:
        client.run("overpaint/fill", input=inputs(mask="black.png"))
    except ModelError as error:
        return {"status": error.prediction.status, "error": error.prediction.error}
    return "no error"


def refused() -> object:
    try:
        client.predictions.create(version=VERSION, input=inputs(width=500))
    except ReplicateError as error:
        return {"status": error.status, "title": error.title, "detail": error.detail}
    return "no error"


def unauthorized() -> object:
    stranger = Client(base_url=os.environ["BASE"].removesuffix("/v1"), api_token="wrong")
    try:
        stranger.predictions.list()
    except ReplicateError as error:
        return {"status": error.status, "title": error.title}
    return "no error"


def upload() -> object:
    kept = client.files.create(folder / "image.png", metadata={"for": "tests"})
    shown = client.files.get(kept.id)
    listed = kept.id in [item.id for item in client.files.list()]
    client.files.delete(kept.id)
    gone = kept.id not in [item.id for item in client.files.list()]
    return {
        "size": shown.size,
        "name": shown.name,
        "metadata": shown.metadata,
        "listed": listed,
        "gone": gone,
    }


def download() -> object:
    (address,) = client.run("overpaint/fill", input=inputs())
    return FileOutput(address, client).read()[:4].hex()


def model() -> object:
    version = client.models.get(MODEL).versions.get(VERSION)
    return sorted(version.openapi_schema["components"]["schemas"]["Input"]["properties"])


def webhook() -> object:
    secret = client.webhooks.default.secret()
    heard = json.loads(os.environ["WEBHOOK"])
    replicate.webhook.Webhooks.validate(
        headers=heard["headers"], body=heard["body"], secret=secret, tolerance=600
    )
    return "valid"


print(json.dumps(globals()[sys.argv[1]]()))
