"""Finding a prediction whose creation brought no answer, in the endpoint's own list.

What was asked for is compared with what the list says was asked for, so that nobody else's run is
taken for ours; where two fit, neither is.
"""

from __future__ import annotations

import email.utils
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pydantic import ValidationError

from overpaint.calls import Answer, Call, Flow
from overpaint.errors import JournalError, NotFoundError, OverpaintError
from overpaint.predictions import Prediction, PredictionList

from .asking import ask
from .patience import Patience
from .reading import listing

__all__ = ["Lost", "find", "search"]

# Slack for clocks of whole seconds, and for a creation that took effect late.
SLACK = 5.0
# Days later it may lie deep in the list; of a hundred a page this is a busy month.
PAGES = 10
# Between two that ask for the same, the time decides, if the clocks agree as well as this.
NEAR_SECONDS = 15 * 60.0


@dataclass(frozen=True, slots=True)
class Lost:
    """What is known of a prediction that may have been created.

    Attributes:
        body: what was sent.
        known: ids that are not it.
        started: when it was sent, by `clock`.
        clock: seconds.
    """

    body: Mapping[str, Any]
    known: Set[str]
    started: float
    clock: Callable[[], float]


def find(lost: Lost, *, patience: Patience) -> Flow[Prediction | None]:
    """Look for it among the endpoint's predictions.

    Returns:
        The one that fits; None where none or several do, or the endpoint has no list. Asked once
        only: whoever lost an answer learns so soon.
    """
    call = Call(
        "GET", "/predictions", timeout=min(10.0, patience.answer), longest=20.0, largest=2**26
    )
    try:
        answer = yield from ask(call)
        if not answer.is_success:
            return None
        listed = PredictionList.model_validate_json(answer.body).results
    except (OverpaintError, ValidationError):
        return None
    window = lost.clock() - lost.started + SLACK
    fits = [
        prediction
        for prediction in listed
        if prediction.id not in lost.known
        and _is_recent(prediction, answer, window)
        and _asks_the_same(prediction, lost.body)
    ]
    return _only(fits)


def search(
    version: str,
    input: Mapping[str, Any],
    *,
    known: Set[str],
    about: float,
    patience: Patience,
) -> Flow[Prediction]:
    """Look for what another process created, and was gone before it heard the answer.

    Args:
        version: what was asked for.
        input: likewise.
        known: ids that are not it.
        about: when it was asked for, in seconds since 1970 by this machine's clock.
        patience: how long to wait.

    Raises:
        NotFoundError: it is not there.
        JournalError: there are several.
        APIError, TransportError: the list could not be read, so that nothing is known.
    """
    body = {"version": version, "input": input}
    fits: list[Prediction] = []
    cursor: str | None = None
    for _ in range(PAGES):
        page = yield from listing(cursor=cursor, patience=patience)
        fits += [one for one in page.results if one.id not in known and _asks_the_same(one, body)]
        cursor = next(iter(parse_qs(urlsplit(page.next or "").query).get("cursor", [])), None)
        if cursor is None:
            break
    near = [one for one in fits if abs(_seconds(one) - about) <= NEAR_SECONDS]
    found = _only(fits) or _only(near)
    if found is not None:
        return found
    if fits:
        names = ", ".join(one.id for one in fits)
        raise JournalError(
            f"Several predictions could be the one: {names}.",
            hint="Look at the endpoint which is yours; `overpaint jobs cancel` drops this one.",
        )
    raise NotFoundError(
        "The endpoint has no such prediction: nothing was created and nothing charged.",
        hint="Run the request again.",
    )


def _seconds(prediction: Prediction) -> float:
    try:
        return _moment(prediction.created_at or "")
    except (ValueError, OverflowError):
        return float("-inf")


def _only(fits: Sequence[Prediction]) -> Prediction | None:
    return fits[0] if len(fits) == 1 else None


def _is_recent(prediction: Prediction, answer: Answer, window: float) -> bool:
    """Whether it was created since ours was sent, both times by the endpoint's own clock."""
    try:
        now = email.utils.parsedate_to_datetime(answer.headers["date"]).timestamp()
        created = _moment(prediction.created_at or "")
    except (KeyError, ValueError, OverflowError):
        # Without clocks to compare, only the request itself can tell.
        return True
    return now - created <= window


def _moment(text: str) -> float:
    """Read RFC 3339; digits beyond microseconds, which gateways send, are cut off."""
    head, dot, rest = text.partition(".")
    if dot:
        digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
        head = f"{head}.{digits[:6]:0<6}{rest[len(digits) :]}"
    return datetime.fromisoformat(head).timestamp()


def _asks_the_same(prediction: Prediction, body: Mapping[str, Any]) -> bool:
    """Whether its input is ours; pictures may have been put into the endpoint's own files."""
    wanted = body.get("input") or {}
    version = str(body.get("version") or "").rpartition(":")[2]
    if version and prediction.version and "/" not in version:
        hidden = "-" in prediction.version or prediction.version == "hidden"
        if not hidden and prediction.version.rpartition(":")[2] != version:
            return False
    told = prediction.input
    return bool(told) and all(_same(told.get(name), value) for name, value in wanted.items())


def _same(told: object, sent: object) -> bool:
    if told == sent:
        return True
    return isinstance(sent, str) and sent.startswith("data:") and _is_address(told)


def _is_address(value: object) -> bool:
    return isinstance(value, str) and value.startswith(("https:", "http:"))
