"""A server that is closed lets go of everything, whoever breaks its closing off."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Iterator

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray

from fakes.serving import mask, photo
from overpaint.calls import Answer, Call
from overpaint.embedded import EmbeddedTransport
from overpaint.encoding import data_uri
from overpaint.endpoints import EMBEDDED
from overpaint.server import app as apps
from overpaint.server.app import create_app
from overpaint.server.engines.base import Painting, Progress
from overpaint.server.settings import ServerSettings

CREATE = Call(
    "POST",
    "/predictions",
    json={
        "version": "overpaint/fill",
        "input": {"image": data_uri(photo()), "mask": data_uri(mask())},
    },
)


class Held:
    """An engine that hears of no cancel until it is let go."""

    name = "held"
    reads = frozenset({"seed"})

    def __init__(self) -> None:
        self.at_it = threading.Event()
        self.go = threading.Event()

    def paint(self, painting: Painting, progress: Progress) -> NDArray[np.uint8]:  # noqa: ARG002  the protocol
        self.at_it.set()
        self.go.wait()
        return painting.image


class Outside:
    """A way to the network that is never used."""

    is_closed = False

    async def send(self, call: Call) -> Answer:
        raise AssertionError(call)

    async def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    engine = Held()
    settings = ServerSettings(inline_outputs=True)
    monkeypatch.setattr(apps, "embedded_app", lambda: create_app(settings, engine))
    yield engine
    engine.go.set()


def test_its_connections_are_closed_though_its_closing_is_canceled() -> None:
    outside, engine = Outside(), Held()

    async def main() -> None:
        app = create_app(ServerSettings(), engine, transport=outside)
        life = app.router.lifespan_context(app)
        await life.__aenter__()
        api = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here")
        assert (await api.post("/v1/predictions", json=CREATE.json)).status_code == 201
        await asyncio.to_thread(engine.at_it.wait)

        closing = asyncio.ensure_future(life.__aexit__(None, None, None))
        await asyncio.sleep(0.05)
        closing.cancel()
        engine.go.set()
        await asyncio.wait({closing})

    asyncio.run(main())

    assert outside.is_closed


@pytest.mark.skipif(os.name != "posix", reason="a process can't send itself Ctrl-C there")
def test_an_embedded_server_ends_though_its_closing_is_interrupted(held: Held) -> None:
    before = set(threading.enumerate())
    transport = EmbeddedTransport(EMBEDDED)
    assert transport.send(CREATE).status == 201
    held.at_it.wait()

    def interrupt() -> None:
        time.sleep(0.3)
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.3)
        held.go.set()

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        transport.close()

    end = time.monotonic() + 20
    while (left := set(threading.enumerate()) - before) and time.monotonic() < end:
        time.sleep(0.05)
    assert left == set()
