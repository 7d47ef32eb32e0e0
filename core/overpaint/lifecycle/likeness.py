"""Whether a listed prediction asks for what we asked for, and when it was created."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from overpaint.predictions import Prediction

__all__ = ["asks_the_same", "created_at", "is_silent", "moved_pictures"]


def created_at(prediction: Prediction) -> float | None:
    """When it was created, in seconds since 1970 by the endpoint's clock; None if not readable."""
    head, dot, rest = (prediction.created_at or "").partition(".")
    if dot:
        # Digits beyond microseconds, which gateways send, are cut off.
        digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
        head = f"{head}.{digits[:6]:0<6}{rest[len(digits) :]}"
    try:
        return datetime.fromisoformat(head).timestamp()
    except (ValueError, OverflowError):
        return None


def asks_the_same(prediction: Prediction, body: Mapping[str, Any]) -> bool:
    """Whether its input could be ours: pictures may have been put into the endpoint's own files."""
    told, wanted = prediction.input, body.get("input") or {}
    return (
        bool(told)
        and _is_of_version(prediction, body)
        and all(_same(told.get(name), value) for name, value in wanted.items())
    )


def moved_pictures(prediction: Prediction, body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Where its pictures lie now, and the data URIs that were sent: to be compared."""
    told = prediction.input
    return [
        (str(told[name]), value)
        for name, value in (body.get("input") or {}).items()
        if told.get(name) != value
    ]


def is_silent(prediction: Prediction, body: Mapping[str, Any]) -> bool:
    """Whether it could be ours for all the list says: inputs are removed in time, or not listed."""
    return not prediction.input and _is_of_version(prediction, body)


def _is_of_version(prediction: Prediction, body: Mapping[str, Any]) -> bool:
    """False only where both name a version and they differ."""
    version = str(body.get("version") or "").rpartition(":")[2]
    if not version or not prediction.version or "/" in version:
        return True
    hidden = "-" in prediction.version or prediction.version == "hidden"
    return hidden or prediction.version.rpartition(":")[2] == version


def _same(told: object, sent: object) -> bool:
    if told == sent:
        return True
    return isinstance(sent, str) and sent.startswith("data:") and _is_address(told)


def _is_address(value: object) -> bool:
    return isinstance(value, str) and value.startswith(("https:", "http:"))
