"""How calls reach the prediction server inside this process: no port, no network."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

from .calls import Answer, Call
from .endpoints import Endpoint
from .hosted import AsyncHostedTransport, insist_on_open

if TYPE_CHECKING:
    from anyio.from_thread import BlockingPortal

__all__ = ["AsyncEmbeddedTransport", "EmbeddedTransport"]


class AsyncEmbeddedTransport:
    """Calls into our own prediction server, in this process and this event loop; no port."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._stack = contextlib.AsyncExitStack()
        self._inner: AsyncHostedTransport | None = None
        self._is_closed = False

    async def send(self, call: Call) -> Answer:
        """Make one call; the server starts with the first."""
        insist_on_open(is_closed=self._is_closed)
        if self._inner is None:
            from .server.app import embedded_app  # the server's packages load with its first use

            app = embedded_app()
            await self._stack.enter_async_context(app.router.lifespan_context(app))
            self._inner = AsyncHostedTransport(self._endpoint, app)
        return await self._inner.send(call)

    async def close(self) -> None:
        """Stop the server; what it still runs is canceled."""
        self._is_closed = True
        try:
            if self._inner is not None:
                await self._inner.close()
        finally:
            await self._stack.aclose()


class EmbeddedTransport:
    """Calls into our own prediction server, its event loop in a thread of ours; no port."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._stack = contextlib.ExitStack()
        self._lock = threading.Lock()
        self._portal: BlockingPortal | None = None
        self._inner = AsyncEmbeddedTransport(endpoint)
        self._is_closed = False

    def send(self, call: Call) -> Answer:
        """Make one call; the server starts with the first."""
        with self._lock:
            insist_on_open(is_closed=self._is_closed)
            if self._portal is None:
                from anyio.from_thread import start_blocking_portal

                self._portal = self._stack.enter_context(start_blocking_portal())
            portal = self._portal
        return portal.call(self._inner.send, call)

    def close(self) -> None:
        """Stop the server and its thread; what it still runs is canceled."""
        with self._lock:
            self._is_closed = True
            portal, self._portal = self._portal, None
        try:
            if portal is not None:
                portal.call(self._inner.close)
        finally:
            # Its thread and its loop end though Ctrl-C comes while an engine is waited for.
            self._stack.close()
