"""Many clients at one server: nothing lost or mixed up, a fair queue, the rest told when."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field
from typing import Any

from overpaint import Endpoint
from overpaint.calls import Answer, Call
from overpaint.driving import AsyncTransport
from overpaint.transport import open_async

from .picture import Marked

__all__ = ["Load", "press"]

POLL_SECONDS = 0.2
RUN_SECONDS = 600.0


@dataclass
class Load:
    """What came of it.

    Attributes:
        created: predictions the server took.
        returned: results that were this client's own picture.
        mixed_up: results that were another's.
        lost: predictions that ended otherwise, or never.
        refused: creates that were answered 429; all are tried again.
        unsaid: those of them without a Retry-After.
        started: when each began, in the order they were created.
    """

    created: int = 0
    returned: int = 0
    mixed_up: int = 0
    lost: int = 0
    refused: int = 0
    unsaid: int = 0
    started: list[tuple[str, str]] = field(default_factory=list)

    @property
    def overtaken(self) -> int:
        """How many began before one that was there before them."""
        times = [begun for _, begun in sorted(self.started)]
        return sum(later < earlier for earlier, later in itertools.pairwise(times))


async def press(url: str, key: str, *, clients: int, predictions: int) -> Load:
    """Send so many predictions from so many clients at once, each one after the other."""
    load = Load()
    await asyncio.gather(
        *(
            client(url, key, load, number, range(number, predictions, clients))
            for number in range(clients)
        )
    )
    return load


async def client(url: str, key: str, load: Load, number: int, turns: range) -> None:
    """One client: a connection of its own, and its turns one after the other."""
    transport = open_async(Endpoint("soak", url, token=key))
    try:
        for turn in turns:
            async with asyncio.timeout(RUN_SECONDS):
                await one(transport, load, Marked(number, turn))
    finally:
        await transport.close()


async def one(transport: AsyncTransport, load: Load, picture: Marked) -> None:
    """One prediction, from its create to its pixels."""
    prediction = await create(transport, load, picture)
    load.created += 1
    while prediction["completed_at"] is None:
        await asyncio.sleep(POLL_SECONDS)
        answer = await transport.send(Call("GET", f"/predictions/{prediction['id']}"))
        prediction = answer.json()
    load.started.append((prediction["created_at"], prediction["started_at"] or ""))
    if prediction["status"] != "succeeded" or len(prediction["output"]) != 1:
        load.lost += 1
        return
    result = await transport.send(Call("GET", prediction["output"][0], with_key=False))
    if picture.came_back(result.body):
        load.returned += 1
    else:
        load.mixed_up += 1


async def create(transport: AsyncTransport, load: Load, picture: Marked) -> dict[str, Any]:
    """Create it, coming back when the server says."""
    body = {"version": "overpaint/fill", "input": picture.input()}
    while True:
        answer: Answer = await transport.send(Call("POST", "/predictions", json=body))
        if answer.status != 429:
            prediction: dict[str, Any] = answer.json()
            return prediction
        load.refused += 1
        wait = answer.headers.get("retry-after")
        load.unsaid += wait is None
        await asyncio.sleep(float(wait or 1))
