"""One call to an endpoint and its answer, free of any HTTP library's types.

The lifecycle yields calls, pauses and what is to be written down; drivers make them happen.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

__all__ = ["Answer", "Call", "Deed", "Flow", "Interrupted", "Pause", "interruptible"]

MEBIBYTE = 2**20


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request to make.

    Attributes:
        method: GET, POST, PUT or DELETE.
        url: a path under the endpoint's base URL (`/predictions`), or a whole address.
        json: sent as the body, if not None.
        body: raw bytes to send instead, with `headers` saying what they are.
        headers: further headers.
        timeout: seconds of silence after which the answer is given up.
        longest: seconds after which it is given up even if bytes still trickle in; None = never.
        grace: seconds for which its answer is still waited for when the flow is interrupted,
            since it names what must then be undone.
        with_key: send the endpoint's key. A transport sends it to the endpoint's own origin
            only, whatever this says.
        largest: bytes of answer after which it is broken off.
        follow: follow redirects of a GET.
        connect_to: the address to connect to instead of looking the host up; the host is still
            named, and its certificate checked.
    """

    method: str
    url: str
    json: Any = None
    body: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 30.0
    longest: float | None = None
    grace: float = 0.0
    with_key: bool = True
    largest: int = 256 * MEBIBYTE
    follow: bool = True
    connect_to: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Attributes:
        status: the HTTP status.
        headers: by lower-case name.
        body: the whole body.
        url: where it came from, after redirects.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)
    url: str = ""

    @property
    def is_success(self) -> bool:
        """True for any 2xx: gateways promise 200 where the API itself sends 201 or 202."""
        return 200 <= self.status < 300

    def json(self) -> Any:  # noqa: ANN401  any JSON may come
        """Read the body as JSON.

        Raises:
            ValueError: it is not JSON, or nested beyond reason.
        """
        try:
            return json.loads(self.body)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait for so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Deed:
    """Do what blocks, such as writing to a disk; an event loop goes on meanwhile.

    It is carried out to its end: a flow hears of an interruption at the step after it.

    Attributes:
        do: raises nothing but an OverpaintError.
        grace: seconds after which even an interruption waits no longer for it.
        longest: it is never given up.
    """

    do: Callable[[], None]
    grace: float = 30.0
    longest: None = None


class Interrupted(BaseException):
    """Thrown into a flow whose driver was interrupted: Ctrl-C, or its task was canceled.

    The flow may still yield what undoes its work, and then lets this pass through. Notes added to
    it (`add_note`) go on to the interruption itself, for whoever reads it.

    Attributes:
        answer: of the call that was under way, where it came within the call's `grace`.
        left: the prediction that may run on or has just ended; "" for one nobody knows the name
            of; None where none is left.
    """

    def __init__(self, answer: Answer | None = None) -> None:
        super().__init__("interrupted")
        self.answer = answer
        self.left: str | None = None


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Make Ctrl-C in a flow's own code, between two of its steps, the `Interrupted` of a step."""
    try:
        yield
    except KeyboardInterrupt as cause:
        raise Interrupted from cause


T = TypeVar("T")

# What a lifecycle generator yields, is sent, and returns. An OverpaintError is thrown into it
# where a call brought no answer, and `Interrupted` where nobody waits for its end any more.
Flow: TypeAlias = Generator[Call | Deed | Pause, Answer | None, T]
