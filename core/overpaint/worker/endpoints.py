"""An endpoint as an editor shows it: never its key, only whether it has one."""

from __future__ import annotations

from typing import Any

from overpaint.errors import ConfigurationError
from overpaint.models import adapter_for
from overpaint.models.catalogue import DEFAULT_VERSION, FILL_VERSION
from overpaint.models.table import TableAdapter
from overpaint.settings import Known

__all__ = ["described"]


def described(known: Known) -> dict[str, Any]:
    """Describe an endpoint, and what its model takes where an adapter knows that."""
    endpoint = known.endpoint
    chosen = endpoint.version or (FILL_VERSION if endpoint.is_embedded else "")
    return {
        "name": endpoint.name,
        "base_url": "" if endpoint.is_embedded else endpoint.base_url,
        "kind": "embedded" if endpoint.is_embedded else endpoint.kind or "",
        # In a locked key store there may be one.
        "has_key": known.key in ("environment", "kept", "locked"),
        # Today's default is nobody's choice: a settings window would keep it as one.
        "version": chosen,
        "flat_fields": endpoint.flat_fields,
        "ca_file": endpoint.ca_file or "",
        **_taken(chosen or DEFAULT_VERSION),
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
