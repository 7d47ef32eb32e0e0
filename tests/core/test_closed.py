"""A client that was closed: what it is asked for is refused as ours, and nothing comes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np
import pytest

from fakes.clients import INPUT, VERSION, endpoint
from fakes.recording import RecordingServer, Reply, recording
from overpaint import AsyncClient, Client, Endpoint, Prediction
from overpaint.endpoints import EMBEDDED
from overpaint.errors import NotSentError
from overpaint.journal import Journal

PICTURE = np.full((60, 70, 3), 90, np.uint8)
MASK = np.zeros((60, 70), np.uint8)
MASK[20:30, 25:40] = 255
DEEDS: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
    "create_prediction": ((), {"version": VERSION, "input": INPUT}),
    "get_prediction": (("p1",), {}),
    "list_predictions": ((), {}),
    "cancel_prediction": (("p1",), {}),
    "wait": ((Prediction(id="p1", status="starting"),), {}),
    "inpaint": ((PICTURE, MASK), {}),
}


@pytest.fixture
def server() -> Iterator[RecordingServer]:
    with recording({".*": Reply(200, {"results": []})}) as server:
        yield server


def place(kind: str, server: RecordingServer) -> Endpoint:
    hosted = endpoint(f"{server.url}/v1", version="overpaint/fill")
    return EMBEDDED if kind == "embedded" else hosted


def blocking(at: Endpoint, journal: Journal, deed: str, *, used: bool) -> None:
    client = Client(at, journal=journal)
    if used:
        client.list_predictions()
    client.close()
    client.close()
    given, named = DEEDS[deed]
    getattr(client, deed)(*given, **named)


def awaiting(at: Endpoint, journal: Journal, deed: str, *, used: bool) -> None:
    async def main() -> None:
        client = AsyncClient(at, journal=journal)
        if used:
            await client.list_predictions()
        await client.close()
        await client.close()
        given, named = DEEDS[deed]
        await getattr(client, deed)(*given, **named)

    asyncio.run(main())


class Colour(Protocol):
    def __call__(self, at: Endpoint, journal: Journal, deed: str, *, used: bool) -> None: ...


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("used", [False, True], ids=["unused", "used"])
@pytest.mark.parametrize("kind", ["embedded", "hosted"])
@pytest.mark.parametrize("colour", [blocking, awaiting])
def test_a_closed_client_sends_nothing_and_says_so(
    server: RecordingServer,
    journal: Journal,
    colour: Colour,
    kind: str,
    deed: str,
    *,
    used: bool,
) -> None:
    with pytest.raises(NotSentError, match="This client was closed") as refused:
        colour(place(kind, server), journal, deed, used=used)

    assert refused.value.lasting
    assert len(server.seen) == (used and kind == "hosted")
    # Nothing that somebody would have to look for.
    assert journal.undelivered() == []
