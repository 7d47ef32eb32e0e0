"""The two drivers: they carry out what a flow decides, blocking or awaited.

A flow that is interrupted (Ctrl-C, its task canceled) is told so and may still undo its work; then
the interruption goes on its way, with what became of the work in its notes.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any, NoReturn, Protocol, TypeVar, TypeVarTuple

from .calls import Answer, Call, Deed, Flow, Interrupted, Pause
from .errors import AnswerTimeoutError, OverpaintError

__all__ = [
    "AsyncTransport",
    "Errands",
    "Transport",
    "carried_out",
    "done_or_undone",
    "drive",
    "drive_async",
]

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

# A blocked thread wakes this often, since Windows delivers Ctrl-C between two waits only.
WAKE_SECONDS = 0.5


class Transport(Protocol):
    """Makes calls, one answer each."""

    def send(self, call: Call) -> Answer:
        """Make one call.

        Raises:
            TransportError: no answer came.
            OutputError: it was larger than `call.largest`.
        """

    def close(self) -> None:
        """Let go of connections and threads."""


class AsyncTransport(Protocol):
    """`Transport`, awaited."""

    async def send(self, call: Call) -> Answer:
        """Make one call; see `Transport.send`."""

    async def close(self) -> None:
        """Let go of connections and threads."""


def drive(flow: Flow[T], transport: Transport) -> T:
    """Run a flow to its end."""
    try:
        step = next(flow)
        while True:
            try:
                answer = _perform(step, transport)
            except OverpaintError as error:
                step = flow.throw(error)
            except Interrupted as interrupted:
                _wind_up(flow, transport, interrupted, step)
                _pass_on(interrupted)
            else:
                step = flow.send(answer)
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]  # a generator's value is its flow's T
    except Interrupted as interrupted:
        _pass_on(interrupted)


async def drive_async(flow: Flow[T], transport: AsyncTransport) -> T:
    """Run a flow to its end, awaiting."""
    try:
        step = next(flow)
        while True:
            sending = asyncio.ensure_future(_perform_async(step, transport))
            try:
                answer = await asyncio.shield(sending)
            except OverpaintError as error:
                step = flow.throw(error)
            except asyncio.CancelledError as cause:
                interrupted = Interrupted()
                interrupted.__cause__ = cause
                # In a task of its own, so that being canceled again does not stop it half-way; and
                # waited for all the same, since who canceled asks next what became of the money.
                closing = asyncio.ensure_future(
                    _wind_up_async(flow, transport, interrupted, step, sending)
                )
                await _ended(closing)
                closing.result()
                _pass_on(interrupted)
            else:
                step = flow.send(answer)
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]  # a generator's value is its flow's T
    except Interrupted as interrupted:
        _pass_on(interrupted)


async def carried_out(deed: Callable[[*Ts], T], *arguments: *Ts) -> T:
    """Do what blocks in a thread of its own; a task that is canceled still stays until its end."""
    doing = asyncio.wrap_future(_begun(partial(deed, *arguments)))
    canceled = await _ended(doing)
    if canceled is not None:
        raise canceled from doing.exception()
    return doing.result()


async def _ended(doing: asyncio.Future[T]) -> asyncio.CancelledError | None:
    """Wait for its end, however often the task is canceled; return the last time it was."""
    canceled: asyncio.CancelledError | None = None
    while not doing.done():
        try:
            await asyncio.wait({doing})
        except asyncio.CancelledError as stop:
            canceled = stop
    return canceled


async def done_or_undone(deed: Callable[[], T], undo: Callable[[T], None]) -> T:
    """Do what blocks; where the task is canceled meanwhile, undo what it made as well."""
    made: list[T] = []
    try:
        await carried_out(lambda: made.append(deed()))
    except asyncio.CancelledError:
        for one in made:
            await carried_out(undo, one)
        raise
    return made[0]


class Errands:
    """What blocks, and is waited for later than where it is begun."""

    def __init__(self) -> None:
        self._running: list[threading.Thread] = []

    def begin(self, deed: Callable[[], None]) -> None:
        """Do it in a thread of its own, which the interpreter's end waits for as well."""
        running = threading.Thread(target=deed)
        running.start()
        self._running = [*(one for one in self._running if one.is_alive()), running]

    async def ended(self) -> None:
        """Stay until all that was begun has come to its end, however often the task is canceled."""
        await carried_out(self._join)

    def _join(self) -> None:
        for one in self._running:
            one.join()


