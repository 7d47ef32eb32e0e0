"""Stopping a prediction, when asked to and when nobody waits for it any more."""

from __future__ import annotations

from overpaint.calls import Call, Flow, Interrupted
from overpaint.errors import (
    NotFoundError,
    OverpaintError,
    RefusedInputError,
    UnexpectedAnswerError,
)
from overpaint.predictions import Prediction, Status

from .asking import path_of, prediction_from, read
from .patience import DEFAULT_PATIENCE, Patience

__all__ = ["CLOSING", "cancel", "undo"]

# What an interrupted run spends on canceling.
CLOSING = Patience(tries=2, pause=0.2, answer=5.0, longest_answer=10.0)


def cancel(prediction_id: str, *, patience: Patience = DEFAULT_PATIENCE) -> Flow[Prediction | None]:
    """Ask the endpoint to stop a prediction.

    Returns:
        Its state as the endpoint tells it, or None where the endpoint can't cancel (404, 405) or
        answers with no JSON object: then it may run on and be charged.

    Raises:
        APIError, TransportError: the endpoint could not be asked.
    """
    call = Call(
        "POST",
        f"{path_of(prediction_id)}/cancel",
        timeout=patience.answer,
        longest=patience.longest_answer,
    )
    try:
        answer = yield from read(call, doing="cancel the prediction", patience=patience)
    except (NotFoundError, RefusedInputError):
        return None
    try:
        return prediction_from(answer)
    except UnexpectedAnswerError:
        # Cog answers `{}`.
        accepted = answer.body.strip() == b"{}"
        return Prediction(id=prediction_id, status=Status.CANCELED) if accepted else None


def undo(stop: BaseException, prediction: Prediction) -> Flow[None]:
    """Cancel what nobody waits for any more, and note what became of it."""
    if prediction.is_terminal:
        _leave(stop, prediction)
        return
    try:
        canceled = yield from cancel(prediction.id, patience=CLOSING)
    except OverpaintError:
        canceled = None
    if canceled is None:
        became = "could not be canceled; it may run on and be charged"
        _leave(stop, prediction)
    elif canceled.status == Status.SUCCEEDED:
        became = "had just ended"
        _leave(stop, canceled)
    else:
        became = "was canceled"
    stop.add_note(f"The prediction {prediction.id} {became}.")


def _leave(stop: BaseException, prediction: Prediction) -> None:
    """Name what is left at the endpoint, for whoever takes it up again."""
    if isinstance(stop, Interrupted):
        stop.left = prediction.id
