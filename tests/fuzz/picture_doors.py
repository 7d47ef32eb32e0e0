"""Pictures and masks: from files, from servers, and the whole way through a request."""

from __future__ import annotations

from dataclasses import dataclass

import hypothesis.strategies as st
import numpy as np
from PIL import Image

from overpaint import masks
from overpaint.encoding import decode_data_uri, decode_output
from overpaint.geometry import Extent
from overpaint.images import read_mask, read_picture, to_pillow
from overpaint.job import prepare
from overpaint.models import adapter_for
from overpaint.models.catalogue import FILL_VERSION
from overpaint.request import PaintRequest
from overpaint.server.pictures import check_picture

from .door import Finding, raw, refusals, structured
from .pictures import encoded, samples

__all__ = ["DOORS"]


def read(content: bytes) -> None:
    """As a file's picture, as a mask, as a model's answer, and as the server looks at it."""
    with refusals():
        picture = read_picture(content)
        if picture.pixels.dtype.kind != "u" or 0 in picture.pixels.shape:
            raise Finding(f"{picture.pixels.dtype} {picture.pixels.shape} is no picture")
        to_pillow(picture)
    with refusals():
        read_mask(content, Extent(9, 7))
    with refusals():
        if decode_output(content).shape[2] != 3:
            raise Finding("an answer has three channels")
    with refusals():
        check_picture(content, 64_000_000, "image")


def unwrap(content: bytes) -> None:
    """As a data URI."""
    with refusals():
        decode_data_uri(content.decode("latin-1"))


@dataclass(frozen=True)
class Selection:
    """A picture and a mask that may not fit it."""

    size: tuple[int, int]
    mode: str
    mask_size: tuple[int, int]
    mask_mode: str
    shape: str
    inverted: bool
    sides: tuple[int, int]


SIDE = st.sampled_from((1, 2, 3, 8, 17, 64))
SIZE = st.tuples(SIDE, SIDE)
SELECTIONS = SIZE.flatmap(
    lambda size: st.builds(
        Selection,
        size=st.just(size),
        mode=st.sampled_from(("1", "L", "LA", "P", "RGB", "RGBA", "CMYK")),
        mask_size=st.one_of(st.just(size), st.just(size), SIZE),
        mask_mode=st.sampled_from(("1", "L", "LA", "P", "RGB", "RGBA")),
        shape=st.sampled_from(("empty", "full", "dot", "alpha only", "grey")),
        inverted=st.booleans(),
        sides=st.sampled_from(((0, 0), (0, 0), (3, 0), (300, 300))),
    )
)


def select(given: Selection) -> None:
    """Prepare a request with it; what the mask keeps must be kept."""
    kind = "TIFF" if given.mode == "CMYK" else "PNG"
    photo = encoded(Image.linear_gradient("L").resize(given.size).convert(given.mode), kind)
    with refusals():
        request = PaintRequest.read(
            {"invert_mask": given.inverted, "left": given.sides[0], "up": given.sides[1]}
        )
        mask = None if request.is_outpaint and given.shape == "empty" else drawn(given)
        job = prepare(request, photo, mask, adapter=adapter_for(FILL_VERSION), version=FILL_VERSION)
        if masks.bounds(job.mask) is None or not np.any(job.shown):
            raise Finding("nothing to paint was taken for something")


def drawn(given: Selection) -> bytes:
    """The mask, encoded."""
    grey = Image.new("L", given.mask_size, {"full": 255, "grey": 128}.get(given.shape, 0))
    if given.shape == "dot":
        grey.putpixel((0, 0), 255)
    if given.shape != "alpha only":
        return encoded(grey.convert(given.mask_mode), "PNG")
    clear = Image.new("RGBA", given.mask_size, (0, 0, 0, 0))
    clear.putpixel((0, 0), (0, 0, 0, 255))
    return encoded(clear, "PNG")


def seeds() -> list[bytes]:
    """One picture of each kind that is small enough for a fuzzer."""
    return [content for _, content in samples() if len(content) < 1000]


DOORS = (
    raw("picture", read, seeds, longest=2048),
    raw("data URI", unwrap, lambda: [b"data:image/png;base64,iVBORw0K", b"data:;base64,"]),
    structured("mask", SELECTIONS, select),
)
