"""One worker and its jobs, seen from an editor.

Nothing here blocks but `wait` and `close`: an editor polls from its idle loop.
"""

from __future__ import annotations

import collections
import contextlib
import os
import queue
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

from . import folders
from .errors import BridgeError, CanvasGone, ProtocolError, WorkerGoneError
from .link import Link
from .pixels import Block, PixelReader, Pixels, PixelWriter
from .protocol import (
    PROTOCOL,
    Cancel,
    Canceled,
    Deliver,
    Dismiss,
    Doctor,
    Done,
    EndpointAdd,
    EndpointRemove,
    Endpoints,
    EndpointTest,
    EndpointUse,
    Failed,
    Hello,
    KeyForget,
    KeySet,
    Message,
    Needs,
    PixelsRead,
    Ready,
    Recover,
    Refused,
    Release,
    Run,
    Settle,
)
from .runtime import CLEANLY, Runtime, clean_environment, find_runtime

__all__ = ["Pixels", "Session"]

# A region of the canvas to its pixels, and the selection's there.
Read = Callable[[int, int, int, int], "tuple[Pixels, Pixels | None]"]


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
            NoRoomError, OSError: its folder could not be made.
        """
        runtime = runtime or find_runtime()
        folders.sweep()
        self._sent: dict[str, list[Block]] = {}
        self._jobs = 0
        self._waiting: dict[str, collections.deque[Message]] = {}
        with contextlib.ExitStack() as undoing:
            self.folder, held = folders.make_folder()
            undoing.callback(folders.remove_folder, self.folder)
            undoing.callback(os.close, held)  # Windows removes nothing that is open
            self._writer = undoing.enter_context(PixelWriter(self.folder / folders.HOST_PIXELS))
            # Open from now on: the worker's file stays readable though the worker removes it.
            (self.folder / folders.WORKER_PIXELS).touch(0o600)
            self._reader = undoing.enter_context(PixelReader(self.folder / folders.WORKER_PIXELS))
            command = [*runtime.command, *CLEANLY, "-u", *arguments, str(self.folder)]
            self._link = Link(command, clean_environment() if environment is None else environment)
            self._undoing = undoing.pop_all()
        # One that is dead already is reported by `poll`, with its log.
        with contextlib.suppress(WorkerGoneError):
            self._link.send(Hello(PROTOCOL, host, host_version))

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
        return self._link.exit_code is None

    @property
    def pid(self) -> int:
        """The worker's process id."""
        return self._link.pid

    @property
    def exit_code(self) -> int | None:
        """How the worker ended; None while it runs."""
        return self._link.exit_code

    @property
    def log(self) -> str:
        """The end of what the worker wrote to its log."""
        return self._link.log

    def run(
        self,
        request: dict[str, Any],
        image: Pixels | None = None,
        mask: Pixels | None = None,
        *,
        canvas: tuple[int, int] | None = None,
        hole: tuple[int, int, int, int] | None = None,
        endpoint: str | None = None,
        layer_format: str = "",
        dry_run: bool = False,
        document: str = "",
    ) -> str:
        """Send a job: the canvas's size, for pixels to be asked for, or the whole picture at once.

        Args:
            request: as `overpaint.PaintRequest.read` takes it.
            image: the whole picture, where `canvas` is not given.
            mask: as large, format L8, 255 = paint here; None for an outpainting.
            canvas: width and height; `Needs` follows, to be answered by `send_pixels`.
            hole: the selection's bounds on the canvas; None for an outpainting.
            endpoint: its name; None = the configured one.
            layer_format: of the outputs, a name from `pixels.FORMATS`; "" = the picture's.
            dry_run: only hear what would be sent.
            document: what the picture is called, for whoever looks for its result later.

        Returns:
            The job's name, which every message about it carries.

        Raises:
            WorkerGoneError: there is no worker to send it to.
            ProtocolError: the pixels are not as many as their size says, or the words too many.
        """
        job = self._new_job()
        blocks = self._put(job, image, mask)
        run = Run(
            job,
            request,
            blocks[0],
            blocks[1],
            endpoint,
            None if canvas is None else list(canvas),
            None if hole is None else list(hole),
            layer_format,
            dry_run,
            document,
        )
        try:
            self._send(run)
        except BridgeError:
            self._take_back(job)
            raise
        return job

    def send_pixels(self, job: str, image: Pixels, mask: Pixels | None = None) -> None:
        """Answer `Needs`: exactly that region, and the selection there (L8, 255 = paint here).

        Raises:
            WorkerGoneError: there is no worker to send it to.
            ProtocolError: the pixels are not as many as their size says.
        """
        picture, hole = self._put(job, image, mask)
        if picture is not None:
            self._send(PixelsRead(job, picture, hole))

    def cancel(self, job: str) -> None:
        """Ask for a job to be stopped, at its endpoint too; `Canceled` follows."""
        self._send(Cancel(job))

    def release(self, job: str) -> None:
        """Say that a job's outputs have been copied, so that their places can be used again."""
        with contextlib.suppress(WorkerGoneError):
            self._send(Release(job))

    def settle(self, id: str) -> None:  # noqa: A002  the message's field
        """Say that the person has taken or turned down all that a job brought.

        Args:
            id: the job's name in the journal, as `Accepted` told it.
        """
        with contextlib.suppress(WorkerGoneError):
            self._send(Settle(id))

    def ask_endpoints(self) -> None:
        """Ask which endpoints there are; `EndpointsKnown` follows, as after every change."""
        self._send(Endpoints())

    def add_endpoint(self, order: EndpointAdd) -> None:
        """Keep or change an endpoint; `EndpointsKnown` follows, or `Refused`."""
        self._send(order)

    def remove_endpoint(self, name: str) -> None:
        """Forget an endpoint; `EndpointsKnown` follows, or `Refused`."""
        self._send(EndpointRemove(name))

    def use_endpoint(self, name: str) -> None:
        """Make it the one that is used by default; `EndpointsKnown` follows, or `Refused`."""
        self._send(EndpointUse(name))

    def test_endpoint(self, name: str) -> None:
        """Ask whether an endpoint answers and takes its key; `Tested` follows."""
        self._send(EndpointTest(name))

    def set_key(self, endpoint: str, key: str) -> None:
        """Store an endpoint's key; `EndpointsKnown` follows, or `Refused`."""
        self._send(KeySet(endpoint, key))

    def forget_key(self, endpoint: str) -> None:
        """Forget an endpoint's key; `EndpointsKnown` follows, or `Refused`."""
        self._send(KeyForget(endpoint))

    def recover(self) -> None:
        """Ask which results a host that died never got; `Recovered` follows."""
        self._send(Recover())

    def deliver(self, id: str, *, layer_format: str = "") -> str:  # noqa: A002  the message's field
        """Ask for one of them, as if it were a job; returns the job's name.

        Args:
            id: its name in the journal.
            layer_format: of the outputs, a name from `pixels.FORMATS`; "" = what a layer of this
                host is made of.
        """
        job = self._new_job()
        self._send(Deliver(job, id, layer_format))
        return job

    def dismiss(self, id: str) -> None:  # noqa: A002  the message's field
        """Say that one of them is not wanted; `Recovered` follows."""
        self._send(Dismiss(id))

    def doctor(self) -> None:
        """Ask for what a report of a fault should say; `Diagnosis` follows."""
        self._send(Doctor())

    def pixels(self, block: Block) -> Pixels:
        """Copy an output's pixels or mask out of the mapped file.

        Raises:
            ProtocolError: they are not there.
            NoRoomError: there is no memory for them.
        """
        return Pixels(self._reader.read(block), block.width, block.height, block.format)

    def poll(self) -> list[Message]:
        """Everything heard since the last poll; never blocks.

        Raises:
            WorkerGoneError, ProtocolError: the worker has ended or can't be understood.
        """
        heard: list[Message] = []
        while True:
            try:
                message = self._link.heard.get_nowait()
            except queue.Empty:
                return heard
            if isinstance(message, BridgeError):
                if heard:
                    self._link.heard.put(message)
                    return heard
                raise message
            heard.append(self._noted(message))

    def wait(self, job: str, timeout: float = 600.0, *, read: Read | None = None) -> list[Message]:
        """Wait for a job's end, and return everything heard about it.

        Args:
            job: its name.
            timeout: seconds.
            read: reads a region of the canvas when the worker needs it; may raise `CanvasGone`.

        Raises:
            WorkerGoneError, ProtocolError: the worker has ended or can't be understood.
            TimeoutError: the job has not ended.
            CanvasGone: from `read`; the job is canceled.
        """
        end = time.monotonic() + timeout
        about = self._waiting.setdefault(job, collections.deque())
        while not (about and _is_end(about[-1])):
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"{job} has not ended after {timeout:.0f} s")
            with contextlib.suppress(queue.Empty):
                message = self._link.heard.get(timeout=min(left, 0.5))
                if isinstance(message, BridgeError):
                    self._link.heard.put(message)
                    raise message
                self._noted(message)
                name = getattr(message, "job", "")
                self._waiting.setdefault(name, collections.deque()).append(message)
                if isinstance(message, Needs) and name == job and read is not None:
                    self._answer(message, read)
        return list(self._waiting.pop(job))

    def close(self) -> None:
        """End the worker: it cancels what runs and tidies up, or is killed after 2 s."""
        try:
            self._link.close()
        finally:
            self._undoing.close()

    def _answer(self, needs: Needs, read: Read) -> None:
        try:
            image, mask = read(needs.x, needs.y, needs.width, needs.height)
        except CanvasGone:
            self.cancel(needs.job)
            raise
        self.send_pixels(needs.job, image, mask)

    def _new_job(self) -> str:
        self._jobs += 1
        return f"job-{self._jobs}"

    def _put(
        self, job: str, image: Pixels | None, mask: Pixels | None
    ) -> tuple[Block | None, Block | None]:
        """Write both into the mapped file; their places are free again when the job has ended."""
        places: list[Block | None] = []
        for pixels in (image, mask):
            if pixels is None:
                places.append(None)
                continue
            block = self._writer.write(
                pixels.data, width=pixels.width, height=pixels.height, format=pixels.format
            )
            self._sent.setdefault(job, []).append(block)
            places.append(block)
        return places[0], places[1]

    def _send(self, message: Message) -> None:
        self._link.send(message)

    def _noted(self, message: Message) -> Message:
        """Take back an ended job's places in the mapped file."""
        if isinstance(message, Ready) and message.protocol != PROTOCOL:
            raise ProtocolError(
                f"The worker speaks version {message.protocol} and this plug-in {PROTOCOL}."
                " Update the older of the two."
            )
        if _is_end(message):
            self._take_back(getattr(message, "job", ""))
        return message

    def _take_back(self, job: str) -> None:
        for block in self._sent.pop(job, []):
            self._writer.release(block)


def _is_end(message: Message) -> bool:
    """True for the last that is heard of a job."""
    return isinstance(message, (Done, Failed, Canceled)) or (
        isinstance(message, Refused) and message.about in (Run.TYPE, Deliver.TYPE)
    )
