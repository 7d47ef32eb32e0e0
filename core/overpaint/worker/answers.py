"""What a worker answers besides painting: endpoints, keys, what was left over, how it is."""

from __future__ import annotations

import asyncio
import contextlib

from overpaint.errors import OverpaintError
from overpaint_bridge.protocol import (
    Diagnosis,
    Doctor,
    Endpoints,
    EndpointsKnown,
    Message,
    Recover,
    Recovered,
    Refused,
)

from .pipe import HostGone, Pipe

__all__ = ["ANSWERS", "answer"]

ANSWERS = (Doctor, Endpoints, Recover)


async def answer(message: Message, pipe: Pipe) -> None:
    """Answer one message of those in `ANSWERS`, or refuse it in words."""
    said: Message
    try:
        said = await asyncio.to_thread(_said, message)
    except OverpaintError as error:
        said = Refused(error.message, hint=error.hint, about=message.TYPE)
    with contextlib.suppress(HostGone):
        pipe.send(said)


def _said(message: Message) -> Message:
    """The answer; may block."""
    match message:
        case Doctor():
            from overpaint.doctor import diagnose

            return Diagnosis(diagnose().report)
        case Recover():
            return Recovered()
        case _:
            return endpoints_known()


def endpoints_known() -> EndpointsKnown:
    """List the endpoints, the default first."""
    from overpaint.settings import default_endpoint

    from .endpoints import described

    default = default_endpoint()
    return EndpointsKnown(default.name, [described(default)])
