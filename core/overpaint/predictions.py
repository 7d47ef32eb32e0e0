"""The wire: what an endpoint of the prediction API sends, and what it is sent.

Names and shapes are Replicate's public HTTP API; answers are read leniently, since gateways in
front of it change their shape.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator, model_validator

__all__ = ["InvalidField", "Prediction", "PredictionList", "Status"]


class Status(StrEnum):
    """The statuses on record; an endpoint may send others, which count as not yet ended."""

    STARTING = "starting"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"
    ABORTED = "aborted"


TERMINAL = frozenset({Status.SUCCEEDED, Status.FAILED, Status.CANCELED, Status.ABORTED})


# What an answer may hold where it is not as it should be: gateways write `null` for an empty map,
# and numbers for times. Only the id is needed to wait for a run that was paid for.
KINDS: dict[str, type] = {
    "status": str,
    "model": str,
    "version": str,
    "input": dict,
    "logs": str,
    "created_at": str,
    "started_at": str,
    "completed_at": str,
    "deadline": str,
    "data_removed": bool,
    "source": str,
    "urls": dict,
    "metrics": dict,
}


class InvalidField(BaseModel):
    """One input an endpoint would not take."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    field: str = ""
    type: str = ""
    description: str = ""


class Prediction(BaseModel):
    """One run of a model, as the endpoint last told it.

    Timestamps stay strings: nanosecond fractions occur and nothing here reckons with them.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", protected_namespaces=())

    id: str
    status: str = Status.STARTING
    model: str = ""
    version: str | None = None
    input: dict[str, JsonValue] = Field(default_factory=dict)
    output: JsonValue = None
    logs: str | None = None
    error: JsonValue = None
    created_at: str | None = None
    started_at: str | None = None
    completed_at: str | None = None
    deadline: str | None = None
    data_removed: bool = False
    source: str | None = None
    urls: dict[str, Any] = Field(default_factory=dict)
    metrics: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _leave_out_what_is_amiss(cls, told: object) -> object:
        if not isinstance(told, dict):
            return told
        kept = {
            name: value
            for name, value in told.items()
            if name not in KINDS or isinstance(value, KINDS[name])
        }
        if type(kept.get("id")) is int:
            kept["id"] = str(kept["id"])
        return kept

    @property
    def is_terminal(self) -> bool:
        """True when nothing more will happen to it."""
        return self.status in TERMINAL

    @property
    def outputs(self) -> tuple[str, ...]:
        """Every URL and data URI in `output`, in order, however deep it lies."""
        return tuple(_addresses(self.output))


class PredictionList(BaseModel):
    """One page of an endpoint's predictions, newest first."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    results: list[Prediction] = Field(default_factory=list)
    next: str | None = None
    previous: str | None = None

    @field_validator("next", "previous", mode="before")
    @classmethod
    def _leave_out_what_is_no_address(cls, told: object) -> object:
        return told if isinstance(told, str) else None

    @field_validator("results", mode="before")
    @classmethod
    def _leave_out_what_is_none(cls, told: object) -> object:
        if told is None:
            return []
        if not isinstance(told, list):
            return told
        return [row for row in told if isinstance(row, dict) and row.get("id") not in (None, "")]


def _addresses(value: JsonValue) -> Iterator[str]:
    """Walk lists, objects and strings; models nest their outputs as they please."""
    if isinstance(value, str):
        if value.startswith(("https:", "http:", "data:")):
            yield value
    elif isinstance(value, list):
        for item in value:
            yield from _addresses(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _addresses(item)
