"""The pipe's messages, between an editor and its worker; and each as a line of JSON.

To the worker: hello, run, pixels, cancel, release, endpoints and what changes them, recover,
deliver, dismiss, doctor, quit. From it: ready, accepted, needs, sent, progress, output, done,
failed, canceled, endpoints, tested, recovered, diagnosis, refused.

Unknown fields are ignored, so that either end may be the newer; unknown messages are refused by
name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, Union

from .errors import ProtocolError
from .orders import (
    Cancel,
    Deliver,
    Dismiss,
    Doctor,
    EndpointAdd,
    EndpointRemove,
    Endpoints,
    EndpointTest,
    EndpointUse,
    Hello,
    KeyForget,
    KeySet,
    Message,
    PixelsRead,
    Quit,
    Recover,
    Release,
    Run,
    Settle,
)
from .pixels import Block
from .reports import (
    Accepted,
    Canceled,
    Diagnosis,
    Done,
    EndpointsKnown,
    Failed,
    Needs,
    Output,
    Progress,
    Ready,
    Recovered,
    Refused,
    Sent,
    Tested,
)

__all__ = [
    "LONGEST_LINE",
    "LONGEST_ORDER",
    "PROTOCOL",
    "TO_HOST",
    "TO_WORKER",
    "Accepted",
    "Cancel",
    "Canceled",
    "Deliver",
    "Diagnosis",
    "Dismiss",
    "Doctor",
    "Done",
    "EndpointAdd",
    "EndpointRemove",
    "EndpointTest",
    "EndpointUse",
    "Endpoints",
    "EndpointsKnown",
    "Failed",
    "Hello",
    "KeyForget",
    "KeySet",
    "Message",
    "Needs",
    "Output",
    "PixelsRead",
    "Progress",
    "Quit",
    "Ready",
    "Recover",
    "Recovered",
    "Refused",
    "Release",
    "Run",
    "Sent",
    "Settle",
    "Tested",
    "decode",
    "encode",
    "names",
]

PROTOCOL = 1
# Pixels travel in the mapped file; a line is a request's words, and a prompt is not a megabyte.
LONGEST_LINE = 1 << 20
# What an editor sends comes back in its result's recipe, with more around it.
LONGEST_ORDER = LONGEST_LINE // 4

# What a field may hold, by its annotation as `protocol` writes it.
KINDS: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "str | None": (str, type(None)),
    "int | None": (int, type(None)),
    "float | None": (int, float, type(None)),
    "dict[str, Any]": (dict,),
    "list[str]": (list,),
    "list[int] | None": (list, type(None)),
    "Rows": (list,),
}
# What each of a list's parts may be.
PARTS: dict[str, type] = {"list[str]": str, "list[int] | None": int, "Rows": dict}


def _by_name(*kinds: type[Message]) -> dict[str, type[Message]]:
    return {kind.TYPE: kind for kind in kinds}


TO_WORKER = _by_name(
    Hello,
    Run,
    PixelsRead,
    Cancel,
    Release,
    Settle,
    Endpoints,
    EndpointAdd,
    EndpointRemove,
    EndpointUse,
    EndpointTest,
    KeySet,
    KeyForget,
    Recover,
    Deliver,
    Dismiss,
    Doctor,
    Quit,
)
TO_HOST = _by_name(
    Ready,
    Accepted,
    Needs,
    Sent,
    Progress,
    Output,
    Done,
    Failed,
    Canceled,
    EndpointsKnown,
    Tested,
    Recovered,
    Diagnosis,
    Refused,
)


def encode(message: Message) -> bytes:
    """Write a message as one line."""
    # In ASCII: half a surrogate, as editors may hand over, has no UTF-8.
    values = {"type": message.TYPE, **asdict(message)}  # type: ignore[call-overload]  # every message is a dataclass
    return json.dumps(values).encode() + b"\n"


def decode(line: bytes, known: Mapping[str, type[Message]]) -> Message:
    """Read one line.

    Args:
        line: with or without its newline.
        known: `TO_WORKER` or `TO_HOST`.

    Raises:
        ProtocolError: it is too long, no JSON object, an unknown message, or a field is wrong.
    """
    values = _object(line)
    name = values.get("type")
    kind = known.get(name) if isinstance(name, str) else None
    if kind is None:
        raise ProtocolError(f"There is no message called {str(name)[:40]}.")
    given = {
        part.name: _value(kind, part.name, str(part.type), values[part.name], shown=part.repr)
        for part in fields(kind)  # type: ignore[arg-type]  # every message is a dataclass
        if part.name in values
    }
    try:
        return kind(**given)
    except TypeError as error:
        raise ProtocolError(f"The message {name} lacks a field: {error}.") from error


def names(line: bytes) -> tuple[str, str]:
    """What a line that could not be read calls itself, and the job it names; "" where neither."""
    try:
        values = _object(line)
    except ProtocolError:
        return "", ""
    name, job = values.get("type"), values.get("job")
    return name if isinstance(name, str) else "", job if isinstance(job, str) else ""


def _object(line: bytes) -> dict[str, Any]:
    """The JSON object a line is."""
    if len(line) > LONGEST_LINE:
        raise ProtocolError(f"A message is longer than {LONGEST_LINE} bytes.")
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("A message is not JSON.") from error
    if not isinstance(values, dict):
        raise ProtocolError("A message is not a JSON object.")
    return values


def _value(
    kind: type[Message],
    name: str,
    annotation: str,
    value: Union[str, float, dict[str, Any], list[Any], None],  # noqa: UP007  Python 3.10 reads it
    *,
    shown: bool,
) -> object:
    """Check one field; the other end is another program. A secret one is not quoted."""
    if annotation.startswith("Block"):
        if value is None and annotation.endswith("None"):
            return None
        return _block(kind, name, value)
    allowed = KINDS[annotation]
    if not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed):
        said = f"{value!r:.60}" if shown else "that"
        raise ProtocolError(f"The field {name} of {kind.TYPE} can't be {said}.")
    part = PARTS.get(annotation)
    listed = value if part is not None and isinstance(value, list) else []
    if not all(isinstance(item, part or str) and not isinstance(item, bool) for item in listed):
        raise ProtocolError(f"The field {name} of {kind.TYPE} is a list of other things.")
    return value


def _block(kind: type[Message], name: str, value: object) -> Block:
    if not isinstance(value, dict):
        raise ProtocolError(f"The field {name} of {kind.TYPE} says where a picture lies.")
    numbers = {key: value.get(key) for key in ("offset", "width", "height", "stride")}
    kind_of_pixels = value.get("format")
    whole = all(isinstance(n, int) and not isinstance(n, bool) for n in numbers.values())
    if not whole or not isinstance(kind_of_pixels, str):
        raise ProtocolError(f"The field {name} of {kind.TYPE} says where a picture lies.")
    return Block(**numbers, format=kind_of_pixels)  # type: ignore[arg-type]  # whole numbers, by the check above
