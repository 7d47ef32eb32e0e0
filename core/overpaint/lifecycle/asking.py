"""Making one call: what a good answer is, and when to ask again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

from pydantic import ValidationError

from overpaint.calls import Answer, Call, Flow, Pause
from overpaint.errors import (
    AnswerTimeoutError,
    RateLimitedError,
    ServerError,
    TransportError,
    UnexpectedAnswerError,
)
from overpaint.predictions import Prediction
from overpaint.problems import error_from, read_problem

from .patience import Patience

__all__ = ["ask", "delay", "path_of", "prediction_from", "read", "unexpected"]

# One-api's kin answer 503 for a model they do not have, and an endpoint that refuses connections
# is rarely back in seconds: no use in insisting.
FEW_TRIES = 3
LONGEST_BACKOFF = 10.0


def ask(call: Call) -> Flow[Answer]:
    """Yield one call and insist on its answer."""
    answer = yield call
    if answer is None:
        raise AnswerTimeoutError("The transport brought no answer.")
    return answer


def read(
    call: Call,
    *,
    doing: str,
    patience: Patience,
    until: float | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Flow[Answer]:
    """Make a call that may be repeated: on 429, 5xx and where no answer came.

    Args:
        call: what to ask.
        doing: for the error's sentence.
        patience: how long to wait, and how often to try.
        until: by `clock`; nothing is waited for beyond it.
        clock: seconds.

    Raises:
        APIError, TransportError: the last try's.
    """
    attempt = 1
    while True:
        try:
            answer = yield from ask(call if until is None else _bounded(call, until - clock()))
            if answer.is_success:
                return answer
            raise error_from(answer, doing=doing)
        except (TransportError, RateLimitedError, ServerError) as error:
            again = delay(attempt, error, patience)
            late = until is not None and clock() + (again or 0.0) >= until
            if again is None or late or attempt >= patience.tries:
                raise
            attempt += 1
            yield Pause(again)


def _bounded(call: Call, left: float) -> Call:
    """The call, given up when there are no seconds left."""
    left = max(left, 0.01)
    longest = left if call.longest is None else min(call.longest, left)
    return replace(call, timeout=min(call.timeout, left), longest=longest)


def delay(attempt: int, error: Exception, patience: Patience) -> float | None:
    """Seconds until the next try, or None where another makes no sense.

    What the endpoint asks for, else half a second doubled each time; with jitter, which keeps a
    thousand scripts from coming back in the same instant.
    """
    if getattr(error, "lasting", False):
        return None
    if getattr(error, "status", 0) in (0, 503) and attempt >= FEW_TRIES:
        return None
    jitter = random.uniform(0.75, 1.25)  # noqa: S311  no secret
    asked = getattr(error, "retry_after", None)
    if asked is not None:
        return None if asked > patience.longest_pause else asked + 0.25 * (jitter - 0.75)
    return float(min(LONGEST_BACKOFF, patience.pause * 2 ** (attempt - 1)) * jitter)


def path_of(prediction_id: str) -> str:
    """Build a prediction's address from the configured base and the id.

    Never from `urls.get`: behind a gateway that one points at a host where its key is not valid.
    """
    return f"/predictions/{quote(prediction_id, safe='')}"


def prediction_from(answer: Answer) -> Prediction:
    """Read a prediction, or say what came instead.

    Raises:
        UnexpectedAnswerError: it is none.
    """
    try:
        prediction = Prediction.model_validate_json(answer.body)
    except ValidationError as error:
        raise unexpected(answer, "a prediction") from error
    if not prediction.id:
        raise unexpected(answer, "a prediction with an id")
    return prediction


def unexpected(answer: Answer, wanted: str) -> UnexpectedAnswerError:
    """Say what came instead of what was wanted."""
    kind = answer.headers.get("content-type", "").split(";")[0] or "no content type"
    what = f"{len(answer.body)} bytes of {kind}" if answer.body else "nothing"
    problem = read_problem(answer)
    said = f" It says: {problem.detail.rstrip('.')}." if problem.detail else ""
    return UnexpectedAnswerError(
        f"The endpoint answered {answer.status} with {what} instead of {wanted}.{said}",
        hint="Check the base URL: it ends just before `/predictions`.",
        request_id=problem.request_id,
        status=answer.status,
        title=problem.title,
        detail=problem.detail,
    )
