"""The clients: the raw prediction API, and inpainting on top of it.

`Client` blocks, `AsyncClient` is awaited. What they do is decided in `lifecycle` and `job`; here
it is only carried out, twice.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar, Unpack

from pydantic import JsonValue

from . import job as jobs
from . import lifecycle
from .calls import Flow
from .discovery import Discovery, discover
from .endpoints import EMBEDDED, Endpoint, read_base_url
from .errors import InputError, OverpaintError
from .lifecycle import Patience, Progress
from .models import adapter_for
from .predictions import Prediction, PredictionList
from .request import PaintRequest
from .transport import AsyncTransport, Transport, drive, drive_async, open_async, open_sync

if TYPE_CHECKING:
    from .fields import PaintFields
    from .images import Source
    from .job import MaskSource
    from .results import Result

__all__ = ["AsyncClient", "Client"]

T = TypeVar("T")
Listener = Callable[[Progress], None]

# The engine inside answers in microseconds, so it is asked often.
EMBEDDED_PATIENCE = Patience(first_poll=0.03, slowest_poll=0.25)
# What an interrupted run waits for the id of a prediction that is just being created, so that it
# can be canceled instead of running on unseen.
CREATE_GRACE = 10.0


class _Base:
    """What both clients know: the endpoint, the patience, and the bodies they send."""

    def __init__(
        self,
        base_url: str | Endpoint | None = None,
        *,
        token: str | None = None,
        patience: Patience | None = None,
    ) -> None:
        """Choose the endpoint; nothing is sent yet.

        Args:
            base_url: everything before `/predictions`, or an `Endpoint`; None = the configured
                one, which is the embedded engine unless another was chosen.
            token: the endpoint's key.
            patience: deadlines and pace.

        Raises:
            ConfigurationError: the address can't be one, or the configured endpoint is unknown.
        """
        if isinstance(base_url, Endpoint):
            self.endpoint = base_url
        elif base_url is None:
            from .settings import default_endpoint

            self.endpoint = default_endpoint(token=token)
        elif base_url == EMBEDDED.name:
            self.endpoint = EMBEDDED
        else:
            self.endpoint = Endpoint("given", read_base_url(base_url), token=token)
        default = EMBEDDED_PATIENCE if self.endpoint.is_embedded else Patience()
        self.patience = patience or default
        self._discovery: Discovery | None = None

    def _create_flow(
        self,
        version: str | None,
        input: Mapping[str, Any],
        fields: Mapping[str, Any],
    ) -> Flow[Prediction]:
        """Create by version, or by a model's own path where the version is `owner/name`."""
        body: dict[str, Any] = {"input": dict(input), **fields}
        if version is not None:
            body = {"version": version, **body}
        return lifecycle.create(body, patience=self.patience)

    def _known_version(self, request: PaintRequest) -> str | None:
        """The version asked for, where somebody named one."""
        if request.version or self.endpoint.version:
            return request.version or self.endpoint.version
        return self._discovery.version if self._discovery else None


