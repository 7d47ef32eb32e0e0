"""The prediction server on a port: `overpaint serve`."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from overpaint.driving import AsyncTransport
from overpaint.errors import ConfigurationError

from .app import create_app
from .engines import engine_named
from .settings import ServerSettings

__all__ = ["run"]

# Longer than our client's: a connection closed just as a create is sent leaves its answer unknown.
KEEP_ALIVE_SECONDS = 75
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


def run(
    settings: ServerSettings,
    *,
    host: str = "127.0.0.1",
    port: int = 8460,
    engine: str = "patchmatch",
    model: Path | None = None,
    transport: AsyncTransport | None = None,
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Serve until interrupted.

    Args:
        settings: limits and key.
        host: the address to listen on; past this machine only with a key.
        port: 0 = any free one.
        engine: its name.
        model: the folder of its weights, for an engine that has some.
        transport: makes the server's calls to the network; None = it makes none.
        on_ready: told the address once it listens.

    Raises:
        ConfigurationError: the port is taken, the host is none of this machine's, there is no such
            engine, or a key is missing where others can reach the server.
    """
    import uvicorn

    if settings.token is None and not is_loopback(host):
        raise ConfigurationError(
            f"Listening on {host} lets others in, and there is no key.",
            hint="Set OVERPAINT_SERVER_TOKEN to a long random string, or listen on 127.0.0.1.",
        )
    painter = engine_named(engine, model)
    listener = _listen(host, port)
    address, bound = listener.getsockname()[:2]
    name = f"[{address}]" if ":" in address else address
    if settings.token is None:
        settings = replace(settings, hosts=LOOPBACK_NAMES | {name})
    app = create_app(settings, painter, transport=transport)
    if on_ready is not None:
        on_ready(f"http://{name}:{bound}")
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )
    uvicorn.Server(config).run(sockets=[listener])


def is_loopback(host: str) -> bool:
    """True when only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _listen(host: str, port: int) -> socket.socket:
    """Bind now, so that a taken port is a sentence and not a log line."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except (OSError, OverflowError) as error:
        listener.close()
        reason = getattr(error, "strerror", None) or error
        raise ConfigurationError(
            f"Can't listen on {host}:{port}: {reason}.", hint="Choose another with --port."
        ) from error
    listener.set_inheritable(True)
    return listener
