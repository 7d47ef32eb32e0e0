"""The client that is awaited: what `client` does, without blocking."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Literal, Self, TypeVar, Unpack

from pydantic import JsonValue

from . import job as jobs
from .base_client import BaseClient, outpainting, request_of
from .driving import AsyncTransport, Errands, done_or_undone, drive_async
from .endpoints import Endpoint
from .geometry import Bounds, Extent
from .lifecycle import Listener, Patience
from .predictions import Prediction, PredictionList
from .region import Region, plan_region
from .request import PaintRequest
from .transport import open_async

if TYPE_CHECKING:
    from .calls import Flow
    from .fields import PaintFields
    from .images import Source
    from .job import Job, MaskSource
    from .journal import Asker, Entry, Journal, Taken
    from .results import Result

__all__ = ["AsyncClient"]

T = TypeVar("T")


class AsyncClient(BaseClient):
    """`Client`, awaited. Use it in an `async with` block.

    Canceling the task that awaits it cancels at the endpoint what was being waited for. It raises
    what `Client` does.
    """

    def __init__(
        self,
        base_url: str | Endpoint | None = None,
        *,
        token: str | None = None,
        patience: Patience | None = None,
        journal: Journal | Literal["user"] | None = "user",
    ) -> None:
        super().__init__(base_url, token=token, patience=patience, journal=journal)
        self._transport: AsyncTransport = open_async(self.endpoint)
        self._errands = Errands()

    async def __aenter__(self) -> Self:
        """Use the client; it is closed at the block's end."""
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close connections, as `Client.close`; wait until the journal knows of every result."""
        try:
            await self._transport.close()
        finally:
            await self._errands.ended()

    async def create_prediction(
        self,
        *,
        input: Mapping[str, JsonValue],
        version: str | None = None,
        prefer_wait: int = 0,
        **fields: JsonValue,
    ) -> Prediction:
        """Create one prediction; see `Client.create_prediction`."""
        return await self._run(self._says.create(version, input, fields, prefer_wait=prefer_wait))

    async def get_prediction(self, prediction_id: str) -> Prediction:
        """Read one prediction; see `Client.get_prediction`."""
        return await self._run(self._says.get(prediction_id))

    async def list_predictions(self, *, cursor: str | None = None) -> PredictionList:
        """Read a page of predictions; see `Client.list_predictions`."""
        return await self._run(self._says.listing(cursor))

    async def cancel_prediction(self, prediction_id: str) -> Prediction | None:
        """Stop a prediction; see `Client.cancel_prediction`."""
        return await self._run(self._says.cancel(prediction_id))

    async def wait(
        self, prediction: Prediction, *, on_progress: Listener | None = None
    ) -> Prediction:
        """Wait until it has succeeded; canceling the task cancels it at the endpoint."""
        return await self._run(self._says.wait(prediction, on_progress))

    async def outputs(self, prediction: Prediction) -> list[bytes]:
        """Fetch what a prediction made; see `Client.outputs`."""
        return await self._run(self._says.outputs(prediction))

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
        job = await self.prepare(request_of(request, fields), image, mask)
        return await self.paint(job, on_progress=on_progress)

    async def outpaint(
        self,
        image: Source,
        *,
        request: PaintRequest | None = None,
        on_progress: Listener | None = None,
        **fields: Unpack[PaintFields],
    ) -> Result:
        """Grow the canvas; see `Client.outpaint`."""
        wanted = outpainting(request_of(request, fields))
        return await self.inpaint(image, request=wanted, on_progress=on_progress)

    async def plan(
        self, request: PaintRequest, extent: Extent, hole: Bounds | None = None
    ) -> Region:
        """Say which part of a picture a request needs; see `Client.plan`."""
        _, adapter = await self._run(self._says.choose(request))
        return plan_region(request, extent, hole, adapter=adapter)

    async def prepare(
        self,
        request: PaintRequest,
        image: Source,
        mask: MaskSource = None,
        *,
        region: Region | None = None,
    ) -> Job:
        """Make ready what would be sent; see `Client.prepare`."""
        version, adapter = await self._run(self._says.choose(request))
        return await asyncio.to_thread(
            jobs.prepare, request, image, mask, adapter=adapter, version=version, region=region
        )

    async def begin(self, job: Job, asker: Asker | None = None) -> Entry:
        """Write a prepared job down; see `Client.begin`."""
        # Canceled meanwhile it is struck out again, or it would look like a lost one.
        return await done_or_undone(partial(self._begin, job, asker), lambda page: page.canceled())

    async def paint(
        self, job: Job, *, entry: Entry | None = None, on_progress: Listener | None = None
    ) -> Result:
        """Send a prepared job, and wait for its result; see `Client.paint`."""
        page = entry or await self.begin(job)
        prediction, answers = await self._run(self._says.paint(job.ask, on_progress, page))
        finish = partial(self._finished, job, prediction, answers, page)
        result = await done_or_undone(finish, lambda _: page.let_go())
        if entry is None:
            # `close` waits for it: here a cancel would meet a result that is kept nowhere any more.
            self._errands.begin(page.delivered)
        return result

    async def resume(self, taken: Taken, *, on_progress: Listener | None = None) -> Result:
        """Take a job up that another process began; see `Client.resume`."""
        prediction, answers = await self._run(self._says.resume(taken, on_progress))
        finish = partial(self._finished, taken.job, prediction, answers, taken.entry)
        return await done_or_undone(finish, lambda _: taken.entry.let_go())

    async def _run(self, flow: Flow[T]) -> T:
        return await drive_async(flow, self._transport)
