"""What stands behind a base URL: our own server, a plain Cog server, or a hosted API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .calls import Call, Flow
from .models.catalogue import DEFAULT_VERSION

__all__ = ["Discovery", "discover"]


@dataclass(frozen=True, slots=True)
class Discovery:
    """What an endpoint tells of itself.

    Attributes:
        kind: `overpaint`, `cog` or `hosted`.
        version: asked for where nobody names one.
        reads: the inputs an Overpaint server's engine reads; empty where it is not one.
    """

    kind: str
    version: str
    reads: frozenset[str] = frozenset()


def discover(*, timeout: float = 10.0) -> Flow[Discovery]:
    """Ask the base URL itself what it is.

    Overpaint's and Cog's servers answer with a JSON object; a hosted API answers with anything
    else, and is taken to have the model of the API page.

    Raises:
        TransportError: it could not be reached.
    """
    answer = yield Call("GET", "/", timeout=timeout)
    about: Any = None
    if answer is not None and answer.is_success:
        try:
            about = answer.json()
        except ValueError:
            about = None
    if isinstance(about, dict) and about.get("name") == "overpaint":
        reads = about.get("reads")
        return Discovery(
            "overpaint",
            str(about.get("default_version") or DEFAULT_VERSION),
            frozenset(str(name) for name in reads) if isinstance(reads, list) else frozenset(),
        )
    if isinstance(about, dict) and "cog_version" in about:
        return Discovery("cog", DEFAULT_VERSION)
    return Discovery("hosted", DEFAULT_VERSION)
