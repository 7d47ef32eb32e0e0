"""Waiting until a prediction has ended: in a success, or in an error."""

from __future__ import annotations

import time
from collections.abc import Callable

from overpaint.calls import Flow, Pause, interruptible
from overpaint.errors import (
    OverpaintError,
    PredictionCanceledError,
    PredictionFailedError,
    PredictionTimeoutError,
    RateLimitedError,
    ServerError,
    TransportError,
)
from overpaint.predictions import Prediction, Status

from .cancellation import CLOSING, cancel, undo
from .patience import DEFAULT_PATIENCE, Memory, Patience
from .progress import Progress, progress_of
from .reading import get

__all__ = ["Listener", "succeeded", "wait"]

Clock = Callable[[], float]
Listener = Callable[[Progress], None]


def wait(
    prediction: Prediction,
    *,
    patience: Patience = DEFAULT_PATIENCE,
    on_progress: Listener | None = None,
    memory: Memory | None = None,
    started: float | None = None,
    clock: Clock = time.monotonic,
) -> Flow[Prediction]:
    """Poll until the prediction has succeeded; an interruption cancels it at the endpoint.

    Args:
        prediction: as created.
        patience: the deadline and the pace.
        on_progress: told of every change of status or logs.
        memory: how long this version took before, and where that is learnt.
        started: when it was created, by `clock`; None = now.
        clock: seconds, for tests.

    Returns:
        The prediction in status `succeeded`.

    Raises:
        PredictionFailedError, PredictionCanceledError: it ended otherwise.
        PredictionTimeoutError: the deadline passed; it was asked to be canceled.
        APIError, TransportError: the endpoint stopped answering.
    """
    started = clock() if started is None else started
    until = started + patience.deadline
    seen_before = prediction.is_terminal
    key = prediction.version or prediction.model
    # A listener wants to be told on the way, so only a silent wait sleeps through what is known.
    first = memory.first_poll(key) if memory and on_progress is None else 0.0
    told: Progress | None = None
    try:
        with interruptible():
            while not prediction.is_terminal:
                progress = progress_of(prediction)
                if on_progress is not None and progress != told:
                    on_progress(progress)
                    told = progress
                waited = clock() - started
                if clock() >= until:
                    prediction = yield from _give_up(prediction, patience)
                    break
                pace = max(patience.first_poll, waited * patience.growth)
                pace = min(patience.slowest_poll, pace)
                yield Pause(min(max(pace, first - waited), max(0.0, until - clock())))
                prediction = yield from _poll(prediction, patience, clock, until)
    except (OverpaintError, GeneratorExit):
        raise
    except BaseException as stop:
        # An interruption, or whatever a listener raises: nobody waits for it any more.
        yield from undo(stop, prediction)
        raise
    if memory is not None and not seen_before and prediction.status == Status.SUCCEEDED:
        memory.learn(key, clock() - started)
    return succeeded(prediction)


def succeeded(prediction: Prediction) -> Prediction:
    """Return a prediction that succeeded, or raise what it ended in.

    Raises:
        PredictionFailedError, PredictionCanceledError: it ended otherwise.
    """
    if prediction.status == Status.SUCCEEDED:
        return prediction
    if prediction.status == Status.FAILED:
        said = str(prediction.error or "it gave no reason").strip()
        raise PredictionFailedError(
            f"The model failed: {said.rstrip('.')}.", hint=_advice(said), prediction=prediction
        )
    if prediction.status == Status.ABORTED:
        raise PredictionCanceledError(
            "The endpoint gave the prediction up before it began; it is not charged.",
            hint="Try again.",
            prediction=prediction,
        )
    raise PredictionCanceledError("The prediction was canceled.", prediction=prediction)


def _poll(
    prediction: Prediction, patience: Patience, clock: Clock, until: float
) -> Flow[Prediction]:
    """Read it once more; what was paid for is not given up for a network that fails for a while.

    Returns:
        Its state; where none came until the deadline, the one that was known.

    Raises:
        APIError, TransportError: the endpoint has not answered for `patience.outage`.
    """
    since = clock()
    while True:
        try:
            return (yield from get(prediction.id, patience=patience, until=until, clock=clock))
        except (TransportError, ServerError, RateLimitedError) as error:
            if clock() >= until:
                return prediction
            if getattr(error, "lasting", False) or clock() - since >= patience.outage:
                error.hint = (
                    f"The prediction {prediction.id} may have gone on; ask for it again later."
                )
                raise
        yield Pause(min(patience.slowest_poll, max(0.0, until - clock())))


def _give_up(prediction: Prediction, patience: Patience) -> Flow[Prediction]:
    """Cancel what has taken too long.

    Returns:
        The prediction, where it turns out to have ended just in time.

    Raises:
        PredictionTimeoutError: it had not.
    """
    try:
        canceled = yield from cancel(prediction.id, patience=CLOSING)
    except OverpaintError:
        canceled = None
    if canceled is not None and canceled.status == Status.SUCCEEDED:
        return canceled
    charge = (
        "It was canceled; what it used until then may be charged."
        if canceled is not None
        else "It could not be canceled and may still end and be charged."
    )
    raise PredictionTimeoutError(
        f"The prediction had not ended after {patience.deadline:.0f} s. {charge}",
        hint="Ask for less (fewer steps, a smaller area), or allow more time.",
        prediction=canceled or prediction,
    )


def _advice(said: str) -> str:
    """What to do about a model's failure, where its words are known."""
    lowered = said.casefold()
    if "nsfw" in lowered or "safety" in lowered or "sensitive" in lowered:
        return "The model's safety filter refused the result: change the prompt or the selection."
    if "memory" in lowered or "e1001" in lowered:
        return "Ask for a smaller size or fewer results."
    if "e6716" in lowered or "timeout starting" in lowered:
        return "The model did not start in time: try again."
    return "Try again, or change the request."
