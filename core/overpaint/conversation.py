"""What both clients decide about one endpoint, as flows that either of them drives."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from .calls import Deed, Flow, Interrupted, Pause, interruptible
from .discovery import Discovery, discover, latest_version, model_path, model_schema
from .endpoints import GIVEN, Endpoint, read_base_url
from .errors import NotFoundError
from .flat import folded, unfolded
from .lifecycle import (
    Listener,
    Memory,
    Patience,
    cancel,
    cog,
    create,
    fetch_all,
    get,
    listing,
    search,
    wait,
)
from .models import COPYING_FILL, FILL, Adapter, Ask, adapter_for, is_known
from .predictions import Prediction, PredictionList
from .request import PaintRequest, insist_on_json
from .settings import default_endpoint, named
from .uploads import place

if TYPE_CHECKING:
    from .journal import Entry, Taken

__all__ = ["Conversation", "chosen_endpoint"]

T = TypeVar("T")

# The built-in engine answers in microseconds, so it is asked often.
EMBEDDED_PATIENCE = Patience(first_poll=0.03, slowest_poll=0.25)


def chosen_endpoint(base_url: str | Endpoint | None, token: str | None) -> Endpoint:
    """The endpoint an argument names, by address or name, or the configured one.

    An address gets no key but the argument's: which one it is for is said only with a name.

    Raises:
        ConfigurationError: the address can't be one, or there is no endpoint of that name.
    """
    if isinstance(base_url, Endpoint):
        return base_url
    if base_url is None:
        return default_endpoint(token=token)
    if "://" in base_url:
        return Endpoint(GIVEN, read_base_url(base_url), token=token)
    return named(base_url, token=token)


class Conversation:
    """One client's dealings with one endpoint, and what it has learnt from them."""

    def __init__(self, endpoint: Endpoint, patience: Patience | None) -> None:
        self.endpoint = endpoint
        self.patience = patience or (EMBEDDED_PATIENCE if endpoint.is_embedded else Patience())
        self.memory = Memory()
        self._discovery: Discovery | None = None
        self._schemas: dict[str, Mapping[str, Any] | None] = {}

    def create(
        self,
        version: str | None,
        input: Mapping[str, Any],
        fields: Mapping[str, Any],
        *,
        prefer_wait: int = 0,
        cancel_after: bool = False,
    ) -> Flow[Prediction]:
        """Create one prediction; on a Cog server, run it to its end.

        Raises:
            InputError: a value that can't be sent; nothing was.
        """
        about = yield from self.discovery()
        inner, rest = folded(input, fields, version=version)
        inner = {name: value for name, value in inner.items() if value is not None}
        insist_on_json({"version": version, **inner, **rest})
        if about.kind == "cog":
            return (yield from cog.run(inner, patience=self.patience))
        inner = yield from place(inner, self.endpoint, memory=self.memory, patience=self.patience)
        if self.endpoint.flat_fields:
            rest = unfolded(inner) | rest
        body = {"input": inner, **rest}
        own = _own_path(version, about)
        try:
            return (
                yield from create(
                    body if own else _with_version(version, body),
                    path=f"{own or ''}/predictions",
                    patience=self.patience,
                    prefer_wait=prefer_wait,
                    cancel_after=cancel_after,
                    memory=self.memory,
                )
            )
        except NotFoundError:
            if version is None or own is None:
                raise
            # Nothing was created: only official models have a path of their own.
            latest = yield from latest_version(version, patience=self.patience)
            if latest is None:
                raise
        return (
            yield from create(
                _with_version(latest, body),
                patience=self.patience,
                prefer_wait=prefer_wait,
                cancel_after=cancel_after,
                memory=self.memory,
            )
        )

    def get(self, prediction_id: str) -> Flow[Prediction]:
        """Read one prediction."""
        return get(prediction_id, patience=self.patience)

    def listing(self, cursor: str | None) -> Flow[PredictionList]:
        """Read a page of predictions."""
        return listing(cursor=cursor, patience=self.patience)

    def cancel(self, prediction_id: str) -> Flow[Prediction | None]:
        """Stop a prediction."""
        return cancel(prediction_id, patience=self.patience)

    def wait(
        self,
        prediction: Prediction,
        on_progress: Listener | None,
        *,
        started: float | None = None,
    ) -> Flow[Prediction]:
        """Wait until it has succeeded."""
        return wait(
            prediction,
            patience=self.patience,
            on_progress=on_progress,
            memory=self.memory,
            started=started,
        )

    def outputs(self, prediction: Prediction) -> Flow[list[bytes]]:
        """Fetch what a prediction made."""
        return fetch_all(prediction, patience=self.patience, home=self.endpoint.origin)

    def paint(
        self, ask: Ask, on_progress: Listener | None, entry: Entry
    ) -> Flow[tuple[Prediction, list[bytes]]]:
        """Create, wait and fetch: one run from its price to its pictures."""
        started = time.monotonic()
        try:
            prediction = yield from self.create(
                ask.version,
                ask.input,
                {},
                # An answer that is held open tells of no progress on the way.
                prefer_wait=0 if on_progress else self.endpoint.held_seconds,
                cancel_after=self.endpoint.is_replicate,
            )
            yield Deed(partial(entry.created, prediction))
            prediction = yield from self.wait(prediction, on_progress, started=started)
            answers = yield from self._fetched(prediction, entry)
        except GeneratorExit as dropped:
            entry.stopped(dropped)
            raise
        except BaseException as stop:
            yield Deed(partial(entry.stopped, stop))
            raise
        return prediction, answers

    def resume(
        self, taken: Taken, on_progress: Listener | None
    ) -> Flow[tuple[Prediction, list[bytes]]]:
        """Take a run up that another process began; never creates what costs anything.

        Raises:
            NotCreatedError: it was never created.
            RecoveryError: nobody can tell whether it was.
            APIError, TransportError, PredictionError, OutputError: as `paint`.
        """
        if taken.prediction is not None:
            return taken.prediction, list(taken.answers)
        if self.endpoint.is_embedded:
            # Its predictions ended with their process, and painting again costs nothing.
            return (yield from self.paint(taken.ask, on_progress, taken.entry))
        try:
            if taken.row.prediction:
                known = taken.row.prediction
                prediction = yield from _leaving(known, self.get(known))
            else:
                prediction = yield from _leaving("", self._searched(taken))
                yield Deed(partial(taken.entry.created, prediction))
            prediction = yield from self.wait(prediction, on_progress)
            answers = yield from self._fetched(prediction, taken.entry)
        except GeneratorExit as dropped:
            taken.entry.stopped(dropped)
            raise
        except BaseException as stop:
            yield Deed(partial(taken.entry.stopped, stop))
            raise
        return prediction, answers

    def _fetched(self, prediction: Prediction, entry: Entry) -> Flow[list[bytes]]:
        """Fetch what a prediction made; the journal keeps it where nobody waits for it any more."""
        answers = yield from _leaving(prediction.id, self.outputs(prediction))
        try:
            # All of it may have come with the create's own answer. An interruption while that was
            # written down is heard here at last.
            yield Pause(0.0)
        except Interrupted as stop:
            stop.left = prediction.id
            yield Deed(partial(entry.outputs, prediction, answers))
            raise
        return answers

    def _searched(self, taken: Taken) -> Flow[Prediction]:
        return search(
            taken.ask.version,
            taken.ask.input,
            known=taken.others,
            earlier=taken.earlier,
            about=taken.row.created_at,
            patience=self.patience,
        )

    def discovery(self) -> Flow[Discovery]:
        """What the endpoint is; asked once."""
        if self._discovery is None or self._discovery.is_guess:
            self._discovery = yield from discover(self.endpoint)
        return self._discovery

    def choose(self, request: PaintRequest) -> Flow[tuple[str, Adapter]]:
        """Choose the version to ask for, and the adapter that knows it.

        Raises:
            ConfigurationError: nothing is known about the version, and nothing can be learnt.
        """
        about = yield from self.discovery()
        version = request.version or self.endpoint.version or about.version
        if about.kind != "cog" and is_known(version):
            adapter = adapter_for(version)
            return version, COPYING_FILL if about.copies and adapter is FILL else adapter
        if version not in self._schemas:
            self._schemas[version] = yield from model_schema(
                version, about.kind, patience=self.patience
            )
        schema = self._schemas[version]
        if about.kind == "cog" and schema is not None:
            # The one model behind it is the one that says so, whatever the version is called.
            return version, adapter_for("this Cog server's model", schema)
        return version, adapter_for(version, schema)


def _leaving(prediction_id: str, flow: Flow[T]) -> Flow[T]:
    """Name what a flow leaves at the endpoint as it is, when it is interrupted."""
    try:
        with interruptible():
            return (yield from flow)
    except Interrupted as stop:
        stop.left = prediction_id
        raise


def _own_path(version: str | None, about: Discovery) -> str | None:
    """The address of an `owner/name`, by which a hosted API runs it; None for other versions."""
    if version is None or about.kind != "hosted" or ":" in version:
        return None
    return model_path(version)


def _with_version(version: str | None, body: Mapping[str, Any]) -> dict[str, Any]:
    return dict(body) if version is None else {"version": version, **body}