def _perform(step: Call | Deed | Pause, transport: Transport) -> Answer | None:
    """Make one step; an interruption becomes `Interrupted`, with the answer that still came.

    The call is made in a thread, so that Ctrl-C is heard at once, the answer that names a
    prediction is heard nevertheless, and an answer that trickles for ever is given up.
    """
    if isinstance(step, Pause):
        try:
            time.sleep(step.seconds)
        except (KeyboardInterrupt, SystemExit) as cause:
            raise Interrupted from cause
        return None
    hearing: Future[Answer | None] = Future()
    work = step.do if isinstance(step, Deed) else partial(transport.send, step)
    try:
        # Its start is waited for as well, and the request may be out before that is over.
        _begin(work, hearing)
        return _result(hearing, step.longest)
    except (KeyboardInterrupt, SystemExit) as cause:
        answer = None
        if step.grace:
            with contextlib.suppress(OverpaintError):
                answer = _result(hearing, step.grace)
        raise Interrupted(answer) from cause


def _begun(work: Callable[[], T]) -> Future[T]:
    """Begin some work in a thread."""
    hearing: Future[T] = Future()
    _begin(work, hearing)
    return hearing


def _begin(work: Callable[[], T], hearing: Future[T]) -> None:
    # None of a pool's: what must be written down does not wait for what takes its time.
    threading.Thread(target=_work, args=(work, hearing), daemon=True).start()


def _work(work: Callable[[], T], hearing: Future[T]) -> None:
    """Do it; whatever it brings or raises goes to who waits for it."""
    hearing.set_running_or_notify_cancel()
    try:
        hearing.set_result(work())
    except BaseException as error:  # noqa: BLE001  raised again where the result is awaited
        hearing.set_exception(error)


def _result(hearing: Future[T], seconds: float | None) -> T:
    """Wait for an answer, awake for an interruption."""
    end = None if seconds is None else time.monotonic() + seconds
    while True:
        left = WAKE_SECONDS if end is None else min(WAKE_SECONDS, end - time.monotonic())
        if left <= 0:
            raise _trickling(seconds)
        try:
            return hearing.result(left)
        except TimeoutError:
            if hearing.done():
                return hearing.result()


async def _perform_async(step: Call | Deed | Pause, transport: AsyncTransport) -> Answer | None:
    """Make one step."""
    if isinstance(step, Pause):
        await asyncio.sleep(step.seconds)
        return None
    if isinstance(step, Deed):
        await asyncio.wrap_future(_begun(step.do))
        return None
    try:
        async with asyncio.timeout(step.longest):
            return await transport.send(step)
    except TimeoutError as error:
        raise _trickling(step.longest) from error


def _wind_up(
    flow: Flow[Any], transport: Transport, interrupted: Interrupted, step: Call | Deed | Pause
) -> None:
    """Let the flow undo its work; a second interruption ends that."""
    with contextlib.suppress(OverpaintError, StopIteration, Interrupted):
        while isinstance(step, Deed):
            step = flow.send(None)
            if isinstance(step, Deed):
                _perform(step, transport)
        step = flow.throw(interrupted)
        while True:
            try:
                answer = _perform(step, transport)
            except OverpaintError as error:
                step = flow.throw(error)
            else:
                step = flow.send(answer)


async def _wind_up_async(
    flow: Flow[Any],
    transport: AsyncTransport,
    interrupted: Interrupted,
    step: Call | Deed | Pause,
    sending: asyncio.Future[Answer | None],
) -> None:
    """Hear the answer under way for its grace, then let the flow undo its work."""
    grace = 0.0 if isinstance(step, Pause) else step.grace
    if grace:
        await asyncio.wait({sending}, timeout=grace)
    if not sending.done():
        sending.cancel()
        await asyncio.wait({sending})
    if not sending.cancelled() and sending.exception() is None:
        interrupted.answer = sending.result()
    with contextlib.suppress(OverpaintError, StopIteration, Interrupted):
        while isinstance(step, Deed):
            step = flow.send(None)
            if isinstance(step, Deed):
                await _perform_async(step, transport)
        step = flow.throw(interrupted)
        while True:
            try:
                answer = await _perform_async(step, transport)
            except OverpaintError as error:
                step = flow.throw(error)
            else:
                step = flow.send(answer)


def _pass_on(interrupted: Interrupted) -> NoReturn:
    """Raise what interrupted the flow, with what the flow has to say about it."""
    cause = interrupted.__cause__
    if cause is None:
        raise AssertionError("unreachable: an interruption has a cause")
    for note in getattr(interrupted, "__notes__", ()):
        cause.add_note(note)
    raise cause


def _trickling(seconds: float | None) -> AnswerTimeoutError:
    return AnswerTimeoutError(
        f"The answer had not ended after {seconds or 0:.0f} s; it was given up.",
        hint="If this was a new run it may have started.",
    )
