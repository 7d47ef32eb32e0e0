"""What a worker tells its editor."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .orders import Message
from .pixels import Block

__all__ = [
    "Accepted",
    "Canceled",
    "Diagnosis",
    "Done",
    "EndpointsKnown",
    "Failed",
    "Needs",
    "Output",
    "Progress",
    "Ready",
    "Recovered",
    "Refused",
    "Sent",
    "Tested",
]

# Further facts a line may hold, one object each.
Rows = list[dict[str, Any]]


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
    """The job is understood and begins; said again once the journal has a name for it."""

    TYPE = "accepted"
    job: str
    id: str = ""


@dataclass(frozen=True)
class Needs(Message):
    """The part of the canvas that the model will see; answered with `pixels`.

    Comes again where the pixels show that the selection is smaller than was said.
    """

    TYPE = "needs"
    job: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Sent(Message):
    """What leaves: which part of the canvas, at what size, and to whom.

    Attributes:
        endpoint: its name.
        address: its host; "" where nothing leaves this computer.
        x, y, width, height: the part of the (grown) canvas.
        sent_width, sent_height: the size it is sent at.
        image: the picture as it is sent, RGB8.
        mask: as the model sees it, L8, 255 = paint here.
        version: of the model.
        input: what the model is asked, in its own words; the pictures in it are shortened.
    """

    TYPE = "sent"
    job: str
    endpoint: str
    address: str
    x: int
    y: int
    width: int
    height: int
    sent_width: int
    sent_height: int
    image: Block | None = None
    mask: Block | None = None
    version: str = ""
    input: dict[str, Any] = field(default_factory=dict)


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
    """One result: the layer's full context pixels and the mask that shows of it.

    Attributes:
        x, y: where it lies on the canvas; after an outpainting, on the grown one.
        canvas_width, canvas_height: the canvas's size then.
        offset_x, offset_y: where the original lies on it.
        recipe: what makes the same again; see `recipe.Recipe`.
    """

    TYPE = "output"
    job: str
    index: int
    x: int
    y: int
    pixels: Block
    mask: Block
    canvas_width: int
    canvas_height: int
    offset_x: int = 0
    offset_y: int = 0
    seed: int | None = None
    seam: float = 0.0
    recipe: dict[str, Any] = field(default_factory=dict)


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
    """What went wrong, in a sentence, and what to do next.

    Attributes:
        charged: `no` where nothing was created for sure, else `maybe`.
    """

    TYPE = "failed"
    job: str
    code: str
    message: str
    hint: str = ""
    request_id: str | None = None
    charged: str = "maybe"


@dataclass(frozen=True)
class Canceled(Message):
    """The job was stopped; `charged` is yes, no or maybe."""

    TYPE = "canceled"
    job: str
    charged: str = "maybe"


@dataclass(frozen=True)
class EndpointsKnown(Message):
    """The endpoints, and which is used where none is named.

    Attributes:
        default: its name.
        list: of each its name, base_url, kind, has_key, version, flat_fields, ca_file, and what
            its model takes: schedulers, and the request's fields it reads (empty where that is not
            known).
    """

    TYPE = "endpoints"
    default: str = ""
    list: Rows = field(default_factory=list)


@dataclass(frozen=True)
class Tested(Message):
    """What came of an endpoint's test."""

    TYPE = "tested"
    name: str
    ok: bool
    message: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Recovered(Message):
    """The jobs whose results a host never got.

    Attributes:
        jobs: of each its id, prompt, created_at, host, document, seeds, and how many results.
    """

    TYPE = "recovered"
    jobs: Rows = field(default_factory=list)


@dataclass(frozen=True)
class Diagnosis(Message):
    """What a report of a fault should say; names no person, key or picture."""

    TYPE = "diagnosis"
    text: str


@dataclass(frozen=True)
class Refused(Message):
    """A line the worker could not take; it goes on.

    Attributes:
        about: which message it was, where that could be read.
        job: the job it named, if it named one.
    """

    TYPE = "refused"
    message: str
    hint: str = ""
    about: str = ""
    job: str = ""
