"""A prediction endpoint that answers by script and remembers every request, down to the socket.

Its faults are real: it drops connections, stalls, and sends what no HTTP library would write.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

# The first byte of somebody who speaks https to a server that does not.
TLS_HELLO = b"\x16"


@dataclass(frozen=True)
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401  whatever was sent
        return json.loads(self.body)

    @property
    def key(self) -> str | None:
        return self.headers.get("authorization")


@dataclass(frozen=True)
class Reply:
    """One answer.

    Attributes:
        status, body, headers: as sent; a mapping or list becomes JSON.
        announce: the Content-Length, where it is not the body's.
        stall: seconds before the first byte.
        drip: seconds between the body's bytes.
        raw: bytes instead of an HTTP answer.
        hang_up: close without a word.
        meanwhile: called before the answer, as soon as the request is in.
    """

    status: int = 200
    body: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    announce: int | None = None
    stall: float = 0.0
    drip: float = 0.0
    raw: bytes | None = None
    hang_up: bool = False
    meanwhile: Callable[[], object] | None = None

    @property
    def content(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()

    @property
    def head(self) -> bytes:
        kind = "text/plain" if isinstance(self.body, bytes | str) else "application/json"
        headers = {
            "content-type": kind,
            "content-length": str(len(self.content) if self.announce is None else self.announce),
            "connection": "close",
        } | {name.lower(): value for name, value in self.headers.items()}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"HTTP/1.1 {self.status} Status\r\n{lines}\r\n".encode()


Script = Mapping[str, Reply | Sequence[Reply]]


class RecordingServer:
    """Answers `METHOD path` (a regular expression) by script; the last of several repeats.

    What no line of the script fits is answered 404, as JSON.
    """

    def __init__(self, script: Script, *, tls: ssl.SSLContext | None = None) -> None:
        self.seen: list[Seen] = []
        self.say(script)
        self._tls = tls
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.port = 0
        self.bind = 0

    def wait_for(self, number: int) -> list[Seen]:
        """Return the requests once there are so many of them."""
        for _ in range(1000):
            if len(self.seen) >= number:
                return list(self.seen)
            time.sleep(0.02)
        raise AssertionError(f"{len(self.seen)} of {number} requests came: {self.lines}")

    def hold_up(self, seconds: float) -> None:
        """Do nothing at all for a while, as on a machine that is busy."""
        self._loop.call_soon_threadsafe(time.sleep, seconds)

    def say(self, script: Script) -> None:
        """Answer by this script from now on."""
        self._script = {
            re.compile(line): [replies] if isinstance(replies, Reply) else list(replies)
            for line, replies in script.items()
        }

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def creates(self) -> list[Seen]:
        """The requests that would each have cost money."""
        return [
            seen
            for seen in self.seen
            if (seen.method == "POST" and seen.path.endswith("/predictions"))
            or seen.method == "PUT"
        ]

    @property
    def cancels(self) -> list[Seen]:
        return [seen for seen in self.seen if seen.path.endswith("/cancel")]

    @property
    def lines(self) -> list[str]:
        return [f"{seen.method} {seen.path}" for seen in self.seen]

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *error: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            asyncio.start_server(self._answer, "127.0.0.1", self.bind, ssl=self._tls)
        )
        self.port = server.sockets[0].getsockname()[1]
        self._loop.set_exception_handler(lambda _loop, _context: None)
        self._ready.set()
        try:
            self._loop.run_forever()
        finally:
            # A connection accepted at the last moment gets its writer, and is closed with the rest;
            # of a server that is closed already it would get none, so that accepting ends first.
            with contextlib.suppress(NotImplementedError):  # Windows' loop has no readers
                for listening in server.sockets:
                    self._loop.remove_reader(listening)
            self._loop.run_until_complete(asyncio.sleep(0.01))
            server.close()
            tasks = asyncio.all_tasks(self._loop)
            for task in tasks:
                task.cancel()
            self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
            for writer in self._writers:
                writer.transport.abort()
            self._loop.run_until_complete(asyncio.sleep(0.01))

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            first = await reader.readexactly(1)
            if first == TLS_HELLO:
                writer.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
                writer.close()
                return
            seen = await self._read(first, reader)
            self.seen.append(seen)
            await self._write(self._reply(seen), writer)
        writer.close()

    async def _read(self, first: bytes, reader: asyncio.StreamReader) -> Seen:
        head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = head[0].split(" ", 2)
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head[1:] if line)
        }
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        return Seen(method, target, headers, body)

    def _reply(self, seen: Seen) -> Reply:
        line = f"{seen.method} {seen.path}"
        for pattern, replies in self._script.items():
            if pattern.fullmatch(line):
                return replies.pop(0) if len(replies) > 1 else replies[0]
        return Reply(404, {"detail": "The requested resource could not be found.", "status": 404})

    async def _write(self, reply: Reply, writer: asyncio.StreamWriter) -> None:
        if reply.meanwhile is not None:
            reply.meanwhile()
        await asyncio.sleep(reply.stall)
        if reply.hang_up:
            return
        if reply.raw is not None:
            writer.write(reply.raw)
            await writer.drain()
            return
        writer.write(reply.head)
        if not reply.drip:
            writer.write(reply.content)
            await writer.drain()
            return
        for byte in reply.content:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(reply.drip)


@contextlib.contextmanager
def recording(script: Script, *, tls: ssl.SSLContext | None = None) -> Iterator[RecordingServer]:
    with RecordingServer(script, tls=tls) as server:
        yield server


def prediction(status: str = "succeeded", **fields: Any) -> dict[str, Any]:  # noqa: ANN401  wire values
    """A prediction as endpoints send it."""
    return {"id": "p1", "status": status, "version": "v", "model": "m", "input": {}} | fields
