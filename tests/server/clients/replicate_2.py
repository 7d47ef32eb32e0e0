"""The official Python client 2.0.0b4, one case a run; prints what came of it as JSON."""

from __future__ import annotations

import base64
import json
import os
import sys
from pathlib import Path
from typing import Any

from replicate import APIStatusError, AuthenticationError, Replicate
from replicate.exceptions import ModelError
from replicate.lib._files import FileOutput

MODEL = "stability-ai/stable-diffusion-inpainting"
OWNER, NAME = MODEL.split("/")
VERSION = "95b7223104132402a9ae91cc677285bc5eb997834bd2349fa486f53910fd68b3"

folder = Path(os.environ["PICTURES"])
client = Replicate(base_url=os.environ["BASE"], bearer_token=os.environ["KEY"])


def inputs(image: str = "image.png", mask: str = "mask.png", **more: Any) -> dict[str, Any]:
    return {"image": (folder / image).open("rb"), "mask": (folder / mask).open("rb"), **more}


def run_version() -> object:
    given = inputs(width=64, height=128, num_outputs=2, num_inference_steps=5)
    return client.run(f"{MODEL}:{VERSION}", input=given)


def run_model() -> object:
    return client.run("overpaint/fill", input=inputs())


def run_inline() -> object:
    (output,) = client.run("overpaint/fill", input=inputs(), file_encoding_strategy="base64")
    assert isinstance(output, FileOutput)
    return output.read()[:4].hex()


def wait() -> object:
    made = client.predictions.create(version=f"{MODEL}:{VERSION}", input=inputs(), prefer="wait=30")
    return {"status": made.status, "outputs": len(made.output)}


def poll() -> object:
    made = client.models.predictions.create(
        model_owner="overpaint", model_name="fill", input=inputs()
    )
    ended = client.predictions.wait(made.id)
    return {
        "first": made.status,
        "status": ended.status,
        "logs": ended.logs,
        "version": ended.version,
    }


def listing() -> object:
    made = client.predictions.create(version=VERSION, input=inputs(), prefer="wait=30")
    page = client.predictions.list()
    second = page.get_next_page() if page.has_next_page() else None
    first_ids = {item.id for item in page.results}
    second_ids = {item.id for item in second.results} if second else set()
    return {
        "listed": made.id in first_ids,
        "first": len(first_ids),
        "second": len(second_ids),
        "overlap": bool(first_ids & second_ids),
    }


def cancel() -> object:
    made = client.predictions.create(
        version="overpaint/fill", input=inputs("large-image.png", "large-mask.png", num_outputs=8)
    )
    client.predictions.cancel(prediction_id=made.id)
    ended = client.predictions.wait(made.id)
    return {"status": ended.status, "output": ended.output}


def failure() -> object:
    try:
        client.run("overpaint/fill", input=inputs(mask="black.png"))
    except ModelError as error:
        return {"status": error.prediction.status, "error": error.prediction.error}
    return "no error"


def refused() -> object:
    try:
        client.predictions.create(version=VERSION, input=inputs(width=500))
    except APIStatusError as error:
        body = error.response.json()
        return {"status": error.status_code, "title": body["title"], "detail": body["detail"]}
    return "no error"


def unauthorized() -> object:
    stranger = Replicate(base_url=os.environ["BASE"], bearer_token="wrong")
    try:
        stranger.predictions.list()
    except AuthenticationError as error:
        return {"status": error.status_code, "title": error.response.json()["title"]}
    return "no error"


def upload() -> object:
    content = (folder / "image.png").read_bytes()
    kept = client.files.create(content=content, filename="image.png", metadata={"for": "tests"})
    shown = client.files.get(file_id=kept.id)
    listed = kept.id in [item.id for item in client.files.list().results]
    client.files.delete(file_id=kept.id)
    gone = kept.id not in [item.id for item in client.files.list().results]
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
    version = client.models.versions.get(model_owner=OWNER, model_name=NAME, version_id=VERSION)
    return sorted(version.openapi_schema["components"]["schemas"]["Input"]["properties"])


def webhook() -> object:
    import hashlib
    import hmac

    # It has no check of its own; this is the recipe of its documentation.
    secret = client.webhooks.default.secret.get().key
    heard = json.loads(os.environ["WEBHOOK"])
    headers = heard["headers"]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{heard['body']}"
    key = base64.b64decode(secret.split("_")[1])
    computed = base64.b64encode(hmac.digest(key, signed.encode(), hashlib.sha256)).decode()
    expected = [entry.split(",")[1] for entry in headers["webhook-signature"].split(" ")]
    return "valid" if computed in expected else "invalid"


print(json.dumps(globals()[sys.argv[1]]()))
