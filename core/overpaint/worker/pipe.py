"""The worker's half of the pipe and of the mapped files. Loads nothing heavy."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from overpaint_bridge import __version__, folders
from overpaint_bridge.errors import ProtocolError
from overpaint_bridge.pixels import PixelReader, PixelWriter
from overpaint_bridge.protocol import (
    LONGEST_LINE,
    PROTOCOL,
    TO_WORKER,
    Message,
    Ready,
    Refused,
    decode,
    encode,
    names,
)

__all__ = ["HostGone", "Pipe"]

ENGINES = ["patchmatch"]


class HostGone(Exception):  # noqa: N818  an order to stop, not a fault
    """Nobody reads the pipe any more."""


class Pipe:
    """Messages in and out, and the session's two files of pixels."""

    def __init__(self, folder: Path) -> None:
        """Take the pipe over.

        From now on whatever else prints to stdout, a stray print or a library in C, goes to
        stderr: a line of it in the protocol would break the session.
        """
        self.folder = folder
        self._held = folders.hold(folder)
        self._out = os.fdopen(os.dup(1), "wb", buffering=0)
        os.dup2(2, 1)
        self._in = sys.stdin.buffer
        self._lock = threading.Lock()
        self.writer = PixelWriter(folder / folders.WORKER_PIXELS)
        self.reader = PixelReader(folder / folders.HOST_PIXELS)

    def introduce(self) -> None:
        """Say that jobs can come."""
        with contextlib.suppress(HostGone):
            self.send(Ready(PROTOCOL, __version__, ENGINES, ["embedded"]))

    def send(self, message: Message) -> None:
        """Tell the host something.

        Raises:
            HostGone: it does not listen any more.
        """
        line = encode(message)
        try:
            with self._lock:
                view = memoryview(line)
                while view:
                    view = view[self._out.write(view) :]
        except OSError as error:
            raise HostGone from error

    def messages(self) -> Iterator[Message]:
        """Every message until the pipe ends; what can't be one is refused, and the next is read."""
        while True:
            line = self._in.readline(LONGEST_LINE + 1)
            if not line:
                return
            if not line.endswith(b"\n") and len(line) > LONGEST_LINE:
                self._skip_line()
            try:
                yield decode(line, TO_WORKER)
            except ProtocolError as error:
                about, job = names(line)
                with contextlib.suppress(HostGone):
                    self.send(Refused(str(error), about=about, job=job))

    def remove_folder(self) -> None:
        """Remove the session's own files and folder, and nothing else."""
        self.writer.close()
        self.reader.close()
        if self._held is not None:
            os.close(self._held)  # Windows removes nothing that is open
        folders.remove_folder(self.folder)

    def _skip_line(self) -> None:
        """Read past a line that is too long."""
        while True:
            rest = self._in.readline(LONGEST_LINE)
            if not rest or rest.endswith(b"\n"):
                return
