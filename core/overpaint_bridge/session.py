"""One worker and its jobs, seen from an editor.

Nothing here blocks but `wait` and `close`: an editor polls from its idle loop.
"""

from __future__ import annotations

import collections
import contextlib
import os
import queue
import shutil
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from .errors import BridgeError, ProtocolError, WorkerGoneError
from .pixels import Block, PixelReader, PixelWriter
from .protocol import (
    PROTOCOL,
    TO_HOST,
    Cancel,
    Canceled,
    Done,
    Failed,
    Hello,
    Message,
    Quit,
    Ready,
    Release,
    Run,
    decode,
    encode,
)
from .runtime import Runtime, clean_environment, find_runtime

__all__ = ["HOST_PIXELS", "WORKER_PIXELS", "Pixels", "Session"]

HOST_PIXELS = "to-worker.pixels"
WORKER_PIXELS = "to-host.pixels"
# What a worker is given to cancel at its endpoint and tidy up before it is killed.
GRACE = 2.0
LOG_LINES = 40
ENDS = (Done, Failed, Canceled)


@dataclass(frozen=True)
class Pixels:
    """A picture's bytes.

    Attributes:
        data: height rows of width pixels, nothing between them.
        width: pixels.
        height: pixels.
        format: a name from `pixels.FORMATS`.
    """

    data: bytes
    width: int
    height: int
    format: str


