"""The worker's process and the pipe to it."""

from __future__ import annotations

import collections
import contextlib
import queue
import subprocess
import threading
import time
from collections.abc import Iterator
from typing import IO

from .children import APART, end_with_children, go_second
from .errors import BridgeError, ProtocolError, WorkerGoneError
from .protocol import LONGEST_ORDER, TO_HOST, Message, Quit, decode, encode

__all__ = ["Link"]

# What a worker is given to cancel at its endpoint and tidy up before it is killed.
GRACE = 2.0
# How long the last of its log may take to come.
LAST_SECONDS = 0.5
LOG_LINES = 40


class Link:
    """A worker's process: lines to it, and what it says, read in threads of its own."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        """Start it.

        Raises:
            WorkerGoneError: it could not be started.
        """
        self.heard: queue.Queue[Message | BridgeError] = queue.Queue()
        self._log: collections.deque[str] = collections.deque(maxlen=LOG_LINES)
        self._orders: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        try:
            self._process = subprocess.Popen(  # noqa: S603  an interpreter that `runtime` found
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment,
                **APART,
            )
        except OSError as error:
            raise WorkerGoneError(f"{command[0]} could not be started: {error}.") from error
        go_second(self._process)
        self._writing = threading.Thread(target=self._write, daemon=True)
        self._hearing = threading.Thread(target=self._read_messages, daemon=True)
        self._logging = threading.Thread(target=self._read_log, daemon=True)
        # The log's first: the hearing waits for it where the worker is dead at once.
        for thread in (self._logging, self._hearing, self._writing):
            thread.start()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """How it ended; None while it runs."""
        return self._process.poll()

    @property
    def log(self) -> str:
        """The end of what it wrote to its log."""
        return "\n".join(self._log)

    def send(self, message: Message) -> None:
        """Say one line; a worker that is busy hears it later, and nobody waits for that.

        Raises:
            WorkerGoneError: it has ended.
            ProtocolError: the line is longer than the worker reads.
        """
        line = encode(message)
        if len(line) > LONGEST_ORDER:
            raise ProtocolError(
                f"That is more text than fits into one request ({len(line) >> 10} KB of"
                f" {LONGEST_ORDER >> 10}). Shorten it; nothing was sent."
            )
        if self._process.poll() is not None:
            raise self._death()
        self._orders.put(line)

    def close(self) -> None:
        """End it: it cancels what runs and tidies up, or is killed after 2 s with its children."""
        self._orders.put(encode(Quit()))
        self._orders.put(None)
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            end_with_children(self._process)
            self._process.wait()
        # What it left behind may hold its pipes open for as long as it likes: their threads then
        # live on, and close them when that ends.
        end = time.monotonic() + LAST_SECONDS
        for thread in (self._writing, self._hearing, self._logging):
            thread.join(max(0.0, end - time.monotonic()))

    def _write(self) -> None:
        """Say what there is to say: the pipe is full where the worker does not read."""
        with contextlib.suppress(OSError), _stream(self._process.stdin) as stream:
            while (line := self._orders.get()) is not None:
                stream.write(line)
                stream.flush()

    def _read_messages(self) -> None:
        """Hear the worker until it ends; that it has is the last thing heard."""
        for line in _lines(self._process.stdout):
            self.heard.put(_said(line))
        self._process.wait()
        self._logging.join(GRACE)
        self.heard.put(self._death())

    def _read_log(self) -> None:
        for line in _lines(self._process.stderr):
            self._log.append(line.decode(errors="replace").rstrip())

    def _death(self) -> WorkerGoneError:
        code = self._process.poll()
        how = "has ended" if code in (0, None) else f"broke off (exit code {code})"
        return WorkerGoneError(
            f"Overpaint's worker {how}. Finished results are kept; start it again.",
            self.log,
        )


def _said(line: bytes) -> Message | ProtocolError:
    """What a line of the worker's says."""
    try:
        return decode(line, TO_HOST)
    except ProtocolError as error:
        return error


def _lines(stream: IO[bytes] | None) -> Iterator[bytes]:
    """What comes through a pipe, which is closed at its end by who reads it and nobody else."""
    with _stream(stream) as lines:
        yield from lines


def _stream(stream: IO[bytes] | None) -> IO[bytes]:
    """The worker's pipe; all three are piped, which the types can't say."""
    if stream is None:
        raise WorkerGoneError("Overpaint's worker has no pipe.")
    return stream
