"""Reading predictions: one, or the endpoint's list."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urlencode

from pydantic import ValidationError

from overpaint.calls import Call, Flow
from overpaint.predictions import Prediction, PredictionList

from .asking import path_of, prediction_from, read, unexpected
from .patience import DEFAULT_PATIENCE, Patience

__all__ = ["get", "listing"]


def get(
    prediction_id: str,
    *,
    patience: Patience = DEFAULT_PATIENCE,
    until: float | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Flow[Prediction]:
    """Read one prediction.

    Args:
        prediction_id: which.
        patience: how long to wait for it.
        until: by `clock`; nothing is waited for beyond it.
        clock: seconds.

    Raises:
        APIError, TransportError: after the last try.
    """
    call = Call(
        "GET",
        path_of(prediction_id),
        timeout=patience.answer,
        longest=patience.longest_answer,
        largest=patience.largest,
    )
    answer = yield from read(
        call, doing="show the prediction", patience=patience, until=until, clock=clock
    )
    return prediction_from(answer)


def listing(
    *,
    created_after: str | None = None,
    created_before: str | None = None,
    cursor: str | None = None,
    patience: Patience = DEFAULT_PATIENCE,
) -> Flow[PredictionList]:
    """Read one page of the endpoint's predictions, newest first.

    Args:
        created_after: RFC 3339 time.
        created_before: RFC 3339 time.
        cursor: the `cursor` of a former page's `next`.
        patience: how long to wait for it.

    Raises:
        APIError, TransportError: after the last try.
    """
    wanted = {"created_after": created_after, "created_before": created_before, "cursor": cursor}
    query = urlencode({name: value for name, value in wanted.items() if value})
    call = Call(
        "GET",
        "/predictions" + (f"?{query}" if query else ""),
        timeout=patience.answer,
        longest=patience.longest_answer,
        largest=patience.largest,
    )
    answer = yield from read(call, doing="list the predictions", patience=patience)
    try:
        return PredictionList.model_validate_json(answer.body)
    except ValidationError as error:
        raise unexpected(answer, "a list of predictions") from error
