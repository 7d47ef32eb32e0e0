"""One job: raw pixels to arrays, the client, and its result to raw pixels."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from overpaint.driving import carried_out, done_or_undone
from overpaint_bridge.errors import ProtocolError
from overpaint_bridge.pixels import FORMATS, Block
from overpaint_bridge.protocol import (
    Accepted,
    Deliver,
    Done,
    Hello,
    Output,
    PixelsRead,
    Progress,
    Run,
    Sent,
)

from .clients import Clients
from .formats import format_for, read_array, write_array
from .pipe import HostGone, Pipe
from .regions import Regions

if TYPE_CHECKING:
    from overpaint.async_client import AsyncClient
    from overpaint.job import Job
    from overpaint.journal import Entry, Taken
    from overpaint.lifecycle import Listener
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
        self._clients = Clients()
        self._paid: dict[str, Entry | None] = {}
        self._copying: dict[str, Entry] = {}
        self._shown: dict[str, Entry] = {}
        self._regions = Regions(pipe)
        self._writer = ThreadPoolExecutor(1, "journal")
        self._writes: set[asyncio.Future[None]] = set()
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
        async with self._clients.lent(run.endpoint) as client:
            return await self._painted(client, run, outputs)

    async def _painted(self, client: AsyncClient, run: Run, outputs: list[Block]) -> Done:
        """Paint one job by a client; see `paint`."""
        if not client.endpoint.is_embedded:
            self._paid[run.job] = None
        job, name = await self._prepared(client, run)
        self._tell_what_is_sent(client, run, job, outputs)
        if run.dry_run:
            return Done(run.job, list(job.ask.ignored))

        name = run.layer_format or name
        entry = await self._written_down(client, run, job, name)
        if run.job in self._paid:
            self._paid[run.job] = entry
        try:
            result = await client.paint(job, entry=entry, on_progress=self._listener(run.job))
            return await self._finish(run.job, result, name, entry, outputs)
        except BaseException:
            await carried_out(entry.let_go)
            raise

    async def deliver(self, deliver: Deliver, outputs: list[Block]) -> Done:
        """Hand a result over that an earlier worker's host never got.

        Raises:
            OverpaintError: there is none of that name, or it can't be had.
            BridgeError: there is no such pixel format.
            HostGone: nobody listens any more.
        """
        from overpaint.async_client import AsyncClient
        from overpaint.settings import endpoint_again

        from .leftovers import taken_up

        # Canceled meanwhile it is let go again, or nobody else could have it until we end.
        taken = await done_or_undone(
            partial(taken_up, deliver.id), lambda taken: taken.entry.let_go()
        )
        try:
            name = self._format_of(deliver, taken)
            endpoint = await asyncio.to_thread(
                endpoint_again, taken.row.endpoint, taken.row.base_url
            )
            self._paid[deliver.job] = taken.entry
            async with AsyncClient(endpoint) as client:
                result = await client.resume(taken, on_progress=self._listener(deliver.job))
            return await self._finish(deliver.job, result, name, taken.entry, outputs)
        except BaseException:
            await carried_out(taken.entry.let_go)
            raise

    def copied(self, job: str) -> None:
        """The host has copied a job's outputs; it may still die with them."""
        entry = self._copying.pop(job, None)
        if entry is not None and entry.id:
            self._shown[entry.id] = entry
            self._write(entry.shown)

    def settled(self, job_id: str) -> bool:
        """The person has decided about a job's results; False for one of another worker's."""
        entry = self._shown.pop(job_id, None)
        if entry is not None:
            host = self.host.host if self.host else ""
            self._write(partial(entry.delivered, *([host] if entry.is_taken_up and host else [])))
        return entry is not None

    def charged(self, run: Run | Deliver) -> str:
        """Whether a job that brought no result may cost something: `no` or `maybe`.

        What an error or a cancellation leaves open may have cost something.
        """
        entry = self._paid.pop(run.job, None)
        if entry is None:
            # Nothing had been sent of a run; of what another worker began nobody knows.
            return "no" if isinstance(run, Run) else "maybe"
        return "no" if entry.is_free or entry.was_refused else "maybe"

    def retire_clients(self) -> None:
        """Let the next jobs have new clients: an address, a key or the default has changed."""
        self._clients.retire()

    async def written(self) -> None:
        """Wait until the journal has what it was told."""
        if self._writes:
            await asyncio.wait(set(self._writes))

    async def close(self) -> None:
        """Close every connection."""
        await self._clients.close()

    def _write(self, deed: Callable[[], None]) -> None:
        """Write into the journal, one after the other; a slow disk does not hold the loop up."""
        writing = asyncio.get_running_loop().run_in_executor(self._writer, deed)
        self._writes.add(writing)
        writing.add_done_callback(self._writes.discard)

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

    async def _written_down(self, client: AsyncClient, run: Run, job: Job, name: str) -> Entry:
        """Write the job down, and tell the host what it is called there."""
        from overpaint.journal import Asker

        host = self.host.host if self.host else ""
        entry = await client.begin(job, Asker(host, run.document, name))
        try:
            if entry.id:
                self._pipe.send(Accepted(run.job, entry.id))
        except HostGone:
            await carried_out(entry.canceled)
            raise
        return entry

    def _listener(self, job: str) -> Listener:
        """Tells the host how far a job is."""

        def tell(step: Step) -> None:
            # A host that has gone ends the pipe, and that cancels the job with all it has created.
            with contextlib.suppress(HostGone):
                self._pipe.send(Progress(job, step.stage, step.fraction, step.message))

        return tell

    def _format_of(self, deliver: Deliver, taken: Taken) -> str:
        """What this host wants a result in that another one may have asked for.

        Raises:
            ProtocolError: there is no such format.
        """
        if deliver.layer_format:
            return format_for("", deliver.layer_format, is_gray=False)
        is_gray = taken.job.document.color_channels == 1
        host = self.host.host if self.host else ""
        return format_for(host, taken.row.layer_format, is_gray=is_gray)

    async def _finish(
        self, job: str, result: Result, name: str, entry: Entry, outputs: list[Block]
    ) -> Done:
        """Hand over, and wait to hear that it has arrived."""
        # Canceled meanwhile, it ends first: what is written later would be nobody's to release.
        await carried_out(self._hand_over, job, result, name, outputs)
        self._copying[job] = entry
        self._paid.pop(job, None)
        return Done(job, list(result.ignored), result.outputs[0].seam)

    def _tell_what_is_sent(
        self, client: AsyncClient, run: Run, job: Job, outputs: list[Block]
    ) -> None:
        """Show the person what leaves, before anything does."""
        from overpaint.job import shortened

        endpoint, visible = client.endpoint, job.plan.visible
        image = write_array(self._pipe.writer, job.seen, "RGB8")
        outputs.append(image)
        mask = None
        if job.shown is not None:
            mask = write_array(self._pipe.writer, job.shown[..., None], "L8")
            outputs.append(mask)
        address = "" if endpoint.is_embedded else urlsplit(endpoint.base_url).netloc
        height, width = job.seen.shape[:2]
        asked = {n: shortened(value) for n, value in job.ask.input.items() if value is not None}
        where = (endpoint.name, address, *visible, width, height)
        self._pipe.send(Sent(run.job, *where, image, mask, job.ask.version, asked))

    def _hand_over(self, job: str, result: Result, name: str, outputs: list[Block]) -> None:
        """Send every output's layer and mask."""
        from overpaint.recipe import recipe_of

        for index, output in enumerate(result.outputs):
            layer = output.layer
            pixels = write_array(self._pipe.writer, layer.pixels, name)
            shown = write_array(self._pipe.writer, layer.mask[..., None], "L8")
            outputs += [pixels, shown]
            self._pipe.send(
                Output(
                    job,
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
