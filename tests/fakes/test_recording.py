"""The recording server itself: it leaves nothing behind for a later test to stumble over."""

from __future__ import annotations

import socket
import time

from .recording import recording


def test_a_connection_that_comes_as_the_server_stops_is_closed_with_the_rest() -> None:
    with recording({}) as server:
        # The loop is held up, so that it finds both at once: the caller, and that it has to stop.
        server.hold_up(0.3)
        time.sleep(0.1)
        caller = socket.create_connection(("127.0.0.1", server.port))

    with caller:
        caller.settimeout(10)

        assert caller.recv(1) == b""
