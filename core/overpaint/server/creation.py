"""A create request's body: what is taken, and what of it is refused and how."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request
from pydantic import ValidationError

from overpaint.errors import InputError

from .outward import check_address
from .problem import Problem, additional, invalid_input, wrong_field
from .published import Published, find
from .runs import Run
from .settings import ServerSettings

__all__ = ["cancel_after", "read_body", "run_from", "wait_seconds", "wants_inline"]

ENVELOPE = frozenset({"version", "input", "webhook", "webhook_events_filter", "stream"})
# The API page's flat fields, and what this server's models call them.
FLAT = {
    "seed": "seed",
    "image": "image",
    "steps": "num_inference_steps",
    "prompt": "prompt",
    "cfg_scale": "guidance_scale",
    "scheduler": "scheduler",
    "sampler_name": "sampler_name",
    "negative_prompt": "negative_prompt",
    "denoising_strength": "denoising_strength",
    "outpaint_direction": "outpaint_direction",
    "overlay_original_img": "overlay_original_img",
}
EVENTS = frozenset({"start", "output", "logs", "completed"})
DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?")


async def read_body(request: Request) -> dict[str, Any]:
    """Read the JSON object of a create.

    Raises:
        Problem: 400 for what is no JSON object, 422 for fields that are none of the API's.
    """
    try:
        body = await request.json()
    except (ValueError, RecursionError) as error:
        raise Problem(400, "Bad request", f"The body is not JSON: {error}.") from error
    if not isinstance(body, dict):
        raise Problem(400, "Bad request", "The body is not a JSON object.")
    foreign = sorted(set(body) - ENVELOPE - set(FLAT))
    if foreign:
        raise additional(foreign)
    return body


def run_from(
    body: Mapping[str, Any], settings: ServerSettings, *, published: Published | None = None
) -> Run:
    """Validate a create's body.

    Args:
        body: as read.
        settings: which hosts may be called back in the open.
        published: the version, where the address names the model.

    Raises:
        Problem: 422, the fields named.
    """
    published = published or _version(body.get("version"))
    given = body.get("input")
    if not isinstance(given, Mapping):
        raise wrong_field("input", "input is required and must be an object")
    flat = {FLAT[name]: value for name, value in body.items() if name in FLAT}
    merged = flat | {name: value for name, value in given.items() if value is not None}
    try:
        inputs = published.input.model_validate(merged)
    except ValidationError as error:
        raise invalid_input(error) from error
    webhook, events = _webhook(body, settings)
    return Run(published, inputs, merged, webhook=webhook, webhook_events=events)


def wait_seconds(prefer: str | None) -> float | None:
    """Read `Prefer: wait` or `wait=n`, 1 to 60 seconds; None where it does not ask."""
    found = re.search(r"(?:^|[,;\s])wait(?:=(\d+))?(?:$|[,;\s])", prefer or "")
    if found is None:
        return None
    return float(min(60, max(1, int(found[1] or 60))))


def wants_inline(prefer: str | None) -> bool:
    """Read `Prefer: outputs=inline`: outputs as data URIs, with nothing left to fetch."""
    return re.search(r"(?:^|[,;\s])outputs=inline(?:$|[,;\s])", prefer or "") is not None


def cancel_after(value: str | None) -> float | None:
    """Read `Cancel-After: 1h30m45s`, `30s` or `30`; at least 5 seconds.

    Raises:
        Problem: 422, it is none of these.
    """
    if not value:
        return None
    found = DURATION.fullmatch(value.strip())
    if found is None or not any(found.groups()):
        raise wrong_field("Cancel-After", f"{value[:40]} is not a duration like 30s or 1h30m")
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return float(max(5, min(86400, hours * 3600 + minutes * 60 + seconds)))


def _version(version: object) -> Published:
    if not isinstance(version, str) or not version:
        raise wrong_field("version", "version is required")
    published = find(version)
    if published is None:
        raise Problem(
            422,
            "Invalid version or not permitted",
            "The specified version does not exist (or perhaps you don't have permission to use"
            " it?)",
        )
    return published


def _webhook(
    body: Mapping[str, Any], settings: ServerSettings
) -> tuple[str | None, frozenset[str]]:
    webhook = body.get("webhook")
    if webhook in (None, ""):
        return None, frozenset()
    if not isinstance(webhook, str) or not _may_call(webhook, settings):
        raise wrong_field("webhook", "webhook must be an HTTPS URL")
    events = body.get("webhook_events_filter")
    if events is None:
        return webhook, EVENTS
    if not isinstance(events, list) or not all(
        isinstance(event, str) and event in EVENTS for event in events
    ):
        raise wrong_field(
            "webhook_events_filter", "must be a list of start, output, logs, completed"
        )
    return webhook, frozenset(events)


def _may_call(url: str, settings: ServerSettings) -> bool:
    """https, as at the real API; in the open only to hosts the operator named."""
    try:
        check_address(url)
    except InputError:
        return False
    host = (urlsplit(url).hostname or "").casefold()
    return url.startswith("https://") or host in settings.reachable_hosts
