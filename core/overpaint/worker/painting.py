"""One job: raw pixels to arrays, the client, and its result to raw pixels."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from overpaint_bridge.errors import ProtocolError
from overpaint_bridge.pixels import FORMATS, Block
from overpaint_bridge.protocol import Done, Hello, Output, PixelsRead, Progress, Run, Sent

from .formats import read_array, write_array
from .pipe import Pipe
from .regions import Regions

if TYPE_CHECKING:
    from overpaint.client import AsyncClient
    from overpaint.job import Job
    from overpaint.lifecycle import Progress as Step
    from overpaint.results import Result

__all__ = ["Painter"]


class Painter:
    """Paints a session's jobs, one client an endpoint.

    Attributes:
        host: what the editor said of itself.
    """

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._clients: dict[str | None, AsyncClient] = {}
        self._retired: list[AsyncClient] = []
        self._paid: set[str] = set()
        self._regions = Regions(pipe)
        self.host: Hello | None = None

    def give(self, pixels: PixelsRead) -> None:
        """Take what a job asked for; nobody's are ignored."""
        self._regions.give(pixels)

    async def paint(self, run: Run, outputs: list[Block]) -> Done:
        """Paint one job and hand its outputs over.

        Args:
            run: what was asked.
            outputs: every place taken in the mapped file is noted here, to be released.

        Raises:
            OverpaintError: any of ours.
            BridgeError: the pixels are not where the message says.
            HostGone: nobody listens any more.
        """
        if run.layer_format and run.layer_format not in FORMATS:
            raise ProtocolError(f"There is no pixel format called {run.layer_format}.")
        client = self._client(run.endpoint)
        if not client.endpoint.is_embedded:
            self._paid.add(run.job)
        job, name = await self._prepared(client, run)
        self._tell_what_is_sent(client, run, job, outputs)
        if run.dry_run:
            return Done(run.job, list(job.ask.ignored))

        def tell(step: Step) -> None:
            self._pipe.send(Progress(run.job, step.stage, step.fraction, step.message))

        result = await client.paint(job, on_progress=tell)
        await asyncio.to_thread(self._hand_over, run, result, run.layer_format or name, outputs)
        return Done(run.job, list(result.ignored), result.outputs[0].seam)

    def charged(self, run: Run, stop: BaseException) -> str:
        """Whether a canceled job may cost something: `no` or `maybe`.

        The client notes on the cancellation what became of the prediction; without a note none
        was created.
        """
        return "maybe" if run.job in self._paid and getattr(stop, "__notes__", ()) else "no"

    def retire_clients(self) -> None:
        """Let the next jobs have new clients: an address, a key or the default has changed.

        Those that still run keep theirs.
        """
        self._retired += self._clients.values()
        self._clients.clear()

    async def close(self) -> None:
        """Close every connection."""
        for client in (*self._clients.values(), *self._retired):
            await client.close()

    def _client(self, endpoint: str | None) -> AsyncClient:
        if endpoint not in self._clients:
            from overpaint.client import AsyncClient
            from overpaint.settings import endpoint_named

            self._clients[endpoint] = AsyncClient(endpoint_named(endpoint))
        return self._clients[endpoint]

    async def _prepared(self, client: AsyncClient, run: Run) -> tuple[Job, str]:
        """Make the job ready, with the pixels that came or those that it needs.

        Returns:
            The job, and the format its pixels came in.
        """
        from overpaint.request import PaintRequest

        request = PaintRequest.read(run.request)
        if run.image is None:
            region, image, mask, name = await self._regions.read(client, request, run)
            return await client.prepare(request, image, mask, region=region), name
        image = read_array(self._pipe.reader, run.image)
        mask = None if run.mask is None else read_array(self._pipe.reader, run.mask)[..., 0]
        return await client.prepare(request, image, mask), run.image.format

    def _tell_what_is_sent(
        self, client: AsyncClient, run: Run, job: Job, outputs: list[Block]
    ) -> None:
        """Show the person what leaves, before anything does."""
        endpoint, visible = client.endpoint, job.plan.visible
        image = write_array(self._pipe.writer, job.seen, "RGB8")
        outputs.append(image)
        mask = None
        if job.shown is not None:
            mask = write_array(self._pipe.writer, job.shown[..., None], "L8")
            outputs.append(mask)
        address = "" if endpoint.is_embedded else urlsplit(endpoint.base_url).netloc
        height, width = job.seen.shape[:2]
        self._pipe.send(Sent(run.job, endpoint.name, address, *visible, width, height, image, mask))

    def _hand_over(self, run: Run, result: Result, name: str, outputs: list[Block]) -> None:
        """Send every output's layer and mask."""
        from overpaint.recipe import recipe_of

        for index, output in enumerate(result.outputs):
            layer = output.layer
            pixels = write_array(self._pipe.writer, layer.pixels, name)
            shown = write_array(self._pipe.writer, layer.mask[..., None], "L8")
            outputs += [pixels, shown]
            self._pipe.send(
                Output(
                    run.job,
                    index,
                    layer.bounds.x,
                    layer.bounds.y,
                    pixels,
                    shown,
                    *result.extent,
                    result.region.original.x,
                    result.region.original.y,
                    output.seed,
                    output.seam,
                    recipe_of(result, index),
                )
            )
