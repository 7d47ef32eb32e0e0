"""The pipe: JSON lines, one message each, between an editor and its worker.

To the worker: hello, run, cancel, release, endpoints, recover, quit.
From it: ready, accepted, progress, output, done, failed, canceled, endpoints, recovered, refused.

Unknown fields are ignored, so that either end may be the newer; unknown messages are refused by
name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, ClassVar, Union

from .errors import ProtocolError
from .pixels import Block

__all__ = [
    "LONGEST_LINE",
    "PROTOCOL",
    "TO_HOST",
    "TO_WORKER",
    "Accepted",
    "Cancel",
    "Canceled",
    "Done",
    "Endpoints",
    "EndpointsKnown",
    "Failed",
    "Hello",
    "Message",
    "Output",
    "Progress",
    "Quit",
    "Ready",
    "Recover",
    "Recovered",
    "Refused",
    "Release",
    "Run",
    "decode",
    "encode",
]

PROTOCOL = 1
# Pixels travel in the mapped file; a line is a request's words, and a prompt is not a megabyte.
LONGEST_LINE = 1 << 20


class Message:
    """One line of the pipe."""

    TYPE: ClassVar[str]


@dataclass(frozen=True)
class Hello(Message):
    """The host introduces itself; must come first."""

    TYPE = "hello"
    protocol: int
    host: str = ""
    host_version: str = ""


@dataclass(frozen=True)
class Run(Message):
    """Paint: a request as `PaintRequest.read` takes it, a picture, and a mask or none."""

    TYPE = "run"
    job: str
    request: dict[str, Any]
    image: Block
    mask: Block | None = None
    endpoint: str | None = None


@dataclass(frozen=True)
class Cancel(Message):
    """Stop a job, at the endpoint too."""

    TYPE = "cancel"
    job: str


@dataclass(frozen=True)
class Release(Message):
    """The host has copied a job's outputs; their places may be used again."""

    TYPE = "release"
    job: str


@dataclass(frozen=True)
class Endpoints(Message):
    """Which endpoints are there?"""

    TYPE = "endpoints"


@dataclass(frozen=True)
class Recover(Message):
    """Which results did a host that died never get?"""

    TYPE = "recover"


@dataclass(frozen=True)
class Quit(Message):
    """End, canceling what runs."""

    TYPE = "quit"


@dataclass(frozen=True)
class Ready(Message):
    """The worker introduces itself; comes first."""

    TYPE = "ready"
    protocol: int
    version: str = ""
    engines: list[str] = field(default_factory=list)
    endpoints: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Accepted(Message):
    """The job is understood and begins."""

    TYPE = "accepted"
    job: str


@dataclass(frozen=True)
class Progress(Message):
    """How far a job is; fraction 0 to 1, or None where nothing is known."""

    TYPE = "progress"
    job: str
    stage: str
    fraction: float | None = None
    message: str = ""


@dataclass(frozen=True)
class Output(Message):
    """One result: the layer's full context pixels and the mask that shows of it."""

    TYPE = "output"
    job: str
    index: int
    x: int
    y: int
    pixels: Block
    mask: Block
    canvas_width: int
    canvas_height: int
    seed: int | None = None
    seam: float = 0.0


@dataclass(frozen=True)
class Done(Message):
    """All outputs have been sent."""

    TYPE = "done"
    job: str
    ignored: list[str] = field(default_factory=list)
    seam: float = 0.0
    cost: float | None = None


@dataclass(frozen=True)
class Failed(Message):
    """What went wrong, in a sentence, and what to do next."""

    TYPE = "failed"
    job: str
    code: str
    message: str
    hint: str = ""
    request_id: str | None = None


@dataclass(frozen=True)
class Canceled(Message):
    """The job was stopped; `charged` is yes, no or maybe."""

    TYPE = "canceled"
    job: str
    charged: str = "maybe"


@dataclass(frozen=True)
class EndpointsKnown(Message):
    """The endpoints' names, the default first."""

    TYPE = "endpoints"
    names: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Recovered(Message):
    """The jobs whose results a host never got."""

    TYPE = "recovered"
    jobs: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Refused(Message):
    """A line the worker could not take; it goes on."""

    TYPE = "refused"
    message: str


TO_WORKER: dict[str, type[Message]] = {
    kind.TYPE: kind for kind in (Hello, Run, Cancel, Release, Endpoints, Recover, Quit)
}
TO_HOST: dict[str, type[Message]] = {
    kind.TYPE: kind
    for kind in (
        Ready,
        Accepted,
        Progress,
        Output,
        Done,
        Failed,
        Canceled,
        EndpointsKnown,
        Recovered,
        Refused,
    )
}

# What a field may hold, by its annotation as written above.
KINDS: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (int, float),
    "str | None": (str, type(None)),
    "int | None": (int, type(None)),
    "float | None": (int, float, type(None)),
    "dict[str, Any]": (dict,),
    "list[str]": (list,),
}


def encode(message: Message) -> bytes:
    """Write a message as one line."""
    values = {"type": message.TYPE, **asdict(message)}  # type: ignore[call-overload]  # every message is a dataclass
    return json.dumps(values, ensure_ascii=False).encode() + b"\n"


def decode(line: bytes, known: Mapping[str, type[Message]]) -> Message:
    """Read one line.

    Args:
        line: with or without its newline.
        known: `TO_WORKER` or `TO_HOST`.

    Raises:
        ProtocolError: it is too long, no JSON object, an unknown message, or a field is wrong.
    """
    if len(line) > LONGEST_LINE:
        raise ProtocolError(f"A message is longer than {LONGEST_LINE} bytes.")
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("A message is not JSON.") from error
    if not isinstance(values, dict):
        raise ProtocolError("A message is not a JSON object.")
    name = values.get("type")
    kind = known.get(name) if isinstance(name, str) else None
    if kind is None:
        raise ProtocolError(f"There is no message called {str(name)[:40]}.")
    given = {
        part.name: _value(kind, part.name, str(part.type), values[part.name])
        for part in fields(kind)  # type: ignore[arg-type]  # every message is a dataclass
        if part.name in values
    }
    try:
        return kind(**given)
    except TypeError as error:
        raise ProtocolError(f"The message {name} lacks a field: {error}.") from error


def _value(
    kind: type[Message],
    name: str,
    annotation: str,
    value: Union[str, int, float, dict[str, Any], list[Any], None],  # noqa: UP007  Python 3.10 reads it
) -> object:
    """Check one field; the other end is another program."""
    if annotation.startswith("Block"):
        if value is None and annotation.endswith("None"):
            return None
        return _block(kind, name, value)
    allowed = KINDS[annotation]
    if not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed):
        raise ProtocolError(f"The field {name} of {kind.TYPE} can't be {value!r:.60}.")
    if annotation == "list[str]" and not all(isinstance(item, str) for item in value):  # type: ignore[union-attr]  # a list, by the check above
        raise ProtocolError(f"The field {name} of {kind.TYPE} is a list of words.")
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
