"""What a worker answers besides painting: endpoints, keys, what was left over, how it is."""

from __future__ import annotations

import asyncio
import contextlib

from overpaint.errors import OverpaintError
from overpaint_bridge.protocol import (
    Diagnosis,
    Dismiss,
    Doctor,
    EndpointAdd,
    EndpointRemove,
    Endpoints,
    EndpointsKnown,
    EndpointTest,
    EndpointUse,
    KeyForget,
    KeySet,
    Message,
    Recover,
    Recovered,
    Refused,
    Tested,
)

from .leftovers import dismissed, leftovers
from .pipe import HostGone, Pipe

__all__ = ["ANSWERS", "CHANGES", "answer"]

# After these an endpoint is another than before.
CHANGES = (EndpointAdd, EndpointRemove, EndpointUse, KeySet, KeyForget)
ANSWERS = (*CHANGES, Endpoints, EndpointTest, Recover, Dismiss, Doctor)


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
        case EndpointTest(name=name):
            return _tested(name)
        case Recover():
            return Recovered(leftovers())
        case Dismiss(id=job_id):
            dismissed(job_id)
            return Recovered(leftovers())
        case Doctor():
            from overpaint.doctor import diagnose

            return Diagnosis(diagnose().report)
        case _:
            _change(message)
            return _endpoints_known()


def _change(message: Message) -> None:
    """Make the change a message asks for; nothing for those that ask for none."""
    from overpaint import registry

    match message:
        case EndpointAdd():
            _keep_endpoint(message)
        case EndpointRemove(name=name):
            registry.remove_endpoint(name)
        case EndpointUse(name=name):
            registry.use_endpoint(name)
        case KeySet(endpoint=name, key=key):
            registry.set_key(name, key)
        case KeyForget(endpoint=name):
            registry.forget_key(name)
        case _:
            pass


def _keep_endpoint(asked: EndpointAdd) -> None:
    from overpaint import registry

    further = {} if asked.ca_file is None else {"ca_file": asked.ca_file}
    registry.change_endpoint(
        asked.replaces or asked.name,
        asked.base_url,
        new_name=asked.name,
        key=asked.key,
        version=asked.version,
        flat_fields=asked.flat_fields,
        **further,
    )


def _endpoints_known() -> EndpointsKnown:
    """List the endpoints, the default first."""
    from overpaint.settings import known_endpoints

    from .endpoints import described

    known = known_endpoints()
    return EndpointsKnown(known[0].endpoint.name, [described(item) for item in known])


def _tested(name: str) -> Tested:
    from overpaint.checkup import check_endpoint
    from overpaint.settings import default_endpoint, endpoint_named

    found = check_endpoint(endpoint_named(name or None) or default_endpoint())
    return Tested(name, found.is_good, found.says, found.hint)
