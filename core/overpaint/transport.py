"""The way to an endpoint: over the network, or into the server inside this process."""

from __future__ import annotations

from .driving import AsyncTransport, Transport
from .embedded import AsyncEmbeddedTransport, EmbeddedTransport
from .endpoints import Endpoint
from .hosted import AsyncHostedTransport, HostedTransport

__all__ = ["open_async", "open_sync"]


def open_sync(endpoint: Endpoint) -> Transport:
    """Open a way to the endpoint for calls that block."""
    return EmbeddedTransport(endpoint) if endpoint.is_embedded else HostedTransport(endpoint)


def open_async(endpoint: Endpoint) -> AsyncTransport:
    """Open a way to the endpoint for calls that are awaited."""
    if endpoint.is_embedded:
        return AsyncEmbeddedTransport(endpoint)
    return AsyncHostedTransport(endpoint)
