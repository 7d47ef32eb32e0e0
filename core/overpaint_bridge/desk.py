"""Endpoints, keys, what was left over, and how the worker is: what a settings window shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any
from urllib.parse import urlsplit

from .connection import Connection
from .language import N_, gettext
from .orders import EndpointAdd
from .protocol import Message
from .reports import Diagnosis, EndpointsKnown, Recovered, Refused, Tested
from .settings import EMBEDDED
from .trouble import Trouble, trouble

__all__ = ["TOLD", "Desk", "EndpointView", "Leftover"]

# What the worker says of an endpoint's test; other sentences come as they are.
TOLD = (
    N_("The built-in engine works, with no network and no key."),
    N_("A Cog server's one model."),
    N_("It lists its predictions."),
    N_("It wants a key, and has none."),
    N_("Add the endpoint with that address."),
    N_("Check the base URL: it ends just before `/predictions`, often with /v1."),
    N_("The first run will tell whether it takes the key."),
)


@dataclass(frozen=True)
class EndpointView:
    """One endpoint, as a list shows it.

    Attributes:
        name: what a person calls it.
        base_url: its address; "" for the engine inside.
        kind: embedded, overpaint, hosted or cog; "" = not known yet.
        has_key: whether a key is kept for it.
        version: which model the person wants of it; "" = its own.
        flat_fields: whether it also wants the request's fields outside of `input`.
        ca_file: a further certificate authority that is trusted there; "" = none.
        schedulers: its model's, where they are known.
        reads: the request's fields its model reads; empty = not known.
    """

    name: str
    base_url: str = ""
    kind: str = ""
    has_key: bool = False
    version: str = ""
    flat_fields: bool = False
    ca_file: str = ""
    schedulers: list[str] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)

    @property
    def is_free(self) -> bool:
        """True for the engine inside."""
        return self.name == EMBEDDED

    @property
    def host(self) -> str:
        """Where it is, as a person says it; its address where there is no such part."""
        return urlsplit(self.base_url).netloc.rpartition("@")[2] or self.base_url


@dataclass(frozen=True)
class Leftover:
    """A result that an editor never got.

    Attributes:
        id: its name in the journal.
        prompt, created_at, host, document: of its run.
        seeds: of its results, where known.
        results: how many there are.
    """

    id: str
    prompt: str = ""
    created_at: str = ""
    host: str = ""
    document: str = ""
    seeds: list[int] = field(default_factory=list)
    results: int = 0


class Desk:
    """Asks the worker, and keeps what it answered last.

    Attributes:
        endpoints: the endpoints, the default first; None = not asked yet.
        default: the default endpoint's name.
        tested: what came of the last test; None while one is under way.
        leftovers: results that no editor ever got; None = not asked yet.
        diagnosis: what a report of a fault should say.
        refusal: why the last change was not made.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.endpoints: list[EndpointView] | None = None
        self.default = ""
        self.tested: Tested | None = None
        self.leftovers: list[Leftover] | None = None
        self.diagnosis = ""
        self.refusal: Trouble | None = None

    def ask_endpoints(self) -> None:
        """Ask which endpoints there are."""
        self._connection.tell(lambda session: session.ask_endpoints())

    def add_endpoint(
        self,
        name: str,
        base_url: str,
        *,
        version: str | None = None,
        flat_fields: bool = False,
        replaces: str = "",
        ca_file: str | None = None,
        key: str = "",
    ) -> None:
        """Keep an endpoint, or change one; what is not named here stays as it was.

        Args:
            name: what it shall be called.
            base_url: its address.
            version: which model is asked for; None = its own.
            flat_fields: send the request's fields outside of `input` as well.
            replaces: the one to change, where that is called otherwise as yet.
            ca_file: a further certificate authority to trust; "" = none, None = as it was.
            key: its key; "" = as it was.
        """
        self.refusal = None
        order = EndpointAdd(name, base_url, version, flat_fields, replaces, ca_file, key)
        self._connection.tell(lambda session: session.add_endpoint(order))

    def remove_endpoint(self, name: str) -> None:
        """Forget an endpoint, and its key."""
        self.refusal = None
        self._connection.tell(lambda session: session.remove_endpoint(name))

    def use_endpoint(self, name: str) -> None:
        """Make an endpoint the default."""
        self.refusal = None
        self._connection.tell(lambda session: session.use_endpoint(name))

    def set_key(self, endpoint: str, key: str) -> None:
        """Put an endpoint's key into the system's key store."""
        self.refusal = None
        self._connection.tell(lambda session: session.set_key(endpoint, key))

    def forget_key(self, endpoint: str) -> None:
        """Take an endpoint's key out of it."""
        self.refusal = None
        self._connection.tell(lambda session: session.forget_key(endpoint))

    def test_endpoint(self, name: str) -> None:
        """Ask whether an endpoint answers and takes its key; costs nothing."""
        self.tested = None
        self._connection.tell(lambda session: session.test_endpoint(name))

    def recover(self) -> None:
        """Ask which results no editor ever got."""
        self._connection.tell(lambda session: session.recover())

    def dismiss(self, id: str) -> None:  # noqa: A002  the journal's word
        """Say that one of them is not wanted."""
        self._connection.tell(lambda session: session.dismiss(id))

    def doctor(self) -> None:
        """Ask for what a report of a fault should say."""
        self._connection.tell(lambda session: session.doctor())

    def is_free(self, endpoint: str = "") -> bool:
        """True where a run can't cost anything; "" asks about the default.

        Says False where it does not know: whoever spends money is asked first.
        """
        return (endpoint or self.default) == EMBEDDED

    def endpoint(self, name: str = "") -> EndpointView | None:
        """What is known of an endpoint; "" = the default."""
        wanted = name or self.default
        return next((view for view in self.endpoints or [] if view.name == wanted), None)

    def hear(self, message: Message) -> bool:
        """Keep an answer; False where it is none."""
        if isinstance(message, EndpointsKnown):
            self.default = message.default
            views = [EndpointView(**_known(EndpointView, row)) for row in message.list]
            self.endpoints = sorted(views, key=lambda view: view.name != message.default)
        elif isinstance(message, Tested):
            said, hint = gettext(message.message), gettext(message.hint)
            if "`overpaint key set" in message.hint:  # what there is a field for
                hint = gettext("Enter its key, and press Test again.")
            self.tested = replace(message, message=said, hint=hint)
        elif isinstance(message, Recovered):
            self.leftovers = [Leftover(**_known(Leftover, row)) for row in message.jobs]
        elif isinstance(message, Diagnosis):
            self.diagnosis = message.text
        elif isinstance(message, Refused):
            self.refusal = trouble(message)
        else:
            return False
        return True


def _known(kind: type, row: Mapping[str, Any]) -> dict[str, Any]:
    """What of a row this version knows; an unnamed one gets no name rather than none."""
    names = [part.name for part in fields(kind)]
    given = {name: row[name] for name in names if row.get(name) is not None}
    return {names[0]: "", **given}