class Client(_Base):
    """Talks to one endpoint and waits for its answers. Use it in a `with` block."""

    def __init__(
        self,
        base_url: str | Endpoint | None = None,
        *,
        token: str | None = None,
        patience: Patience | None = None,
    ) -> None:
        super().__init__(base_url, token=token, patience=patience)
        self._transport: Transport = open_sync(self.endpoint)

    def __enter__(self) -> Self:
        """Use the client; it is closed at the block's end."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close connections; an embedded server cancels what it still runs."""
        self._transport.close()

    def create_prediction(
        self,
        *,
        input: Mapping[str, JsonValue],
        version: str | None = None,
        **fields: JsonValue,
    ) -> Prediction:
        """Create one prediction exactly as asked, and return it at once.

        Args:
            input: the model's inputs by its own names.
            version: `owner/name`, `owner/name:hash` or a bare hash.
            fields: further top-level fields (`webhook`, `webhook_events_filter`, …).

        Raises:
            APIError: the endpoint said no.
            TransportError: no answer came.
        """
        return self._run(self._create_flow(version, input, fields))

    def get_prediction(self, prediction_id: str) -> Prediction:
        """Read one prediction.

        Raises:
            APIError, TransportError: after several tries.
        """
        return self._run(lifecycle.get(prediction_id, patience=self.patience))

    def list_predictions(self, *, cursor: str | None = None) -> PredictionList:
        """Read a page of the endpoint's predictions, newest first.

        Raises:
            APIError, TransportError: after several tries.
        """
        return self._run(lifecycle.listing(cursor=cursor, patience=self.patience))

    def cancel_prediction(self, prediction_id: str) -> Prediction | None:
        """Stop a prediction; None where the endpoint can't, and it may run on.

        Raises:
            APIError, TransportError: the endpoint could not be asked.
        """
        return self._run(lifecycle.cancel(prediction_id, patience=self.patience))

    def wait(self, prediction: Prediction, *, on_progress: Listener | None = None) -> Prediction:
        """Wait until it has succeeded; an interrupt (Ctrl-C) cancels it at the endpoint.

        Raises:
            PredictionError: it failed, was canceled, or took longer than its deadline.
            APIError, TransportError: the endpoint stopped answering.
        """
        try:
            return self._run(
                lifecycle.wait(prediction, patience=self.patience, on_progress=on_progress)
            )
        except (KeyboardInterrupt, SystemExit):
            self._cancel_quietly(prediction)
            raise

    def outputs(self, prediction: Prediction) -> list[bytes]:
        """Fetch what a prediction made, in order.

        Raises:
            OutputError: a result has expired.
            APIError, TransportError: after several tries.
        """
        return [self._run(lifecycle.fetch(url)) for url in prediction.outputs]

    def inpaint(
        self,
        image: Source,
        mask: MaskSource = None,
        *,
        request: PaintRequest | None = None,
        on_progress: Listener | None = None,
        **fields: Unpack[PaintFields],
    ) -> Result:
        """Fill the mask, or grow the canvas; nothing outside the mask changes.

        Args:
            image: path, bytes, Pillow image or (height, width[, channels]) uint8 array.
            mask: likewise, of the same size; 255 = paint here. None for an outpainting.
            request: a request made before; `fields` change it.
            on_progress: told how far it is.
            fields: the request, by any of its names.

        Raises:
            InputError: refused before anything was sent.
            APIError, TransportError, PredictionError, OutputError: see `overpaint.errors`.
        """
        wanted = _request(request, fields)
        version = self._version(wanted)
        job = jobs.prepare(wanted, image, mask, adapter=adapter_for(version), version=version)
        prediction = self.create_prediction(version=job.ask.version, input=job.ask.input)
        prediction = self.wait(prediction, on_progress=on_progress)
        answers = self.outputs(prediction)
        return jobs.finish(job, answers, prediction, endpoint=self.endpoint.name)

    def outpaint(
        self,
        image: Source,
        *,
        request: PaintRequest | None = None,
        on_progress: Listener | None = None,
        **fields: Unpack[PaintFields],
    ) -> Result:
        """Grow the canvas by `left`, `right`, `up`, `down` or by `outpaint_direction`.

        Raises:
            InputError: no side to grow by, or as `inpaint`.
        """
        wanted = _outpainting(_request(request, fields))
        return self.inpaint(image, request=wanted, on_progress=on_progress)

    def _run(self, flow: Flow[T]) -> T:
        return drive(flow, self._transport)

    def _version(self, request: PaintRequest) -> str:
        version = self._known_version(request)
        if version is None:
            self._discovery = self._run(discover())
            version = self._discovery.version
        return version

    def _cancel_quietly(self, prediction: Prediction) -> None:
        """Stop what nobody waits for any more; whatever goes wrong, the interrupt goes on."""
        with contextlib.suppress(OverpaintError):
            self.cancel_prediction(prediction.id)


