"""Between a mapped file's bytes and arrays: channel orders, and 8 bits lifted to 16."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from overpaint_bridge.errors import ProtocolError
from overpaint_bridge.pixels import FORMATS, Block, PixelReader, PixelWriter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["format_for", "read_array", "write_array"]

# What a host's layers are made of, whoever asked for the result that goes into one.
ORDERS = {"gimp": "RGBA", "krita": "BGRA"}


def format_for(host: str, asked: str, *, is_gray: bool) -> str:
    """The pixel format a recovered result goes to a host in.

    Args:
        host: its name.
        asked: the format its run asked for; "" where that was no editor's.
        is_gray: it has one channel of colour.

    Raises:
        ProtocolError: there is no such format.
    """
    if asked and asked not in FORMATS:
        raise ProtocolError(f"There is no pixel format called {asked}.")
    order = ORDERS.get(host)
    if order is None:
        return asked or ("LA8" if is_gray else "RGBA8")
    depth = 8 * FORMATS[asked][1] if asked else 8
    return f"{order}{depth}"


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

    from overpaint.depth import dithered

    channels, size = FORMATS[name]
    if channels > 2 and pixels.shape[2] == 1:
        pixels = np.repeat(pixels, 3, axis=2)
    if name.startswith("BGR"):
        pixels = pixels[..., ::-1]
    deep: NDArray[Any] = pixels if size == 1 else dithered(pixels)
    if channels in (2, 4):
        opaque = np.full((*pixels.shape[:2], 1), np.iinfo(deep.dtype).max, deep.dtype)
        deep = np.concatenate([deep, opaque], axis=2)
    height, width = pixels.shape[:2]
    data: Any = np.ascontiguousarray(deep).data
    return writer.write(data, width=width, height=height, format=name)
