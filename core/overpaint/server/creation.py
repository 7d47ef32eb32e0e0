"""A create request's body: what is taken, and what of it is refused and how."""

from __future__ import annotations

import re
from typing import Any, TypeVar
from urllib.parse import urlsplit

from fastapi import Request
from pydantic import ValidationError

from overpaint.errors import InputError

from .bodies import CreateBody, ModelBody, read_json
from .outward import check_address
from .problem import Problem, invalid, wrong_field
from .published import Published, find
from .runs import Run
from .settings import ServerSettings

__all__ = [
    "DURATION",
    "cancel_after",
    "read_body",
    "run_from",
    "version_of",
    "wait_seconds",
    "wants_inline",
]

Body = TypeVar("Body", bound=ModelBody)
EVENTS = frozenset({"start", "output", "logs", "completed"})

DURATION = r"^(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,6})s?)?$"


async def read_body(request: Request, kind: type[Body]) -> Body:
    """Read the JSON object of a create.

    Raises:
        Problem: 400 for what is no JSON object, 422 for fields that are none of the API's.
    """
    try:
        body = read_json(await request.body())
    except ValueError as error:
        raise Problem(400, "Bad request", f"The body is not JSON: {error}.") from error
    if not isinstance(body, dict):
        raise Problem(400, "Bad request", "The body is not a JSON object.")
    try:
        return kind.model_validate(body)
    except ValidationError as error:
        raise invalid(error) from error


def run_from(body: ModelBody, settings: ServerSettings, *, published: Published) -> Run:
    """Validate a create's inputs.

    Args:
        body: as read.
        settings: which hosts may be called back in the open.
        published: the version asked for.

    Raises:
        Problem: 422, the fields named.
    """
    given = {name: value for name, value in body.input.items() if value is not None}
    merged = _fitting(body.flat, published) | given
    try:
        inputs = published.input.model_validate(merged)
    except ValidationError as error:
        raise invalid(error, under="input") from error
    if body.webhook and not _may_call(body.webhook, settings):
        raise wrong_field("webhook", "webhook must be an HTTPS URL")
    events = EVENTS if body.webhook_events_filter is None else frozenset(body.webhook_events_filter)
    return Run(published, inputs, merged, webhook=body.webhook or None, webhook_events=events)


def version_of(body: CreateBody) -> Published:
    """Look the version up.

    Raises:
        Problem: 422, in the real API's words.
    """
    published = find(body.version)
    if published is None:
        raise Problem(
            422,
            "Invalid version or not permitted",
            "The specified version does not exist (or perhaps you don't have permission to use"
            " it?)",
        )
    return published


def wait_seconds(prefer: str | None) -> float | None:
    """Read `Prefer: wait` or `wait=n`, 1 to 60 seconds; None where it does not ask."""
    found = re.search(r"(?:^|[,;\s])wait(?:=([0-9]{1,6}))?(?:$|[,;\s])", prefer or "")
    if found is None:
        return None
    return float(min(60, max(1, int(found[1] or 60))))


def wants_inline(prefer: str | None) -> bool:
    """Read `Prefer: outputs=inline`: outputs as data URIs, with nothing left to fetch."""
    return re.search(r"(?:^|[,;\s])outputs=inline(?:$|[,;\s])", prefer or "") is not None


def cancel_after(value: str) -> float | None:
    """Read `Cancel-After: 1h30m45s`, `30s` or `30`; at least 5 seconds. "" is none."""
    found = re.fullmatch(DURATION, value)
    if found is None or not value:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return float(max(5, min(86400, hours * 3600 + minutes * 60 + seconds)))


def _fitting(flat: dict[str, Any], published: Published) -> dict[str, Any]:
    """The flat fields a version takes.

    The page lists another model's, so that a scheduler of that one, say, or its seed of -1 for a
    random one, is left out and not refused.
    """
    try:
        published.input.model_validate(flat)
    except ValidationError as error:
        unfit = {item["loc"][0] for item in error.errors()}
        return {name: value for name, value in flat.items() if name not in unfit}
    return flat


def _may_call(url: str, settings: ServerSettings) -> bool:
    """https, as at the real API; in the open only to hosts the operator named."""
    try:
        check_address(url)
    except InputError:
        return False
    host = (urlsplit(url).hostname or "").casefold()
    return url.startswith("https://") or host in settings.reachable_hosts
