"""A prediction's life: create, wait, cancel, fetch — decided once, without any I/O.

Each function is a generator that yields a `Call` or a `Pause` and is sent the `Answer`; the sync
and the async client drive the same ones. A `TransportError` is thrown in where no answer came.

Money rules: a create is sent again only where it is certain that nothing was created (the request
never left, or 429). Reads are repeated freely. A wait ends in a terminal status or an error.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from pydantic import ValidationError

from .calls import Answer, Call, Flow, Pause
from .encoding import decode_data_uri
from .errors import (
    AnswerTimeoutError,
    APIError,
    NotFoundError,
    NotSentError,
    OutputError,
    PredictionCanceledError,
    PredictionFailedError,
    PredictionTimeoutError,
    RateLimitedError,
    RefusedInputError,
    ServerError,
    TransportError,
    UnexpectedAnswerError,
)
from .predictions import Prediction, PredictionList, Status
from .problems import error_from

__all__ = ["Patience", "Progress", "cancel", "create", "fetch", "get", "listing", "wait"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is.

    Attributes:
        stage: a word or two for a person.
        fraction: 0 to 1, or None where nothing is known.
        message: a further sentence; may be empty.
    """

    stage: str
    fraction: float | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what, in seconds.

    Attributes:
        deadline: for the whole prediction, from its creation; then it is canceled.
        first_poll: after the create.
        slowest_poll: polls grow towards this.
        growth: each poll waits at least this part of the time waited so far. 2 % of it, from
            0.1 s, costs less than 100 ms after the end in the median for runs of 0.2 to 2 s
            (measured over a 50 ms line).
        prefer_wait: whole seconds the endpoint is asked to hold the create open (1 to 60), or 0.
        tries: of a request that may be repeated.
        answer: silence after which an ordinary answer is given up.
    """

    deadline: float = 900.0
    first_poll: float = 0.1
    slowest_poll: float = 3.0
    growth: float = 0.02
    prefer_wait: int = 0
    tries: int = 5
    answer: float = 30.0


Clock = Callable[[], float]
Listener = Callable[[Progress], None]


def create(
    body: Mapping[str, Any],
    *,
    path: str = "/predictions",
    patience: Patience = Patience(),
    cancel_after: bool = False,
) -> Flow[Prediction]:
    """Create one prediction, and never two.

    Args:
        body: `version`, `input` and the webhook fields.
        path: `/predictions`, or a model's own path.
        patience: how long to wait; `prefer_wait` asks the endpoint to hold the answer.
        cancel_after: tell the endpoint the deadline too, as a safety net.

    Raises:
        APIError: the endpoint said no.
        TransportError: no answer; an `AnswerTimeoutError` means that it may have been created.
    """
    headers = {}
    if patience.prefer_wait:
        headers["Prefer"] = f"wait={min(60, patience.prefer_wait)}"
    if cancel_after:
        headers["Cancel-After"] = f"{max(5, int(patience.deadline))}s"
    call = Call(
        "POST",
        path,
        json=dict(body),
        headers=headers,
        # The endpoint's clock must run out before ours does.
        timeout=patience.answer + patience.prefer_wait,
    )
    for attempt in range(1, patience.tries + 1):
        try:
            answer = yield from _ask(call)
            if answer.is_success:
                return _prediction(answer)
            raise error_from(answer, doing="create the prediction")
        except (NotSentError, RateLimitedError) as error:
            if attempt == patience.tries:
                raise
            yield Pause(_delay(attempt, error))
    raise AssertionError("unreachable: the last try raises or returns")


def get(prediction_id: str, *, patience: Patience = Patience()) -> Flow[Prediction]:
    """Read one prediction.

    Raises:
        APIError, TransportError: after the last try.
    """
    answer = yield from _read(
        Call("GET", _path(prediction_id), timeout=patience.answer),
        doing="show the prediction",
        tries=patience.tries,
    )
    return _prediction(answer)


def listing(
    *,
    created_after: str | None = None,
    created_before: str | None = None,
    cursor: str | None = None,
    patience: Patience = Patience(),
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
    answer = yield from _read(
        Call("GET", "/predictions" + (f"?{query}" if query else ""), timeout=patience.answer),
        doing="list the predictions",
        tries=patience.tries,
    )
    try:
        return PredictionList.model_validate_json(answer.body)
    except ValidationError as error:
        raise _unexpected(answer, "a list of predictions") from error


def cancel(prediction_id: str, *, patience: Patience = Patience()) -> Flow[Prediction | None]:
    """Ask the endpoint to stop a prediction.

    Returns:
        Its state as the endpoint tells it, or None where the endpoint can't cancel (404, 405) or
        answers without one: then it may run on and be charged.

    Raises:
        APIError, TransportError: the endpoint could not be asked.
    """
    call = Call("POST", f"{_path(prediction_id)}/cancel", timeout=patience.answer)
    try:
        answer = yield from _read(call, doing="cancel the prediction", tries=patience.tries)
    except (NotFoundError, RefusedInputError):
        return None
    try:
        return _prediction(answer)
    except UnexpectedAnswerError:
        return None


def wait(
    prediction: Prediction,
    *,
    patience: Patience = Patience(),
    on_progress: Listener | None = None,
    clock: Clock = time.monotonic,
) -> Flow[Prediction]:
    """Poll until the prediction has succeeded.

    Args:
        prediction: as created.
        patience: the deadline and the pace.
        on_progress: told of every change of status or logs.
        clock: seconds, for tests.

    Returns:
        The prediction in status `succeeded`.

    Raises:
        PredictionFailedError, PredictionCanceledError: it ended otherwise.
        PredictionTimeoutError: the deadline passed; it was asked to be canceled.
        APIError, TransportError: the endpoint stopped answering.
    """
    started = clock()
    told: Progress | None = None
    while not prediction.is_terminal:
        progress = progress_of(prediction)
        if on_progress is not None and progress != told:
            on_progress(progress)
            told = progress
        waited = clock() - started
        if waited >= patience.deadline:
            yield from _give_up(prediction, patience)
        delay = min(patience.slowest_poll, max(patience.first_poll, waited * patience.growth))
        yield Pause(min(delay, max(0.0, patience.deadline - waited)))
        prediction = yield from get(prediction.id, patience=patience)
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


def fetch(url: str, *, patience: Patience = Patience()) -> Flow[bytes]:
    """Fetch one output, first without the key.

    Output hosts take no key and must not see it; only an endpoint's own origin is asked a second
    time with it, and the transport holds to that whatever is asked.

    Raises:
        OutputError: it is gone.
        APIError, TransportError: after the last try.
    """
    if url.startswith("data:"):
        return decode_data_uri(url)[0]
    call = Call("GET", url, timeout=patience.answer, with_key=False)
    try:
        answer = yield from _read(call, doing="hand out the result", tries=patience.tries)
    except APIError as error:
        if error.status in (404, 410):
            raise OutputError(
                "The result is no longer there; endpoints keep results for about an hour.",
                hint="Run the request again.",
                request_id=error.request_id,
            ) from error
        if error.status not in (401, 403):
            raise
        call = Call("GET", url, timeout=patience.answer)
        answer = yield from _read(call, doing="hand out the result", tries=patience.tries)
    return answer.body


PERCENT = re.compile(r"(?:(?P<stage>[^\r\n|%]*?)[:\s]+)?(?P<percent>\d{1,3})%")


def progress_of(prediction: Prediction) -> Progress:
    """Read how far it is from its last log line: `painting: 40%|…`, as progress bars print."""
    if prediction.status == Status.STARTING:
        return Progress("waiting for the model")
    lines = re.split(r"[\r\n]+", (prediction.logs or "").rstrip())
    for line in reversed(lines[-20:]):
        found = PERCENT.search(line)
        if found and int(found["percent"]) <= 100:
            stage = (found["stage"] or "").strip() or "painting"
            return Progress(stage, int(found["percent"]) / 100)
    return Progress("painting")


def _give_up(prediction: Prediction, patience: Patience) -> Flow[None]:
    """Cancel what has taken too long, and say so.

    Raises:
        PredictionTimeoutError: always.
    """
    try:
        canceled = yield from cancel(prediction.id, patience=patience)
    except (APIError, TransportError):
        canceled = None
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


def _read(call: Call, *, doing: str, tries: int) -> Flow[Answer]:
    """Make a call that may be repeated: on 429, 5xx and where no answer came."""
    for attempt in range(1, tries + 1):
        try:
            answer = yield from _ask(call)
            if answer.is_success:
                return answer
            raise error_from(answer, doing=doing)
        except (TransportError, RateLimitedError, ServerError) as error:
            # One-api's kin answer 503 for a model they do not have: no use in insisting.
            limit = min(tries, 3) if getattr(error, "status", 0) == 503 else tries
            if attempt >= limit:
                raise
            yield Pause(_delay(attempt, error))
    raise AssertionError("unreachable: the last try raises or returns")


def _ask(call: Call) -> Flow[Answer]:
    """Yield one call and insist on its answer."""
    answer = yield call
    if answer is None:
        raise AnswerTimeoutError("The transport brought no answer.")
    return answer


def _delay(attempt: int, error: Exception) -> float:
    """What the endpoint asks for, else half a second doubled each time; with jitter.

    Jitter keeps a thousand scripts from coming back in the same instant.
    """
    asked = error.retry_after if isinstance(error, APIError) else None
    if asked is not None:
        return min(120.0, asked) + random.uniform(0, 0.25)  # noqa: S311  no secret
    return min(10.0, 0.5 * 2.0 ** (attempt - 1)) * random.uniform(0.75, 1.25)  # noqa: S311  no secret


def _path(prediction_id: str) -> str:
    """Build the address from the configured base and the id.

    Never from `urls.get`: behind a gateway that one points at a host where its key is not valid.
    """
    return f"/predictions/{quote(prediction_id, safe='')}"


def _prediction(answer: Answer) -> Prediction:
    """Read a prediction, or say what came instead."""
    try:
        return Prediction.model_validate_json(answer.body)
    except ValidationError as error:
        raise _unexpected(answer, "a prediction") from error


def _unexpected(answer: Answer, wanted: str) -> UnexpectedAnswerError:
    """Say what came instead of what was wanted."""
    kind = answer.headers.get("content-type", "").split(";")[0] or "no content type"
    what = f"{len(answer.body)} bytes of {kind}" if answer.body else "nothing"
    problem = error_from(answer, doing="answer as a prediction API")
    return UnexpectedAnswerError(
        f"The endpoint answered {answer.status} with {what} instead of {wanted}.",
        hint="Check the base URL: it ends just before `/predictions`.",
        request_id=problem.request_id,
        status=answer.status,
        detail=problem.detail,
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
