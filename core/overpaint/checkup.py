"""Whether an endpoint answers, what it is, and whether it takes the key: asked at no cost."""

from __future__ import annotations

from dataclasses import dataclass

from .calls import Answer, Call, Flow
from .discovery import discover
from .driving import drive
from .endpoints import Endpoint
from .errors import TransportError
from .lifecycle.asking import ask
from .problems import error_from
from .transport import open_sync

__all__ = ["Checkup", "check", "check_endpoint"]

SECONDS = 15.0
LARGEST = 2**24
# No prediction has such an id, so that asking for it shows nobody's.
NO_SUCH = "/predictions/overpaint-endpoint-test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """What an endpoint told of itself.

    Attributes:
        endpoint: its name.
        reachable: something answered.
        kind: `embedded`, `overpaint`, `cog` or `hosted`; None where nothing answered, or something
            that is not the prediction API.
        key: `needless`, `accepted`, `refused`, `missing`, or `unknown` where it does not tell.
        says: what was found, in a sentence.
        hint: what to do about it; may be empty.
    """

    endpoint: str
    reachable: bool = True
    kind: str | None
    key: str
    says: str
    hint: str = ""

    @property
    def is_good(self) -> bool:
        """True where a run can be tried."""
        return self.kind is not None and self.key not in ("refused", "missing")


def check_endpoint(endpoint: Endpoint) -> Checkup:
    """Ask an endpoint, with its key, and close the connection; see `check`."""
    if endpoint.is_embedded:
        says = "The built-in engine works, with no network and no key."
        return Checkup(endpoint=endpoint.name, kind="embedded", key="needless", says=says)
    transport = open_sync(endpoint)
    try:
        return drive(check(endpoint), transport)
    finally:
        transport.close()


def check(endpoint: Endpoint) -> Flow[Checkup]:
    """Ask an endpoint what costs nothing: what it is, and for a prediction that is not there.

    A `GET` never creates anything, and the gateways on record answer one free of charge.
    """
    name = endpoint.name
    try:
        kind = (yield from discover(endpoint, timeout=SECONDS)).kind
        if kind == "cog":
            return Checkup(
                endpoint=name, kind=kind, key="needless", says="A Cog server's one model."
            )
        answer = yield from _get("/predictions")
        if answer.is_success and _is_list(answer):
            key = "accepted" if endpoint.token else "needless"
            return Checkup(endpoint=name, kind=kind, key=key, says="It lists its predictions.")
        if answer.status not in (401, 403):
            # Not every gateway lists; all of them know single predictions.
            answer = yield from _get(NO_SUCH)
        if answer.status == 404 and (below := (yield from _below(endpoint))):
            return below
    except TransportError as error:
        return Checkup(
            endpoint=name,
            reachable=False,
            kind=None,
            key="unknown",
            says=error.message,
            hint=error.hint,
        )
    if answer.status in (401, 403):
        return _refused(endpoint, kind, answer)
    return _unsure(endpoint, kind, answer)


def _get(path: str) -> Flow[Answer]:
    return (yield from ask(Call("GET", path, timeout=SECONDS, longest=SECONDS, largest=LARGEST)))


def _is_list(answer: Answer) -> bool:
    try:
        body = answer.json()
    except ValueError:
        return False
    return isinstance(body, dict) and isinstance(body.get("results"), list)


def _refused(endpoint: Endpoint, kind: str, answer: Answer) -> Checkup:
    if not endpoint.token:
        return Checkup(
            endpoint=endpoint.name,
            kind=kind,
            key="missing",
            says="It wants a key, and has none.",
            hint=_how_to_give_one(endpoint),
        )
    error = error_from(answer, doing="show its predictions")
    return Checkup(
        endpoint=endpoint.name, kind=kind, key="refused", says=error.message, hint=error.hint
    )


def _how_to_give_one(endpoint: Endpoint) -> str:
    if endpoint.is_named:
        return f"Give it one: `overpaint key set {endpoint.name}`."
    return (
        f"Give it a name, `overpaint endpoint add NAME {endpoint.base_url}`, and that name a key."
    )


def _below(endpoint: Endpoint) -> Flow[Checkup | None]:
    """Look whether the API begins one step further down, as an address without its /v1 does."""
    answer = yield from _get("/v1/predictions")
    if not (answer.status in (401, 403) or (answer.is_success and _is_list(answer))):
        return None
    return Checkup(
        endpoint=endpoint.name,
        kind=None,
        key="unknown",
        says=f"The prediction API is not there, but at {endpoint.base_url}/v1.",
        hint="Add the endpoint with that address.",
    )


def _unsure(endpoint: Endpoint, kind: str, answer: Answer) -> Checkup:
    """It answered, and neither took nor refused the key."""
    try:
        is_api = isinstance(answer.json(), dict)
    except ValueError:
        is_api = False
    if not is_api:
        return Checkup(
            endpoint=endpoint.name,
            kind=None,
            key="unknown",
            says=f"What answers there (HTTP {answer.status}) is not the prediction API.",
            hint="Check the base URL: it ends just before `/predictions`, often with /v1.",
        )
    return Checkup(
        endpoint=endpoint.name,
        kind=kind,
        key="unknown",
        says=f"It answers as an API does (HTTP {answer.status}), and does not tell of the key.",
        hint="The first run will tell whether it takes the key.",
    )