class AsyncClient(_Base):
    """`Client`, awaited. Use it in an `async with` block."""

    def __init__(
        self,
        base_url: str | Endpoint | None = None,
        *,
        token: str | None = None,
        patience: Patience | None = None,
    ) -> None:
        super().__init__(base_url, token=token, patience=patience)
        self._transport: AsyncTransport = open_async(self.endpoint)

    async def __aenter__(self) -> Self:
        """Use the client; it is closed at the block's end."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close connections; an embedded server cancels what it still runs."""
        await self._transport.close()

    async def create_prediction(
        self,
        *,
        input: Mapping[str, JsonValue],
        version: str | None = None,
        **fields: JsonValue,
    ) -> Prediction:
        """Create one prediction; see `Client.create_prediction`.

        Canceled while the answer is under way, it waits for the id and cancels the prediction.
        """
        creating = asyncio.ensure_future(self._run(self._create_flow(version, input, fields)))
        try:
            return await asyncio.shield(creating)
        except asyncio.CancelledError:
            with contextlib.suppress(OverpaintError, TimeoutError):
                await self._cancel_quietly(await asyncio.wait_for(creating, CREATE_GRACE))
            raise

    async def get_prediction(self, prediction_id: str) -> Prediction:
        """Read one prediction; see `Client.get_prediction`."""
        return await self._run(lifecycle.get(prediction_id, patience=self.patience))

    async def list_predictions(self, *, cursor: str | None = None) -> PredictionList:
        """Read a page of predictions; see `Client.list_predictions`."""
        return await self._run(lifecycle.listing(cursor=cursor, patience=self.patience))

    async def cancel_prediction(self, prediction_id: str) -> Prediction | None:
        """Stop a prediction; see `Client.cancel_prediction`."""
        return await self._run(lifecycle.cancel(prediction_id, patience=self.patience))

    async def wait(
        self, prediction: Prediction, *, on_progress: Listener | None = None
    ) -> Prediction:
        """Wait until it has succeeded; canceling the task cancels it at the endpoint."""
        try:
            return await self._run(
                lifecycle.wait(prediction, patience=self.patience, on_progress=on_progress)
            )
        except (asyncio.CancelledError, KeyboardInterrupt):
            await asyncio.shield(self._cancel_quietly(prediction))
            raise

    async def outputs(self, prediction: Prediction) -> list[bytes]:
        """Fetch what a prediction made; see `Client.outputs`."""
        return [await self._run(lifecycle.fetch(url)) for url in prediction.outputs]

    async def inpaint(
        self,
        image: Source,
        mask: MaskSource = None,
        *,
        request: PaintRequest | None = None,
        on_progress: Listener | None = None,
        **fields: Unpack[PaintFields],
    ) -> Result:
        """Fill the mask, or grow the canvas; see `Client.inpaint`."""
        wanted = _request(request, fields)
        version = await self._version(wanted)
        job = await asyncio.to_thread(
            jobs.prepare, wanted, image, mask, adapter=adapter_for(version), version=version
        )
        prediction = await self.create_prediction(version=job.ask.version, input=job.ask.input)
        prediction = await self.wait(prediction, on_progress=on_progress)
        answers = await self.outputs(prediction)
        return await asyncio.to_thread(
            jobs.finish, job, answers, prediction, endpoint=self.endpoint.name
        )

    async def outpaint(
        self,
        image: Source,
        *,
        request: PaintRequest | None = None,
        on_progress: Listener | None = None,
        **fields: Unpack[PaintFields],
    ) -> Result:
        """Grow the canvas; see `Client.outpaint`."""
        wanted = _outpainting(_request(request, fields))
        return await self.inpaint(image, request=wanted, on_progress=on_progress)

    async def _run(self, flow: Flow[T]) -> T:
        return await drive_async(flow, self._transport)

    async def _version(self, request: PaintRequest) -> str:
        version = self._known_version(request)
        if version is None:
            self._discovery = await self._run(discover())
            version = self._discovery.version
        return version

    async def _cancel_quietly(self, prediction: Prediction) -> None:
        """Stop what nobody waits for any more."""
        with contextlib.suppress(OverpaintError):
            await self.cancel_prediction(prediction.id)


def _request(request: PaintRequest | None, fields: Mapping[str, Any]) -> PaintRequest:
    """The request given, changed by the fields given."""
    return PaintRequest.read(fields) if request is None else request.changed(**fields)


def _outpainting(request: PaintRequest) -> PaintRequest:
    """Insist on a side to grow by."""
    if not request.is_outpaint:
        raise InputError(
            "No side to grow by was given.",
            hint="Give left, right, up or down in pixels, or outpaint_direction.",
            field="left",
        )
    return request
