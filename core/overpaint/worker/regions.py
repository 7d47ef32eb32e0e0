"""Two-step pixels: the host says how large its canvas is, and is asked for the part that counts."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeAlias

from overpaint.errors import InputError
from overpaint_bridge.errors import ProtocolError
from overpaint_bridge.protocol import Needs, PixelsRead, Run

from .formats import read_array
from .pipe import Pipe

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from overpaint.async_client import AsyncClient
    from overpaint.geometry import Bounds
    from overpaint.region import Region
    from overpaint.request import PaintRequest

    Array: TypeAlias = NDArray[np.uint8]

__all__ = ["Regions"]


class Regions:
    """Asks for pixels, and takes them when they come."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._asked: dict[str, asyncio.Future[PixelsRead]] = {}

    def give(self, pixels: PixelsRead) -> None:
        """Take what a job asked for; nobody's are ignored."""
        asked = self._asked.get(pixels.job)
        if asked is not None and not asked.done():
            asked.set_result(pixels)

    async def read(
        self, client: AsyncClient, request: PaintRequest, run: Run
    ) -> tuple[Region, Array, Array | None, str]:
        """Plan by sizes, and read what the plan needs.

        An editor may know the selection's bounds roughly only; the plan is made from those of the
        pixels, as it would be from the whole picture.

        Returns:
            The region, its picture and mask, and the format the picture came in.
        """
        from overpaint import masks
        from overpaint.geometry import Bounds, Extent

        if run.canvas is None or len(run.canvas) != 2 or min(run.canvas) <= 0:
            raise ProtocolError("A run comes with its pixels, or with the canvas's size.")
        extent = Extent(*run.canvas)
        hole = _hole(request, run, extent)
        read = Bounds(0, 0, 0, 0)
        image: Array
        mask: Array | None
        while True:
            region = await client.plan(request, extent, hole)
            if not read.contains(region.needed) or read.is_empty:
                read = region.needed
                image, mask, name = await self._ask(run.job, read)
            if hole is None:
                return region, image, None, name
            if mask is None:
                raise ProtocolError("The selection's pixels were left out.")
            tight = masks.bounds(masks.invert(mask) if request.invert_mask else mask)
            if tight is None:
                raise InputError(
                    "The selection is empty there.", hint="Select what to paint.", field="mask"
                )
            tight = tight.moved(read.x, read.y)
            if tight == hole:
                here = region.needed.moved(-read.x, -read.y).slices
                return region, image[here], mask[here], name
            hole = tight

    async def _ask(self, job: str, bounds: Bounds) -> tuple[Array, Array | None, str]:
        """Ask the host for a region and wait for it."""
        asked = self._asked[job] = asyncio.get_running_loop().create_future()
        try:
            self._pipe.send(Needs(job, *bounds))
            came = await asked
        finally:
            del self._asked[job]
        blocks = [came.image] if came.mask is None else [came.image, came.mask]
        if any((block.width, block.height) != bounds.extent for block in blocks):
            size = f"{came.image.width} × {came.image.height}"
            raise ProtocolError(f"{bounds.extent} pixels were needed, {size} came.")
        image = read_array(self._pipe.reader, came.image)
        mask = None if came.mask is None else read_array(self._pipe.reader, came.mask)[..., 0]
        return image, mask, came.image.format


def _hole(request: PaintRequest, run: Run, extent: tuple[int, int]) -> Bounds | None:
    """The selection's bounds as the host knows them, within the canvas."""
    from overpaint.geometry import Bounds

    everything = Bounds(0, 0, *extent)
    if request.is_outpaint:
        return None
    if run.hole is None:
        raise InputError(
            "Nothing is selected, so nothing says where to paint.",
            hint="Select something, or expand the canvas.",
            field="mask",
        )
    if len(run.hole) != 4:
        raise ProtocolError("A selection's bounds are four numbers.")
    if request.invert_mask:
        return everything
    return Bounds(*run.hole).intersection(everything)
