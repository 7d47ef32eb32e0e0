"""How runs, uploads and versions look on the wire."""

from __future__ import annotations

from typing import Any

from overpaint.encoding import data_uri

from .published import Published
from .runs import Run
from .settings import ServerSettings
from .uploads import Upload

__all__ = ["file_view", "model_view", "prediction_view", "version_view"]

# A data URI longer than this is a picture, not a word.
LONGEST_SHOWN = 1024


def prediction_view(run: Run, base: str, settings: ServerSettings) -> dict[str, Any]:
    """A prediction as the real API shows one."""
    own = f"{base}/predictions/{run.id}"
    metrics: dict[str, float] = {}
    if run.predict_seconds is not None:
        metrics["predict_time"] = round(run.predict_seconds, 6)
    if run.total_seconds is not None:
        metrics["total_time"] = round(run.total_seconds, 6)
    output: list[str] | None = None
    if run.outputs and (run.inline or settings.inline_outputs):
        output = [data_uri(content) for content in run.outputs]
    elif run.outputs:
        output = [f"{own}/outputs/{index}.png" for index in range(len(run.outputs))]
    return {
        "id": run.id,
        "model": run.published.model,
        "version": run.published.version,
        "input": {name: _shown(value, f"{own}/inputs/{name}") for name, value in run.given.items()},
        "output": output,
        "logs": run.logs,
        "error": run.error,
        "status": str(run.status),
        "created_at": run.created_at,
        "started_at": run.started_at,
        "completed_at": run.completed_at,
        "deadline": run.deadline,
        "data_removed": run.removed,
        "source": "api",
        "metrics": metrics,
        "urls": {"get": own, "cancel": f"{own}/cancel", "web": own},
    }


def _shown(value: object, address: str) -> object:
    """An input as given; a picture sent along as its address, since every poll would carry it."""
    sent_along = isinstance(value, str) and value.startswith("data:") and len(value) > LONGEST_SHOWN
    return address if sent_along else value


def version_view(published: Published) -> dict[str, Any]:
    """A version with its schema."""
    return {
        "id": published.version,
        "created_at": published.created_at,
        "cog_version": "0.9.4",
        "openapi_schema": published.openapi(),
    }


def model_view(published: Published, base: str) -> dict[str, Any]:
    """A model with its latest version."""
    owner, name = published.model.split("/")
    return {
        "url": f"{base}/models/{published.model}",
        "owner": owner,
        "name": name,
        "description": published.description,
        "visibility": "public",
        "run_count": 0,
        "latest_version": version_view(published),
    }


def file_view(upload: Upload, base: str) -> dict[str, Any]:
    """An uploaded file's record; its address serves as an input."""
    return {
        "id": upload.id,
        "name": upload.name,
        "content_type": upload.content_type,
        "size": len(upload.content),
        "etag": upload.sha256,
        "checksums": {"sha256": upload.sha256},
        "metadata": upload.metadata,
        "created_at": upload.created_at,
        "urls": {"get": f"{base}/files/{upload.id}"},
    }
