"""A plain Cog server: one run at a time, answered when it is done; nothing to ask by id."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from overpaint.calls import Call, Flow, Interrupted, Pause, interruptible
from overpaint.errors import (
    AnswerTimeoutError,
    NotSentError,
    OverpaintError,
    PredictionTimeoutError,
    RateLimitedError,
)
from overpaint.predictions import Prediction, Status
from overpaint.problems import error_from

from .asking import ask, delay, path_of, unexpected
from .cancellation import CLOSING, cancel, undo
from .patience import DEFAULT_PATIENCE, Patience

__all__ = ["run"]


def run(
    input: Mapping[str, Any],
    *,
    patience: Patience = DEFAULT_PATIENCE,
    clock: Callable[[], float] = time.monotonic,
) -> Flow[Prediction]:
    """Run once and return the prediction in whatever it ended in.

    The id is ours (`PUT /predictions/{id}`), so that the run can be canceled while its only answer
    is still to come. A Cog server does nothing on the side, so a busy one (409) is asked again.

    Raises:
        APIError: it refused the input, or stayed busy.
        PredictionTimeoutError: the deadline passed; it was asked to stop.
        TransportError: the connection failed.
    """
    prediction = Prediction(id=uuid.uuid4().hex, status=Status.PROCESSING, input=dict(input))
    call = Call(
        "PUT",
        path_of(prediction.id),
        json={"input": dict(input)},
        timeout=patience.deadline,
        longest=patience.deadline,
        largest=patience.largest,
    )
    started, attempt = clock(), 1
    while True:
        try:
            with interruptible():
                answer = yield from ask(call)
                if answer.is_success:
                    return _ended(answer.json(), prediction)
                raise error_from(answer, doing="run the model")
        except ValueError as error:
            raise unexpected(answer, "a prediction") from error
        except (NotSentError, RateLimitedError) as error:
            again = delay(attempt, error, patience)
            if again is None or clock() - started + again > patience.outage:
                raise
            attempt += 1
            yield Pause(again)
        except AnswerTimeoutError as error:
            yield from _stop(prediction)
            if clock() - started < patience.deadline:
                raise
            raise _too_long(prediction, patience) from error
        except Interrupted as stop:
            yield from undo(stop, prediction)
            raise


def _ended(said: object, prediction: Prediction) -> Prediction:
    """Its answer; old ones leave the id and most else out."""
    status = said.get("status") if isinstance(said, dict) else None
    if not isinstance(said, dict) or type(status) is not str:
        raise ValueError("not a prediction")
    told = {name: value for name, value in said.items() if value is not None}
    return Prediction.model_validate(
        {"id": prediction.id, "model": prediction.model, "input": prediction.input} | told
    )


def _stop(prediction: Prediction) -> Flow[None]:
    """Cancel, whatever comes of it."""
    try:
        yield from cancel(prediction.id, patience=CLOSING)
    except OverpaintError:
        return


def _too_long(prediction: Prediction, patience: Patience) -> PredictionTimeoutError:
    return PredictionTimeoutError(
        f"The model had not ended after {patience.deadline:.0f} s; it was asked to stop.",
        hint="Ask for less (fewer steps, a smaller area), or allow more time.",
        prediction=prediction,
    )
