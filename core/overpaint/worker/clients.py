"""A session's clients, one an endpoint, and no longer than somebody uses them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from overpaint.async_client import AsyncClient

__all__ = ["Clients"]


class Clients:
    """Lends a client to each job."""

    def __init__(self) -> None:
        self._current: dict[str | None, AsyncClient] = {}
        self._users: Counter[AsyncClient] = Counter()
        self._closing: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def lent(self, endpoint: str | None) -> AsyncIterator[AsyncClient]:
        """The client of an endpoint, for as long as the block lasts.

        Raises:
            OverpaintError: there is no such endpoint.
        """
        client = self._client(endpoint)
        self._users[client] += 1
        try:
            yield client
        finally:
            self._users[client] -= 1
            self._let_go(client)

    def retire(self) -> None:
        """Let the next jobs have new ones: an address, a key or the default has changed.

        Those that still run keep theirs, and it is closed with the last of them.
        """
        retired = list(self._current.values())
        self._current.clear()
        for client in retired:
            self._let_go(client)

    async def close(self) -> None:
        """Close every connection, in use or not."""
        clients = {*self._current.values(), *self._users.elements()}
        await asyncio.gather(*(client.close() for client in clients), *self._closing)

    def _client(self, endpoint: str | None) -> AsyncClient:
        if endpoint not in self._current:
            from overpaint.async_client import AsyncClient
            from overpaint.settings import endpoint_named

            self._current[endpoint] = AsyncClient(endpoint_named(endpoint))
        return self._current[endpoint]

    def _let_go(self, client: AsyncClient) -> None:
        """Close one that nobody uses, nor will."""
        if self._users[client] or client in self._current.values():
            return
        del self._users[client]
        closing = asyncio.create_task(client.close())
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)
