"""Between a mapped file's bytes and arrays: channel orders, and 8 bits lifted to 16."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from overpaint_bridge.errors import ProtocolError
from overpaint_bridge.pixels import FORMATS, Block, PixelReader, PixelWriter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["read_array", "write_array"]

# From 0 to 255 to 0 to 65535, both ends exactly.
STEP = 257


def read_array(reader: PixelReader, block: Block) -> NDArray[np.uint8]:
    """Read a picture as (height, width, channels) uint8, RGB order.

    Raises:
        ProtocolError: it is not there, or not of 8 bits.
    """
    import numpy as np

    channels, size = FORMATS[block.format]
    if size != 1:
        raise ProtocolError(f"Pictures come with 8 bits a channel, not as {block.format}.")
    flat = np.frombuffer(reader.read(block), np.uint8)
    array = flat.reshape(block.height, block.width, channels)
    return array[..., [2, 1, 0, 3]] if block.format == "BGRA8" else array


def write_array(writer: PixelWriter, pixels: NDArray[np.uint8], name: str) -> Block:
    """Write a picture in a format, opaque where that has an alpha channel.

    Args:
        writer: of the mapped file.
        pixels: (height, width, 1 or 3) uint8; 1 goes into gray and colour alike.
        name: of the format.
    """
    import numpy as np

    channels, size = FORMATS[name]
    if channels > 2 and pixels.shape[2] == 1:
        pixels = np.repeat(pixels, 3, axis=2)
    if name.startswith("BGR"):
        pixels = pixels[..., ::-1]
    deep: NDArray[Any] = pixels if size == 1 else lifted(pixels)
    if channels in (2, 4):
        opaque = np.full((*pixels.shape[:2], 1), np.iinfo(deep.dtype).max, deep.dtype)
        deep = np.concatenate([deep, opaque], axis=2)
    height, width = pixels.shape[:2]
    data: Any = np.ascontiguousarray(deep).data
    return writer.write(data, width=width, height=height, format=name)


def lifted(pixels: NDArray[np.uint8]) -> NDArray[np.uint16]:
    """Lift 8 bits to 16, each value spread over its own step, so that no step shows as a band.

    The same for the same size; rounded back to 8 bits it is what it was.
    """
    import numpy as np

    random = np.random.default_rng(0)
    # One value for all channels of a pixel: a shift of lightness is less seen than one of hue.
    noise = random.integers(-(STEP // 2), STEP // 2 + 1, (*pixels.shape[:2], 1), np.int32)
    deep: NDArray[np.int32] = np.clip(pixels.astype(np.int32) * STEP + noise, 0, 65535)
    return deep.astype(np.uint16)
