"""What a shell offers after Tab where the words are a person's own."""

from __future__ import annotations

from overpaint.errors import OverpaintError

__all__ = ["endpoint_names"]


def endpoint_names(incomplete: str) -> list[tuple[str, str]]:
    """Names of endpoints that begin so, each with its address."""
    from overpaint.settings import known_endpoints

    try:
        known = [item.endpoint for item in known_endpoints()]
    except OverpaintError:
        return []  # a shell is no place to complain about the settings
    return [(one.name, one.base_url) for one in known if one.name.startswith(incomplete)]
