"""The client that blocks: the raw prediction API, and inpainting on top of it.

What it does is decided in `conversation`, `lifecycle` and `job`; here it is only carried out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, Self, TypeVar, Unpack

from pydantic import JsonValue

from . import job as jobs
from .base_client import BaseClient, outpainting, request_of
from .driving import Transport, drive
from .endpoints import Endpoint
from .geometry import Bounds, Extent
from .lifecycle import Listener, Patience
from .predictions import Prediction, PredictionList
from .region import Region, plan_region
from .request import PaintRequest
from .transport import open_sync

if TYPE_CHECKING:
    from .calls import Flow
    from .fields import PaintFields
    from .images import Source
    from .job import Job, MaskSource
    from .journal import Asker, Entry, Journal, Taken
    from .results import Result

__all__ = ["Client"]

T = TypeVar("T")


class Client(BaseClient):
    """Talks to one endpoint and waits for its answers. Use it in a `with` block.

    An interruption (Ctrl-C) cancels at the endpoint what was being waited for; a note on the
    `KeyboardInterrupt` says whether that succeeded.

    Raises:
        NotSentError: from each of its methods that would send something, once it was closed.
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
        self._transport: Transport = open_sync(self.endpoint)

    def __enter__(self) -> Self:
        """Use the client; it is closed at the block's end."""
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close connections; an embedded server cancels what it still runs."""
        self._transport.close()

    def create_prediction(
        self,
        *,
        input: Mapping[str, JsonValue],
        version: str | None = None,
        prefer_wait: int = 0,
        **fields: JsonValue,
    ) -> Prediction:
        """Create one prediction, and return it at once; a Cog server's when it has ended.

        Args:
            input: the model's inputs by its own names; what JSON can't say is an `InputError`.
            version: `owner/name`, `owner/name:hash` or a bare hash.
            prefer_wait: seconds the endpoint is asked to hold its answer, up to 60.
            fields: further top-level fields (`webhook`, `webhook_events_filter`, …). The API
                page's flat ones (`steps`, `cfg_scale`, …) go into `input`, where the API reads
                them.

        Raises:
            APIError: the endpoint said no.
            TransportError: no answer came; after an `AnswerTimeoutError` it may exist.
        """
        return self._run(self._says.create(version, input, fields, prefer_wait=prefer_wait))

    def get_prediction(self, prediction_id: str) -> Prediction:
        """Read one prediction.

        Raises:
            APIError, TransportError: after several tries.
        """
        return self._run(self._says.get(prediction_id))

    def list_predictions(self, *, cursor: str | None = None) -> PredictionList:
        """Read a page of the endpoint's predictions, newest first.

        Raises:
            APIError, TransportError: after several tries.
        """
        return self._run(self._says.listing(cursor))

    def cancel_prediction(self, prediction_id: str) -> Prediction | None:
        """Stop a prediction; None where the endpoint can't, and it may run on.

        Raises:
            APIError, TransportError: the endpoint could not be asked.
        """
        return self._run(self._says.cancel(prediction_id))

    def wait(self, prediction: Prediction, *, on_progress: Listener | None = None) -> Prediction:
        """Wait until it has succeeded; an interrupt (Ctrl-C) cancels it at the endpoint.

        Raises:
            PredictionError: it failed, was canceled, or took longer than its deadline.
            APIError, TransportError: the endpoint stopped answering.
        """
        return self._run(self._says.wait(prediction, on_progress))

    def outputs(self, prediction: Prediction) -> list[bytes]:
        """Fetch what a prediction made, in order.

        Raises:
            OutputError: a result has expired.
            APIError, TransportError: after several tries.
        """
        return self._run(self._says.outputs(prediction))

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
        job = self.prepare(request_of(request, fields), image, mask)
        return self.paint(job, on_progress=on_progress)

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
        wanted = outpainting(request_of(request, fields))
        return self.inpaint(image, request=wanted, on_progress=on_progress)

    def plan(self, request: PaintRequest, extent: Extent, hole: Bounds | None = None) -> Region:
        """Say which part of a picture a request needs, by sizes alone.

        Args:
            request: what is wanted.
            extent: the picture's size.
            hole: the mask's bounds on it; None for an outpainting.

        Raises:
            InputError: nothing to paint, or a size that does not go.
            ConfigurationError: nothing is known about the model.
        """
        _, adapter = self._run(self._says.choose(request))
        return plan_region(request, extent, hole, adapter=adapter)

    def prepare(
        self,
        request: PaintRequest,
        image: Source,
        mask: MaskSource = None,
        *,
        region: Region | None = None,
    ) -> Job:
        """Make ready what would be sent; nothing is.

        Args:
            request: what is wanted.
            image: the whole picture, or the part of it that `region` needs.
            mask: likewise; 255 = paint here. None for an outpainting.
            region: from `plan`; None = everything is here.

        Raises:
            InputError: as `inpaint`.
        """
        version, adapter = self._run(self._says.choose(request))
        return jobs.prepare(request, image, mask, adapter=adapter, version=version, region=region)

    def begin(self, job: Job, asker: Asker | None = None) -> Entry:
        """Write a prepared job down, for `paint`.

        Raises:
            JournalError: it could not be written down; nothing was sent.
        """
        return self._begin(job, asker)

    def paint(
        self, job: Job, *, entry: Entry | None = None, on_progress: Listener | None = None
    ) -> Result:
        """Send a prepared job, and wait for its result.

        Args:
            job: from `prepare`.
            entry: from `begin`, for a caller who says `entry.delivered()` once it has the result.
            on_progress: told how far it is.

        Raises:
            JournalError: it could not be written down; nothing was sent.
            APIError, TransportError, PredictionError, OutputError: see `overpaint.errors`.
        """
        page = entry or self.begin(job)
        prediction, answers = self._run(self._says.paint(job.ask, on_progress, page))
        result = self._finished(job, prediction, answers, page)
        if entry is None:
            page.delivered()
        return result

    def resume(self, taken: Taken, *, on_progress: Listener | None = None) -> Result:
        """Take a job up that another process began; creates nothing that costs anything.

        Raises:
            NotCreatedError: it was never created.
            RecoveryError: nobody can tell whether it was.
            APIError, TransportError, PredictionError, OutputError: as `paint`.
        """
        prediction, answers = self._run(self._says.resume(taken, on_progress))
        return self._finished(taken.job, prediction, answers, taken.entry)

    def _run(self, flow: Flow[T]) -> T:
        return drive(flow, self._transport)
