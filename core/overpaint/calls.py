"""One call to an endpoint and its answer, free of any HTTP library's types.

The lifecycle yields calls and pauses; a transport makes them happen.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

__all__ = ["Answer", "Call", "Flow", "Pause"]


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
        with_key: send the endpoint's key. A transport sends it to the endpoint's own origin
            only, whatever this says.
        largest: bytes of answer after which it is broken off.
    """

    method: str
    url: str
    json: Any = None
    body: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 30.0
    with_key: bool = True
    largest: int = 256 * 1024 * 1024


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
            ValueError: it is not JSON.
        """
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait for so many seconds."""

    seconds: float


T = TypeVar("T")

# What a lifecycle generator yields, is sent, and returns. A TransportError is thrown into it where
# a call brought no answer.
Flow: TypeAlias = Generator[Call | Pause, Answer | None, T]
