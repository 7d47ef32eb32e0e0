"""Finding a prediction whose creation brought no answer, in the endpoint's own list.

What was asked for is compared with what the list says was asked for, pictures included, so that
nobody else's run is taken for ours; where two fit, neither is.
"""

from __future__ import annotations

import email.utils
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pydantic import ValidationError

from overpaint.calls import Answer, Call, Flow
from overpaint.encoding import decode_data_uri
from overpaint.errors import NotCreatedError, OverpaintError, RecoveryError
from overpaint.predictions import Prediction, PredictionList

from .asking import ask
from .fetching import fetch
from .likeness import asks_the_same, created_at, is_silent, moved_pictures
from .patience import Patience
from .reading import listing

__all__ = ["Lost", "find", "search"]

# Slack for clocks of whole seconds, and for a creation that took effect late.
SLACK = 5.0
# Days later it may lie deep in the list; of a hundred a page this is a busy month.
PAGES = 10
# The endpoint's clock and ours agree as well as this. What asks for the same and is farther away
# was asked for by somebody, some other time.
NEAR_SECONDS = 15 * 60.0
# So many have their pictures looked at; more of the same prompt within minutes is a batch.
MOST_COMPARED = 8
LOOK = "Look at the endpoint's own page whether it is there; `overpaint jobs cancel` drops it here."


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
        and asks_the_same(prediction, lost.body)
    ]
    return _only((yield from _surely(fits, lost.body, patience)))


def search(
    version: str,
    input: Mapping[str, Any],
    *,
    known: Set[str],
    earlier: Set[str],
    about: float,
    patience: Patience,
) -> Flow[Prediction]:
    """Look for what another process created, and was gone before it heard the answer.

    That it is not in the list means that it was never created only if the list goes back to when
    it was asked for, and says of everything near that time what it was.

    Args:
        version: what was asked for.
        input: likewise.
        known: ids that are not it.
        earlier: of those, the ones that were created before it, at the same endpoint.
        about: when it was asked for, in seconds since 1970 by this machine's clock.
        patience: how long to wait.

    Raises:
        NotCreatedError: it was never created.
        RecoveryError: several could be it, or the list can't tell.
        APIError, TransportError: the list could not be read, so that nothing is known.
    """
    body = {"version": version, "input": input}
    listed: list[Prediction] = []
    cursor: str | None = None
    for _ in range(PAGES):
        page = yield from listing(cursor=cursor, patience=patience)
        listed += page.results
        cursor = next(iter(parse_qs(urlsplit(page.next or "").query).get("cursor", [])), None)
        if cursor is None:
            break
    strange = [one for one in listed if one.id not in known]
    fits = [one for one in strange if asks_the_same(one, body)]
    near = [one for one in fits if _is_near(one, about)]
    found = _only((yield from _surely(near, body, patience)))
    if found is not None:
        return found
    silent = [one for one in strange if is_silent(one, body) and _is_near(one, about)]
    if fits or silent:
        names = ", ".join(one.id for one in fits or silent)
        raise RecoveryError(f"This run may be one of these predictions: {names}.", hint=LOOK)
    if not _reaches_back(listed, earlier, about) and (listed or known or cursor):
        raise RecoveryError(
            "The endpoint's list does not go back to when this run was asked for, so nobody can"
            " tell whether it was created.",
            hint=LOOK,
        )
    raise NotCreatedError(
        "The endpoint has no such prediction: nothing was created and nothing charged.",
        hint="Run the request again.",
    )


def _surely(
    fits: Sequence[Prediction], body: Mapping[str, Any], patience: Patience
) -> Flow[list[Prediction]]:
    """Those whose pictures are the very ones that were sent.

    Prompt and version are often a stranger's too. Where the endpoint has put the pictures into
    files of its own, these are looked at; one that can't be had, or was written anew, is no proof.
    """
    sure = []
    for one in fits[:MOST_COMPARED]:
        for address, sent in moved_pictures(one, body):
            try:
                picture = yield from fetch(address, patience=replace(patience, tries=1))
            except OverpaintError:
                break
            if picture != decode_data_uri(sent)[0]:
                break
        else:
            sure.append(one)
    return sure


def _reaches_back(listed: Sequence[Prediction], earlier: Set[str], about: float) -> bool:
    """Whether it shows anything that is surely older than what was asked for then."""
    before = about - NEAR_SECONDS
    return any(one.id in earlier or (created_at(one) or about) < before for one in listed)


def _is_near(prediction: Prediction, about: float) -> bool:
    """Whether it was created about then, for all that is known."""
    created = created_at(prediction)
    return created is None or abs(created - about) <= NEAR_SECONDS


def _only(fits: Sequence[Prediction]) -> Prediction | None:
    return fits[0] if len(fits) == 1 else None


def _is_recent(prediction: Prediction, answer: Answer, window: float) -> bool:
    """Whether it was created since ours was sent, both times by the endpoint's own clock."""
    created = created_at(prediction)
    try:
        now = email.utils.parsedate_to_datetime(answer.headers["date"]).timestamp()
    except (KeyError, ValueError, OverflowError):
        return True
    # Without clocks to compare, only the request itself can tell.
    return created is None or now - created <= window
