"""Creating one prediction, and never two.

A create is sent again only where it is certain that nothing was created (the request never left,
429, a busy model). Where no answer tells what was created, the endpoint's own list is asked.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from typing import Any

from overpaint.calls import Answer, Call, Flow, Interrupted, Pause, interruptible
from overpaint.errors import (
    NotSentError,
    OutputError,
    RateLimitedError,
    ServerError,
    TransportError,
    UnexpectedAnswerError,
)
from overpaint.predictions import Prediction
from overpaint.problems import error_from

from .asking import ask, delay, prediction_from
from .cancellation import CLOSING, undo
from .patience import DEFAULT_PATIENCE, Memory, Patience
from .recovery import Lost, find

__all__ = ["create"]

Clock = Callable[[], float]

# How long an interrupted create is still listened to. One that the endpoint was asked to hold open
# answers late, so the list is asked sooner.
CREATE_GRACE = 10.0
HELD_GRACE = 1.0


def create(
    body: Mapping[str, Any],
    *,
    path: str = "/predictions",
    patience: Patience = DEFAULT_PATIENCE,
    prefer_wait: int = 0,
    cancel_after: bool = False,
    memory: Memory | None = None,
    clock: Clock = time.monotonic,
) -> Flow[Prediction]:
    """Create one prediction, and never two.

    Args:
        body: `version`, `input` and the webhook fields.
        path: `/predictions`, or a model's own path.
        patience: how long to wait.
        prefer_wait: seconds the endpoint is asked to hold the answer (1 to 60), or 0.
        cancel_after: tell the endpoint the deadline too, as a safety net.
        memory: of this client's own predictions, which are not mistaken for this one.
        clock: seconds, for tests.

    Raises:
        APIError: the endpoint said no.
        TransportError: no answer, and the prediction is not in the endpoint's list; after an
            `AnswerTimeoutError` it may exist nevertheless.
    """
    call = _creation(path, body, patience, prefer_wait, cancel_after=cancel_after)
    memory = memory or Memory()
    lost = Lost(body, memory.created, started=clock(), clock=clock)
    attempt, busy_since = 1, clock()
    while True:
        try:
            with interruptible():
                answer = yield from ask(call)
                if not answer.is_success:
                    raise error_from(answer, doing="create the prediction")
                prediction = prediction_from(answer)
        except (NotSentError, RateLimitedError) as error:
            again = delay(attempt, error, patience)
            enough = (
                clock() - busy_since + (again or 0) > patience.outage
                if getattr(error, "status", 0) == 409
                else attempt >= patience.tries
            )
            late = clock() + (again or 0) - lost.started > patience.deadline
            if again is None or enough or late:
                raise
            attempt += 1
            yield Pause(again)
        except (TransportError, ServerError, UnexpectedAnswerError, OutputError):
            found = yield from _sought(lost, patience)
            if found is None:
                raise
            prediction = found
            break
        except Interrupted as stop:
            yield from _undo_create(stop, lost)
            raise
        else:
            break
    memory.created.add(prediction.id)
    return prediction


def _creation(
    path: str,
    body: Mapping[str, Any],
    patience: Patience,
    prefer_wait: int,
    *,
    cancel_after: bool,
) -> Call:
    """The call that creates."""
    held = min(60, prefer_wait, int(patience.deadline))
    headers = {"Prefer": f"wait={held}"} if held > 0 else {}
    if cancel_after:
        headers["Cancel-After"] = f"{max(5, int(patience.deadline))}s"
    return Call(
        "POST",
        path,
        json=dict(body),
        headers=headers,
        # The endpoint's clock must run out before ours does.
        timeout=min(patience.answer, patience.deadline) + held,
        longest=min(patience.longest_answer, patience.deadline) + held,
        grace=HELD_GRACE if held else CREATE_GRACE,
        largest=patience.largest,
    )


def _sought(lost: Lost, patience: Patience) -> Flow[Prediction | None]:
    """Look for what may have been created; interrupted, look for it to have it canceled."""
    try:
        with interruptible():
            return (yield from find(lost, patience=patience))
    except Interrupted as stop:
        stop.answer = None  # the list's, not the create's
        yield from _undo_create(stop, lost)
        raise


def _undo_create(stop: Interrupted, lost: Lost) -> Flow[None]:
    """Cancel what an interrupted create may have made."""
    prediction = None
    if stop.answer is not None:
        if _is_refusal(stop.answer):
            return
        with contextlib.suppress(UnexpectedAnswerError):
            prediction = prediction_from(stop.answer)
    if prediction is None:
        prediction = yield from find(lost, patience=CLOSING)
    if prediction is None:
        stop.add_note(
            "A prediction may have been created; the endpoint does not say which. "
            "It may run on and be charged."
        )
        stop.left = ""
        return
    yield from undo(stop, prediction)


def _is_refusal(answer: Answer) -> bool:
    """Whether the endpoint says no; a gateway's 5xx may come after the run was begun."""
    said_by_another = ServerError | UnexpectedAnswerError
    return not (answer.is_success or isinstance(error_from(answer, doing=""), said_by_another))
