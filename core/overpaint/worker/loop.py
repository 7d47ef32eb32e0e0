"""The worker's loop: one task a job, until the host quits or is gone."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
import threading
import time

from overpaint.errors import OverpaintError
from overpaint_bridge.errors import BridgeError
from overpaint_bridge.pixels import Block
from overpaint_bridge.protocol import (
    PROTOCOL,
    Accepted,
    Cancel,
    Canceled,
    Deliver,
    Dismiss,
    Endpoints,
    Failed,
    Hello,
    Message,
    PixelsRead,
    Quit,
    Refused,
    Release,
    Run,
    Settle,
)

from .answers import ANSWERS, CHANGES, answer
from .painting import Painter
from .pipe import HostGone, Pipe

__all__ = ["serve"]

log = logging.getLogger(__name__)

# Within 2 s of its host the worker is gone too: this for canceling at endpoints, the rest for
# tidying up.
FAREWELL_SECONDS = 1.5
LAST_SECONDS = 1.8
# What a person reads of a fault outside our error tree; the core's only broad `except`s are the two
# of this loop, a job's and a question's.
FAULT = (
    "Overpaint itself made a mistake; nothing in your picture has changed.",
    "Please report it, with the log.",
)


def serve(pipe: Pipe) -> None:
    """Take jobs until the pipe ends; never returns."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    try:
        asyncio.run(_serve(pipe))
    finally:
        _end(pipe)


def _end(pipe: Pipe) -> None:
    """End now, whatever a thread is at: an engine, a key store, an endpoint that hangs.

    The loop's own way out waits for its threads, and they have nobody to work for.
    """
    pipe.remove_folder()
    os._exit(0)


async def _serve(pipe: Pipe) -> None:
    loop = asyncio.get_running_loop()
    heard: asyncio.Queue[Message | None] = asyncio.Queue()

    def listen() -> None:
        for message in pipe.messages():
            loop.call_soon_threadsafe(heard.put_nowait, message)
        with contextlib.suppress(RuntimeError):  # the loop may have ended first
            loop.call_soon_threadsafe(heard.put_nowait, None)
        # Even where the loop itself is held up, by a disk or a journal that another one keeps.
        time.sleep(LAST_SECONDS)
        _end(pipe)

    threading.Thread(target=listen, daemon=True).start()
    worker = Worker(pipe)
    try:
        while (message := await heard.get()) is not None and not isinstance(message, Quit):
            worker.take(message)
    except HostGone:
        log.warning("The host has gone.")
    await worker.close()
    _end(pipe)


class Worker:
    """The jobs of one session."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._painter = Painter(pipe)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._answers: set[asyncio.Task[None]] = set()
        self._in_turn = asyncio.Lock()
        self._outputs: dict[str, list[Block]] = {}

    def take(self, message: Message) -> None:
        """Act on one message.

        Raises:
            HostGone: the answer could not be given.
        """
        match message:
            case Hello(protocol=protocol) if protocol != PROTOCOL:
                said = f"The plug-in speaks version {protocol} and this worker {PROTOCOL}."
                self._pipe.send(Refused(f"{said} Update the older of the two."))
                raise HostGone
            case Hello():
                self._painter.host = message
            case Run(job=job) | Deliver(job=job) if job in self._tasks:
                self._pipe.send(Refused(f"There is a job {job} already.", about=message.TYPE))
            case Run() | Deliver():
                self._begin(message)
            case PixelsRead(job=job):
                self._painter.give(message)
            case Cancel(job=job) if job in self._tasks:
                self._tasks[job].cancel()
            case Cancel(job=job):
                # It never got here, or has ended; whoever waits for its end is told all the same.
                self._pipe.send(Canceled(job, "no"))
            case Release(job=job):
                for block in self._outputs.pop(job, []):
                    self._pipe.writer.release(block)
                self._painter.copied(job)
            case Settle(id=job_id):
                if not self._painter.settled(job_id):
                    self._answer(Dismiss(job_id))
            case _ if isinstance(message, ANSWERS):
                self._answer(message)
            case _:
                pass

    def _begin(self, run: Run | Deliver) -> None:
        """Start a job; one canceled before its first step has nobody else to say so."""

        def ended(task: asyncio.Task[None]) -> None:
            if task.cancelled():
                self._tasks.pop(run.job, None)
                with contextlib.suppress(HostGone):
                    self._pipe.send(Canceled(run.job, "no"))

        task = asyncio.create_task(self._run(run))
        task.add_done_callback(ended)
        self._tasks[run.job] = task

    def _answer(self, message: Message) -> None:
        """Answer beside the jobs, since a key store or an endpoint may take its time."""
        task = asyncio.create_task(self._answered(message))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)
        if isinstance(message, CHANGES):
            task.add_done_callback(lambda _: self._painter.retire_clients())

    async def _answered(self, message: Message) -> None:
        """One question. It is answered too where a fault of ours keeps us from knowing."""
        # What changes the endpoints, or lists them, waits its turn: a key belongs to the endpoint
        # that was added before it, and the list that is told last has to be the last.
        in_turn = isinstance(message, (*CHANGES, Endpoints))
        try:
            async with self._in_turn if in_turn else contextlib.nullcontext():
                await answer(message, self._pipe)
        except Exception:
            log.exception("“%s” failed by a fault of ours", message.TYPE)
            with contextlib.suppress(HostGone):
                self._pipe.send(Refused(*FAULT, about=message.TYPE))

    async def close(self) -> None:
        """Cancel every job, here and at its endpoint."""
        tasks = [*self._tasks.values(), *self._answers]
        for task in tasks:
            task.cancel()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL_SECONDS):
                await asyncio.gather(*tasks, self._painter.written(), return_exceptions=True)
                await self._painter.close()

    async def _run(self, run: Run | Deliver) -> None:
        """One job, from accepted to its end."""
        ending: Message
        try:
            self._pipe.send(Accepted(run.job))
            self._outputs[run.job] = []
            outputs = self._outputs[run.job]
            if isinstance(run, Run):
                ending = await self._painter.paint(run, outputs)
            else:
                ending = await self._painter.deliver(run, outputs)
        except asyncio.CancelledError:
            ending = Canceled(run.job, self._painter.charged(run))
        except OverpaintError as error:
            charged = self._painter.charged(run)
            said = (error.code, error.message, error.hint, error.request_id)
            ending = Failed(run.job, *said, charged=charged)
        except BridgeError as error:
            ending = Failed(run.job, error.code, str(error), error.detail)
        except HostGone:
            return
        except Exception:
            log.exception("Job %s failed by a fault of ours", run.job)
            ending = Failed(run.job, "internal", *FAULT)
        finally:
            self._tasks.pop(run.job, None)
        with contextlib.suppress(HostGone):
            self._pipe.send(ending)
