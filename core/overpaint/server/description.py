"""What `/openapi.json` says beyond what the routes say by themselves."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from overpaint.predictions import InvalidField, Prediction, PredictionList

from .bodies import CreateBody, ModelBody
from .published import FILL

__all__ = ["CREATED", "CREATE_BODY", "FILE", "LISTED", "MODEL_BODY", "PICTURE", "PROBLEMS", "SHOWN"]

# One pixel, and a mask that covers it: the smallest thing that can be painted.
PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mP4DwABAQEAHL"
    "CMmQAAAABJRU5ErkJggg=="
)
EXAMPLE = {"image": PIXEL, "mask": PIXEL, "seed": 7}


class ProblemBody(BaseModel):
    """What every refusal says (RFC 7807)."""

    title: str = ""
    detail: str
    status: int
    invalid_fields: list[InvalidField] = Field(default_factory=list)
    retry_after: int | None = None


def _problem(description: str) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{ProblemBody.__name__}"}
    return {
        "description": description,
        "model": ProblemBody,
        "content": {"application/problem+json": {"schema": schema}},
    }


PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: _problem("Not JSON, or not a JSON object"),
    401: _problem("No key, or a wrong one"),
    403: _problem("A server without a key was called by a name that is not its machine's"),
    404: _problem("There is no such thing"),
    405: _problem("That can't be done with it"),
    413: _problem("Larger than this server takes"),
    422: _problem("What can't be used, field by field"),
    429: _problem("The queue is full; nothing was created"),
}
SHOWN: dict[int | str, dict[str, Any]] = {200: {"model": Prediction}}
LISTED: dict[int | str, dict[str, Any]] = {200: {"model": PredictionList}}
CREATED: dict[int | str, dict[str, Any]] = {
    201: {"model": Prediction, "description": "Created; ended too, if that was waited for"},
    202: {"model": Prediction, "description": "Created; it was waited for and has not ended"},
}


def _body(body: type[BaseModel], example: dict[str, Any]) -> dict[str, Any]:
    schema = {**body.model_json_schema(), "example": example}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


CREATE_BODY = _body(CreateBody, {"version": FILL.model, "input": EXAMPLE})
MODEL_BODY = _body(ModelBody, {"input": EXAMPLE})
PICTURE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}}
}
FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/octet-stream": {"schema": {"type": "string"}}}}
}
