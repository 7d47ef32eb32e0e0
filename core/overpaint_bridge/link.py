"""The worker's process and the pipe to it."""

from __future__ import annotations

import collections
import contextlib
import os
import queue
import subprocess
import threading
from typing import IO

from .errors import BridgeError, ProtocolError, WorkerGoneError
from .protocol import TO_HOST, Message, Quit, decode, encode

__all__ = ["Link"]

# What a worker is given to cancel at its endpoint and tidy up before it is killed.
GRACE = 2.0
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
        self._lock = threading.Lock()
        try:
            self._process = subprocess.Popen(  # noqa: S603  an interpreter that `runtime` found
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment,
                start_new_session=os.name == "posix",
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise WorkerGoneError(f"{command[0]} could not be started: {error}.") from error
        self._threads = [
            threading.Thread(target=self._read_messages, daemon=True),
            threading.Thread(target=self._read_log, daemon=True),
        ]
        # The log's first: the other waits for it where the worker is dead at once.
        for thread in reversed(self._threads):
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
        """Write one line.

        Raises:
            WorkerGoneError: it does not listen any more.
        """
        line = encode(message)
        try:
            with self._lock:
                stream = _stream(self._process.stdin)
                stream.write(line)
                stream.flush()
        except (OSError, ValueError) as error:
            raise self._death() from error

    def close(self) -> None:
        """End it: it cancels what runs and tidies up, or is killed after 2 s."""
        with contextlib.suppress(WorkerGoneError):
            self.send(Quit())
        with contextlib.suppress(OSError):
            _stream(self._process.stdin).close()
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for thread in self._threads:
            thread.join(GRACE)
        for stream in (self._process.stdout, self._process.stderr):
            _stream(stream).close()

    def _read_messages(self) -> None:
        """Hear the worker until it ends."""
        for line in _stream(self._process.stdout):
            self.heard.put(_said(line))
        self._process.wait()
        self._threads[1].join(GRACE)
        self.heard.put(self._death())

    def _read_log(self) -> None:
        for line in _stream(self._process.stderr):
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


def _stream(stream: IO[bytes] | None) -> IO[bytes]:
    """The worker's pipe; all three are piped, which the types can't say."""
    if stream is None:
        raise WorkerGoneError("Overpaint's worker has no pipe.")
    return stream
