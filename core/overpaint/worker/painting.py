"""One job: raw pixels to arrays, the client, and its result to raw pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from overpaint_bridge.pixels import FORMATS, Block
from overpaint_bridge.protocol import Done, Output, Progress, Run

from .pipe import Pipe

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from overpaint.client import AsyncClient
    from overpaint.lifecycle import Progress as Step

__all__ = ["Painter"]


class Painter:
    """Paints a session's jobs, one client an endpoint."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._clients: dict[str | None, AsyncClient] = {}

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
        from overpaint.request import PaintRequest

        request = PaintRequest.read(run.request)
        image = self._array(run.image)
        mask = None if run.mask is None else self._array(run.mask)[..., 0]

        def tell(step: Step) -> None:
            self._pipe.send(Progress(run.job, step.stage, step.fraction, step.message))

        client = self._client(run.endpoint)
        result = await client.inpaint(image, mask, request=request, on_progress=tell)
        for index, output in enumerate(result.outputs):
            layer = output.layer
            pixels = self._block(_as(layer.pixels, run.image.format), run.image.format)
            shown = self._block(layer.mask[..., None], "L8")
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
                    seed=output.seed,
                    seam=output.seam,
                )
            )
        return Done(run.job, list(result.ignored), result.outputs[0].seam)

    def charged(self, run: Run, stop: BaseException) -> str:
        """Whether a canceled job may cost something: `no` or `maybe`.

        The client notes on the cancellation what became of the prediction; without a note none
        was created.
        """
        client = self._clients.get(run.endpoint)
        free = client is None or client.endpoint.is_embedded
        return "no" if free or not getattr(stop, "__notes__", ()) else "maybe"

    async def close(self) -> None:
        """Close every connection."""
        for client in self._clients.values():
            await client.close()

    def _client(self, endpoint: str | None) -> AsyncClient:
        if endpoint not in self._clients:
            from overpaint.client import AsyncClient
            from overpaint.settings import endpoint_named

            self._clients[endpoint] = AsyncClient(endpoint_named(endpoint))
        return self._clients[endpoint]

    def _array(self, block: Block) -> NDArray[np.uint8]:
        """(height, width, channels) uint8, RGB order."""
        import numpy as np

        channels, _ = FORMATS[block.format]
        flat = np.frombuffer(self._pipe.reader.read(block), np.uint8)
        array = flat.reshape(block.height, block.width, channels)
        return array[..., [2, 1, 0, 3]] if block.format == "BGRA8" else array

    def _block(self, pixels: NDArray[np.uint8], name: str) -> Block:
        import numpy as np

        height, width = pixels.shape[:2]
        data: Any = np.ascontiguousarray(pixels).data
        return self._pipe.writer.write(data, width=width, height=height, format=name)


def _as(pixels: NDArray[np.uint8], name: str) -> NDArray[np.uint8]:
    """Bring (height, width, 1 or 3) to a pixel format, opaque."""
    import numpy as np

    channels, _ = FORMATS[name]
    if name == "BGRA8":
        pixels = pixels[..., ::-1]
    if channels in (2, 4):
        opaque = np.full((*pixels.shape[:2], 1), 255, np.uint8)
        return np.concatenate([pixels, opaque], axis=2)
    return pixels
