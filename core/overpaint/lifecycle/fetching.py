"""Fetching what a prediction made."""

from __future__ import annotations

from overpaint.calls import Answer, Call, Flow
from overpaint.encoding import decode_data_uri
from overpaint.endpoints import origin_of
from overpaint.errors import APIError, AuthenticationError, OutputError
from overpaint.predictions import Prediction

from .asking import read
from .patience import DEFAULT_PATIENCE, Patience

__all__ = ["fetch", "fetch_all"]

GONE = "The result is no longer there; endpoints keep results for about an hour."


def fetch(
    url: str, *, patience: Patience = DEFAULT_PATIENCE, home: tuple[str, str, int] | None = None
) -> Flow[bytes]:
    """Fetch one output, first without the key.

    Args:
        url: an address or a data URI.
        patience: how long to wait.
        home: the endpoint's own origin: only there it is asked for again with the key.

    Raises:
        OutputError: it is gone, or not for us.
        APIError, TransportError: after the last try.
    """
    if url.startswith("data:"):
        return decode_data_uri(url)[0]
    call = Call(
        "GET",
        url,
        timeout=patience.answer,
        longest=patience.longest_answer,
        with_key=False,
        largest=patience.largest,
    )
    try:
        answer = yield from read(call, doing="hand out the result", patience=patience)
    except APIError as error:
        if error.status in (404, 410):
            raise _gone(error) from error
        if error.status not in (401, 403):
            raise
        if home is None or not _is_at(url, home):
            raise _gone(error) from error
        answer = yield from _with_key(url, patience)
    if not answer.body:
        raise OutputError("The result is an empty file.", hint="Run the request again.")
    return answer.body


def fetch_all(
    prediction: Prediction, *, patience: Patience, home: tuple[str, str, int]
) -> Flow[list[bytes]]:
    """Fetch everything a prediction made, in order.

    Raises:
        OutputError: some of it is gone.
        APIError, TransportError: after the last try.
    """
    if prediction.data_removed and not prediction.outputs:
        raise OutputError(GONE, hint="Run the request again.", request_id=prediction.id)
    results = []
    for url in prediction.outputs:
        results.append((yield from fetch(url, patience=patience, home=home)))  # noqa: PERF401  no yield in a comprehension
    return results


def _with_key(url: str, patience: Patience) -> Flow[Answer]:
    call = Call("GET", url, timeout=patience.answer, longest=patience.longest_answer)
    try:
        return (yield from read(call, doing="hand out the result", patience=patience))
    except AuthenticationError as error:
        raise _gone(error) from error


def _is_at(url: str, home: tuple[str, str, int]) -> bool:
    try:
        return origin_of(url) == home
    except ValueError:
        return False


def _gone(error: APIError) -> OutputError:
    return OutputError(GONE, hint="Run the request again.", request_id=error.request_id)
