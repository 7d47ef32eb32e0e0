"""What stands behind a base URL: our own server, a plain Cog server, or a hosted API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from .calls import Answer, Call, Flow, Pause
from .endpoints import Endpoint
from .errors import APIError, NotSentError, OverpaintError
from .lifecycle import Patience
from .lifecycle.asking import ask, read
from .models.catalogue import DEFAULT_VERSION, FILL_VERSION

__all__ = ["Discovery", "discover", "latest_version", "model_path", "model_schema"]

# What an endpoint tells of itself is a few lines; a schema is a few pages.
LARGEST_ABOUT = 2**20
LARGEST_SCHEMA = 2**24
# The one of an Overpaint server's engines that has no model to invent anything with.
COPYING_ENGINE = "patchmatch"
# A gateway may well be broken there for good, so it is not insisted on.
BUSY_PAUSES = (0.3, 0.9)


@dataclass(frozen=True, slots=True)
class Discovery:
    """What an endpoint tells of itself.

    Attributes:
        kind: `overpaint`, `cog` or `hosted`.
        version: asked for where nobody names one.
        reads: the inputs an Overpaint server's engine reads; empty where it is not one.
        copies: the engine only copies what it sees; of any other that is not known.
        is_guess: it was too busy to say; to be asked again.
    """

    kind: str
    version: str = DEFAULT_VERSION
    reads: frozenset[str] = frozenset()
    copies: bool = False
    is_guess: bool = False


def discover(endpoint: Endpoint, *, timeout: float = 10.0) -> Flow[Discovery]:
    """Ask the base URL itself what it is.

    Overpaint's and Cog's servers answer with a JSON object; a hosted API answers with anything
    else or nothing, and is taken to have the model of the API page.

    Raises:
        NotSentError: it could not be reached.
    """
    if endpoint.is_embedded:
        # Known without asking; and on a busy machine its first answer may come too late.
        return Discovery("overpaint", FILL_VERSION, copies=True)
    if endpoint.is_replicate or endpoint.kind in ("hosted", "cog"):
        return Discovery(endpoint.kind or "hosted")
    call = Call("GET", "/", timeout=timeout, longest=timeout, largest=LARGEST_ABOUT)
    about: Any = None
    is_guess = False
    try:
        answer = yield from _asked_again(call)
        is_guess = _is_busy(answer)
        about = answer.json() if answer.is_success else None
    except NotSentError:
        raise
    except (OverpaintError, ValueError):
        about = None
    if isinstance(about, dict) and about.get("name") == "overpaint":
        reads = about.get("reads")
        return Discovery(
            "overpaint",
            str(about.get("default_version") or DEFAULT_VERSION),
            frozenset(str(name) for name in reads) if isinstance(reads, list) else frozenset(),
            copies=about.get("engine") == COPYING_ENGINE,
        )
    if isinstance(about, dict) and "cog_version" in about:
        return Discovery("cog")
    return Discovery(endpoint.kind or "hosted", is_guess=is_guess)


def _asked_again(call: Call) -> Flow[Answer]:
    """The endpoint's answer; one that is busy or starts anew is asked again."""
    for seconds in BUSY_PAUSES:
        answer = yield from ask(call)
        if not _is_busy(answer):
            return answer
        yield Pause(seconds)
    return (yield from ask(call))


def _is_busy(answer: Answer) -> bool:
    return answer.status == 429 or answer.status >= 500


def model_schema(version: str, kind: str, *, patience: Patience) -> Flow[Mapping[str, Any] | None]:
    """Read the OpenAPI document in which a model publishes its inputs.

    Args:
        version: `owner/name` or `owner/name:hash`; a bare hash can't be asked about.
        kind: of the endpoint; a Cog server has one model, whatever the version says.
        patience: how long to wait.

    Returns:
        The document, or None where the endpoint does not publish it.

    Raises:
        TransportError: no answer came.
    """
    if kind == "cog":
        found = yield from _look("/openapi.json", patience)
        return found if isinstance(found, Mapping) else None
    name, _, digest = version.partition(":")
    path = model_path(name)
    if path is None:
        return None
    own = f"{path}/versions/{quote(digest, safe='')}" if digest else path
    about = yield from _look(own, patience)
    if not digest and isinstance(about, Mapping):
        about = about.get("latest_version")
    schema = about.get("openapi_schema") if isinstance(about, Mapping) else None
    return schema if isinstance(schema, Mapping) else None


def model_path(version: str) -> str | None:
    """A model's own address, or None for what is not `owner/name`.

    Whoever names a version must not choose with it which other address is called, key and all.
    """
    parts = version.split("/")
    if len(parts) != 2 or not all(part.strip(".") for part in parts):
        return None
    return "/models/" + "/".join(quote(part, safe="") for part in parts)


def latest_version(model: str, *, patience: Patience) -> Flow[str | None]:
    """Read the hash of a model's latest version, or None where the endpoint does not tell.

    Raises:
        TransportError: no answer came.
    """
    path = model_path(model)
    if path is None:
        return None
    about = yield from _look(path, patience)
    latest = about.get("latest_version") if isinstance(about, Mapping) else None
    digest = latest.get("id") if isinstance(latest, Mapping) else None
    return digest if isinstance(digest, str) and digest else None


def _look(path: str, patience: Patience) -> Flow[object]:
    """Read JSON that an endpoint may or may not have."""
    call = Call(
        "GET", path, timeout=patience.answer, longest=patience.answer, largest=LARGEST_SCHEMA
    )
    try:
        answer = yield from read(call, doing="describe the model", patience=patience)
        return answer.json()
    except (APIError, ValueError):
        return None
