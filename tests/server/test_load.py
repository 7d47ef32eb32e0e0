"""What load has shown: callers that go away, connections that idle, a queue in its order."""

from __future__ import annotations

import asyncio
from typing import Any

from fuzz.server_doors import Request, scope
from overpaint import hosted
from overpaint.server import serve
from overpaint.server.app import create_app
from overpaint.server.engines import engine_named
from overpaint.server.runs import Runs
from overpaint.server.settings import ServerSettings

from .test_runs import run


def test_a_caller_that_goes_away_is_no_fault_of_the_servers() -> None:
    app = create_app(ServerSettings(), engine_named("patchmatch"))
    sent: list[Any] = []

    async def call() -> None:
        heard = [{"type": "http.request", "body": b'{"version"', "more_body": True}]

        async def receive() -> Any:  # noqa: ANN401  ASGI's own
            return heard.pop() if heard else {"type": "http.disconnect"}

        async def send(message: Any) -> None:  # noqa: ANN401  ASGI's own
            sent.append(message)

        async with app.router.lifespan_context(app):
            await app(scope(Request("POST", "/v1/predictions", "", (), b"x" * 99)), receive, send)
            assert len(app.state.server.runs) == 0

    asyncio.run(call())

    assert sent[0]["status"] == 400


def test_the_server_keeps_an_idle_connection_longer_than_our_client_does() -> None:
    assert serve.KEEP_ALIVE_SECONDS > hosted.KEEP_ALIVE_SECONDS


def test_predictions_are_listed_in_the_order_they_queue() -> None:
    runs = Runs(ServerSettings())
    second, first = run(ended=False), run(ended=False)

    runs.add(first)
    runs.add(second)

    assert first.created_at < second.created_at
