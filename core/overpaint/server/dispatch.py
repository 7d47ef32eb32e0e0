"""From the queue to the engine: in the order they came, off the event loop, cancelable."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from functools import partial

import anyio

from overpaint.errors import OverpaintError
from overpaint.predictions import Status

from .engines.base import Engine, PaintCanceled
from .inputs import Inputs
from .painting import RunTooLong, paint
from .problem import busy
from .runs import Run, Runs
from .settings import ServerSettings

__all__ = ["Dispatch"]

log = logging.getLogger(__name__)

Listener = Callable[[Run], None]
# What the runs so far took on average says when to come back; before any, a guess.
FIRST_GUESS = 1.0
LONGEST_PAUSE = 60.0


class Dispatch:
    """Runs a server's predictions, so many at once, first come first served."""

    def __init__(
        self,
        settings: ServerSettings,
        engine: Engine,
        runs: Runs,
        inputs: Inputs,
        on_submit: Listener,
    ) -> None:
        self._settings = settings
        self._engine = engine
        self._runs = runs
        self._inputs = inputs
        self._places = asyncio.Semaphore(settings.jobs)
        self._threads = anyio.CapacityLimiter(settings.jobs)
        self._tasks: set[asyncio.Task[None]] = set()
        self._reading: dict[str, asyncio.Task[tuple[bytes, bytes]]] = {}
        self._usual: float | None = None
        self._on_submit = on_submit

    def submit(self, run: Run) -> None:
        """Put a run into the queue.

        Raises:
            Problem: the queue is full (429, Retry-After); nothing was created.
        """
        waiting = self._runs.waiting
        too_large = waiting and self._runs.waiting_bytes + run.size > self._settings.queue_bytes
        if waiting >= self._settings.queue or too_large:
            raise busy(waiting, self._pause(waiting))
        self._runs.add(run)
        task = asyncio.create_task(self._run(run))
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        self._on_submit(run)

    def _pause(self, waiting: int) -> float:
        """Seconds until about half of those that wait are through: then there is room."""
        each = FIRST_GUESS if self._usual is None else self._usual
        return min(LONGEST_PAUSE, each * waiting / self._settings.jobs / 2)

    def _learn(self, seconds: float) -> None:
        """Keep in mind how long a run takes."""
        self._usual = seconds if self._usual is None else 0.8 * self._usual + 0.2 * seconds

    def cancel(self, run: Run) -> None:
        """Stop a run; one that has ended stays as it is."""
        self._stop(run)
        if not run.is_terminal:
            run.end(Status.CANCELED)

    def expire(self, run: Run) -> None:
        """Stop a run whose `Cancel-After` has passed; one that never began is aborted."""
        self._stop(run)
        if not run.is_terminal:
            begun = run.status is not Status.STARTING
            run.end(Status.CANCELED if begun else Status.ABORTED)

    def _stop(self, run: Run) -> None:
        """Tell the engine's thread, and wait no longer for what is still being fetched."""
        run.stop.set()
        reading = self._reading.get(run.id)
        if reading is not None:
            reading.cancel()

    async def close(self) -> None:
        """Stop everything and wait for the engine's threads."""
        for run in self._runs.unfinished:
            self.cancel(run)
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("An engine failed in a way of its own.", exc_info=task.exception())

    async def _run(self, run: Run) -> None:
        """One run's way from the queue to its end."""
        timer = None
        if run.cancel_after is not None:
            loop = asyncio.get_running_loop()
            timer = loop.call_later(run.cancel_after, self.expire, run)
        try:
            async with self._places:
                if not run.is_terminal:
                    await self._paint(run)
        finally:
            if not run.is_terminal:
                # An engine is anybody's code; whatever it raised goes on, but nobody waits for it.
                run.end(Status.FAILED, error="The engine failed.")
            if timer is not None:
                timer.cancel()
            # Whoever runs a server watches this. No prompt, no address: those are the caller's own.
            seconds = run.total_seconds or 0.0
            log.info("%s %s %s %.1f s", run.id, self._engine.name, run.status, seconds)

    async def _read(self, run: Run) -> tuple[bytes, bytes]:
        """Fetch both inputs, as long as the run may take and somebody wants it.

        Raises:
            ImageError: one of them can't be had.
            TimeoutError: they did not come in time.
            asyncio.CancelledError: the run was canceled.
        """

        async def both() -> tuple[bytes, bytes]:
            async with asyncio.timeout(self._settings.run_seconds):
                image = await self._inputs.read(run.inputs.image, field="image")
                return image, await self._inputs.read(run.inputs.mask, field="mask")

        self._reading[run.id] = reading = asyncio.create_task(both())
        try:
            return await reading
        finally:
            del self._reading[run.id]

    async def _paint(self, run: Run) -> None:
        run.begin()
        started = time.monotonic()
        try:
            deadline = started + self._settings.run_seconds
            image, mask = await self._read(run)
            work = partial(
                paint,
                run,
                self._engine,
                image,
                mask,
                deadline=deadline,
                most_pixels=self._settings.most_pixels,
            )
            outputs = await anyio.to_thread.run_sync(work, limiter=self._threads)
        except (PaintCanceled, asyncio.CancelledError):
            if not run.is_terminal:
                run.end(Status.CANCELED)
        except (RunTooLong, TimeoutError):
            run.end(Status.FAILED, error=f"It took longer than {self._settings.run_seconds:.0f} s.")
        except OverpaintError as error:
            run.end(Status.FAILED, error=error.message)
        except (ValueError, ArithmeticError, MemoryError, RuntimeError) as error:
            log.exception("The engine failed on prediction %s", run.id)
            run.end(Status.FAILED, error=f"The engine failed: {type(error).__name__}.")
        else:
            if not run.is_terminal:
                run.outputs = outputs
                run.predict_seconds = time.monotonic() - started
                self._learn(run.predict_seconds)
                run.end(Status.SUCCEEDED)