class Session:
    """Starts a worker, sends it jobs, and hears what becomes of them."""

    def __init__(
        self,
        runtime: Runtime | None = None,
        *,
        host: str = "",
        host_version: str = "",
        arguments: tuple[str, ...] = ("-m", "overpaint.worker"),
        environment: dict[str, str] | None = None,
    ) -> None:
        """Start the worker; it says `Ready` when it can take jobs, and jobs may be sent before.

        Args:
            runtime: the Python to use; None = find one.
            host: the editor's name, for the worker's log.
            host_version: its version.
            arguments: what to run in that Python.
            environment: None = the editor's own, cleaned.

        Raises:
            RuntimeMissingError: no Python has Overpaint.
            WorkerGoneError: it could not be started.
        """
        runtime = runtime or find_runtime()
        self.folder = _make_folder()
        self._writer = PixelWriter(self.folder / HOST_PIXELS)
        self._reader: PixelReader | None = None
        self._sent: dict[str, list[Block]] = {}
        self._jobs = 0
        self._messages: queue.Queue[Message | BridgeError] = queue.Queue()
        self._waiting: dict[str, collections.deque[Message]] = {}
        self._log: collections.deque[str] = collections.deque(maxlen=LOG_LINES)
        self._lock = threading.Lock()
        command = [*runtime.command, "-I", "-u", *arguments, str(self.folder)]
        try:
            self._process = subprocess.Popen(  # noqa: S603  the interpreter found above
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=clean_environment() if environment is None else environment,
                start_new_session=os.name == "posix",
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            self._writer.close()
            shutil.rmtree(self.folder, ignore_errors=True)
            raise WorkerGoneError(f"{runtime.command[0]} could not be started: {error}.") from error
        self._start_reading()
        self._send(Hello(PROTOCOL, host, host_version))

    def __enter__(self) -> Session:
        """Use the session; the worker is ended with the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def is_alive(self) -> bool:
        """True while the worker runs."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """The worker's process id."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """How the worker ended; None while it runs."""
        return self._process.poll()

    @property
    def log(self) -> str:
        """The end of what the worker wrote to its log."""
        return "\n".join(self._log)

    def run(
        self,
        request: dict[str, Any],
        image: Pixels,
        mask: Pixels | None = None,
        *,
        endpoint: str | None = None,
    ) -> str:
        """Send a job.

        Args:
            request: as `overpaint.PaintRequest.read` takes it.
            image: the picture, or the part of it round the selection.
            mask: as large, format L8, 255 = paint here; None for an outpainting.
            endpoint: its name; None = the configured one.

        Returns:
            The job's name, which every message about it carries.

        Raises:
            WorkerGoneError: there is no worker to send it to.
        """
        self._jobs += 1
        job = f"job-{self._jobs}"
        blocks = [self._put(pixels) for pixels in (image, mask) if pixels is not None]
        self._sent[job] = blocks
        self._send(Run(job, request, blocks[0], blocks[1] if mask is not None else None, endpoint))
        return job

    def cancel(self, job: str) -> None:
        """Ask for a job to be stopped, at its endpoint too; `Canceled` follows."""
        self._send(Cancel(job))

    def pixels(self, block: Block) -> Pixels:
        """Copy an output's pixels or mask out of the mapped file.

        Raises:
            ProtocolError: they are not there.
        """
        if self._reader is None:
            self._reader = PixelReader(self.folder / WORKER_PIXELS)
        return Pixels(self._reader.read(block), block.width, block.height, block.format)

    def release(self, job: str) -> None:
        """Say that a job's outputs have been copied, so that their places can be used again."""
        with contextlib.suppress(WorkerGoneError):
            self._send(Release(job))

    def poll(self) -> list[Message]:
        """Everything heard since the last poll; never blocks.

        Raises:
            WorkerGoneError, ProtocolError: the worker has ended or can't be understood.
        """
        heard: list[Message] = []
        while True:
            try:
                message = self._messages.get_nowait()
            except queue.Empty:
                return heard
            if isinstance(message, BridgeError):
                if heard:
                    self._messages.put(message)
                    return heard
                raise message
            heard.append(self._noted(message))

    def wait(self, job: str, timeout: float = 600.0) -> list[Message]:
        """Wait for a job's end, and return everything heard about it.

        Raises:
            WorkerGoneError, ProtocolError: the worker has ended or can't be understood.
            TimeoutError: the job has not ended.
        """
        end = time.monotonic() + timeout
        about = self._waiting.setdefault(job, collections.deque())
        while not (about and isinstance(about[-1], ENDS)):
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"{job} has not ended after {timeout:.0f} s")
            with contextlib.suppress(queue.Empty):
                message = self._messages.get(timeout=min(left, 0.5))
                if isinstance(message, BridgeError):
                    self._messages.put(message)
                    raise message
                self._noted(message)
                self._waiting.setdefault(getattr(message, "job", ""), collections.deque()).append(
                    message
                )
        return list(self._waiting.pop(job))

    def close(self) -> None:
        """End the worker: it cancels what runs and tidies up, or is killed after 2 s."""
        with contextlib.suppress(WorkerGoneError):
            self._send(Quit())
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
        self._writer.close()
        if self._reader is not None:
            self._reader.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _put(self, pixels: Pixels) -> Block:
        return self._writer.write(
            pixels.data, width=pixels.width, height=pixels.height, format=pixels.format
        )

    def _send(self, message: Message) -> None:
        line = encode(message)
        try:
            with self._lock:
                stream = _stream(self._process.stdin)
                stream.write(line)
                stream.flush()
        except (OSError, ValueError) as error:
            raise self._death() from error

    def _noted(self, message: Message) -> Message:
        """Take back an ended job's places in the mapped file."""
        if isinstance(message, Ready) and message.protocol != PROTOCOL:
            raise ProtocolError(
                f"The worker speaks version {message.protocol} and this plug-in {PROTOCOL}."
                " Update the older of the two."
            )
        if isinstance(message, ENDS):
            for block in self._sent.pop(message.job, []):
                self._writer.release(block)
        return message

    def _start_reading(self) -> None:
        self._threads = [
            threading.Thread(target=self._read_messages, daemon=True),
            threading.Thread(target=self._read_log, daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def _read_messages(self) -> None:
        """Hear the worker until it ends."""
        for line in _stream(self._process.stdout):
            self._messages.put(_heard(line))
        self._process.wait()
        self._threads[1].join(GRACE)
        self._messages.put(self._death())

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


def _heard(line: bytes) -> Message | ProtocolError:
    """What a line of the worker's says."""
    try:
        return decode(line, TO_HOST)
    except ProtocolError as error:
        return error


def _make_folder() -> Path:
    """A private folder for this session's pixels, in memory where the system has such a place."""
    memory = Path("/dev/shm")  # noqa: S108  mkdtemp makes a private folder in it
    place = memory if os.access(memory, os.W_OK) else None
    return Path(tempfile.mkdtemp(prefix="overpaint-", dir=place))


def _stream(stream: IO[bytes] | None) -> IO[bytes]:
    """The worker's pipe; all three are piped, which the types can't say."""
    if stream is None:
        raise WorkerGoneError("Overpaint's worker has no pipe.")
    return stream
