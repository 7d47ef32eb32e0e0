"""An endpoint as an editor shows it: never its key, only whether it has one."""

from __future__ import annotations

from typing import Any

from overpaint.endpoints import Endpoint
from overpaint.errors import ConfigurationError
from overpaint.models import adapter_for
from overpaint.models.catalogue import DEFAULT_VERSION, FILL_VERSION
from overpaint.models.table import TableAdapter

__all__ = ["described"]


def described(endpoint: Endpoint, *, has_key: bool | None = None) -> dict[str, Any]:
    """Describe an endpoint, and what its model takes where an adapter knows that.

    Args:
        endpoint: which.
        has_key: whether its key is kept, where the endpoint itself does not carry it.
    """
    version = endpoint.version or (FILL_VERSION if endpoint.is_embedded else DEFAULT_VERSION)
    return {
        "name": endpoint.name,
        "base_url": "" if endpoint.is_embedded else endpoint.base_url,
        "kind": "embedded" if endpoint.is_embedded else endpoint.kind or "",
        "has_key": bool(endpoint.token) if has_key is None else has_key,
        "version": version,
        **_taken(version),
    }


def _taken(version: str) -> dict[str, list[str]]:
    """What of a request a model reads, and the schedulers it has; empty where nobody knows."""
    try:
        adapter = adapter_for(version)
    except ConfigurationError:
        adapter = None
    if not isinstance(adapter, TableAdapter):
        return {"reads": [], "schedulers": []}
    scheduler = adapter.takes.get("scheduler")
    return {
        "reads": sorted(adapter.takes),
        "schedulers": list(scheduler.choices) if scheduler else [],
    }
