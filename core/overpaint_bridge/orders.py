"""What an editor tells its worker."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from .pixels import Block

__all__ = [
    "Cancel",
    "Deliver",
    "Dismiss",
    "Doctor",
    "EndpointAdd",
    "EndpointRemove",
    "EndpointTest",
    "EndpointUse",
    "Endpoints",
    "Hello",
    "KeyForget",
    "KeySet",
    "Message",
    "PixelsRead",
    "Quit",
    "Recover",
    "Release",
    "Run",
    "Settle",
]


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
    """Paint: a request as `PaintRequest.read` takes it.

    Either with its pixels, which then are the whole canvas, or with the canvas's size and the
    selection's bounds on it: then the worker says by `needs` which part it wants to see.

    Attributes:
        canvas: width and height; where the pixels are here already, None.
        hole: x, y, width and height of the selection, on the canvas; None for an outpainting.
        layer_format: of the outputs; "" = the picture's own.
        endpoint: its name; None = the configured one.
        dry_run: only say what would be sent.
        document: what the host calls the picture, for whoever looks for its result later.
    """

    TYPE = "run"
    job: str
    request: dict[str, Any]
    image: Block | None = None
    mask: Block | None = None
    endpoint: str | None = None
    canvas: list[int] | None = None
    hole: list[int] | None = None
    layer_format: str = ""
    dry_run: bool = False
    document: str = ""


@dataclass(frozen=True)
class PixelsRead(Message):
    """The answer to `needs`: exactly that region; no mask for an outpainting."""

    TYPE = "pixels"
    job: str
    image: Block
    mask: Block | None = None


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
class Settle(Message):
    """The person has decided about all results of a job; the journal may forget them.

    Attributes:
        id: the job's name in the journal.
    """

    TYPE = "settle"
    id: str


@dataclass(frozen=True)
class Endpoints(Message):
    """Which endpoints are there?"""

    TYPE = "endpoints"


@dataclass(frozen=True)
class EndpointAdd(Message):
    """Keep an endpoint, or change one; what this does not name of it stays as it was.

    Attributes:
        version: which model is asked for; None = the endpoint's own.
        replaces: the one to change, where that is called otherwise as yet; "" = the one of that
            name, if there is one.
        ca_file: a further certificate authority to trust; "" = none, None = as it was.
        key: its key; "" = as it was. It is forgotten where the address has another origin.
    """

    TYPE = "endpoint_add"
    name: str
    base_url: str
    version: str | None = None
    flat_fields: bool = False
    replaces: str = ""
    ca_file: str | None = None
    key: str = field(default="", repr=False)


@dataclass(frozen=True)
class EndpointRemove(Message):
    """Forget an endpoint."""

    TYPE = "endpoint_remove"
    name: str


@dataclass(frozen=True)
class EndpointUse(Message):
    """Make an endpoint the one that is used where none is named."""

    TYPE = "endpoint_use"
    name: str


@dataclass(frozen=True)
class EndpointTest(Message):
    """Does an endpoint answer, and take its key? Costs nothing."""

    TYPE = "endpoint_test"
    name: str


@dataclass(frozen=True)
class KeySet(Message):
    """Put an endpoint's key into the system's key store."""

    TYPE = "key_set"
    endpoint: str
    key: str = field(repr=False)


@dataclass(frozen=True)
class KeyForget(Message):
    """Take an endpoint's key out of it."""

    TYPE = "key_forget"
    endpoint: str


@dataclass(frozen=True)
class Recover(Message):
    """Which results did a host that died never get?"""

    TYPE = "recover"


@dataclass(frozen=True)
class Deliver(Message):
    """Hand over a recovered result as if it were a job of the name given here.

    Attributes:
        layer_format: of the outputs; "" = what a layer of this host is made of, as deep as the run
            asked for.
    """

    TYPE = "deliver"
    job: str
    id: str
    layer_format: str = ""


@dataclass(frozen=True)
class Dismiss(Message):
    """A recovered result is not wanted any more."""

    TYPE = "dismiss"
    id: str


@dataclass(frozen=True)
class Doctor(Message):
    """Write down what a report of a fault should say."""

    TYPE = "doctor"


@dataclass(frozen=True)
class Quit(Message):
    """End, canceling what runs."""

    TYPE = "quit"
