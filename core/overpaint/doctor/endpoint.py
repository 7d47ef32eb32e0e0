"""The endpoints: which one is used, whether it answers, whether there is a key. Never the key."""

from __future__ import annotations

from collections.abc import Iterator

from overpaint.checkup import Checkup, check_endpoint
from overpaint.errors import OverpaintError
from overpaint.settings import Known, default_endpoint, known_endpoints

from .findings import Finding, Level

__all__ = ["look_at_endpoints"]

# Always there, and of interest only where they are used.
BUILT_IN = ("embedded", "replicate")
KEYS = {
    "environment": "its key is in the environment",
    "kept": "its key is kept",
    "none": "it has no key",
    "locked": "its key can't be read",
    "needless": "it needs no key",
}


def look_at_endpoints() -> Iterator[Finding]:
    """Every endpoint's key, and whether the default answers."""
    try:
        known = known_endpoints()
        default = default_endpoint()
    except OverpaintError as error:
        yield Finding("Settings", Level.BAD, error.message, error.hint)
        return
    for item in known:
        if item.is_default or item.endpoint.name not in BUILT_IN:
            yield _key(item)
    yield _answer(check_endpoint(default))


def _key(item: Known) -> Finding:
    """Whether an endpoint has a key, and where it is."""
    place = item.endpoint
    locked = item.key == "locked"
    where = "built in, off-line" if place.is_embedded else place.base_url
    return Finding(
        f"Endpoint {place.name}",
        Level.BAD if locked else Level.GOOD,
        f"{'The default: ' if item.is_default else ''}{where}; {KEYS[item.key]}.",
        "Unlock the system's key store." if locked else "",
        {
            "endpoint": place.name,
            "base_url": place.base_url,
            "key": item.key,
            "default": item.is_default,
        },
    )


def _answer(found: Checkup) -> Finding:
    level = Level.GOOD if found.is_good else Level.BAD
    values = {
        "endpoint": found.endpoint,
        "reachable": found.reachable,
        "kind": found.kind,
        "key": found.key,
    }
    reached = "Answers" if found.reachable else "Does not answer"
    says = f"{reached}: {found.says}"
    return Finding(f"Asking {found.endpoint}", level, says, found.hint, values)
