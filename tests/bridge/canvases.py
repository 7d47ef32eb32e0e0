"""A picture in memory that can be painted on, as an editor's would be."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from overpaint_bridge.panel import CanvasGone
from overpaint_bridge.session import Pixels


def packed(array: NDArray[np.uint8], name: str) -> Pixels:
    return Pixels(np.ascontiguousarray(array).tobytes(), array.shape[1], array.shape[0], name)


def unpacked(pixels: Pixels) -> NDArray[np.uint8]:
    return np.frombuffer(pixels.data, np.uint8).reshape(pixels.height, pixels.width, -1)


@dataclass
class PictureCanvas:
    """Gives out parts of an array, and remembers which were asked for."""

    picture: NDArray[np.uint8]
    selection: NDArray[np.uint8] | None
    hole: tuple[int, int, int, int] | None = None
    document: str = "picture-1"
    layer_format: str = ""
    is_open: bool = True
    asked: list[tuple[int, int, int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.hole is None and self.selection is not None:
            rows, columns = np.nonzero(self.selection)
            left, up = int(columns.min()), int(rows.min())
            self.hole = (left, up, int(columns.max()) - left + 1, int(rows.max()) - up + 1)

    @property
    def extent(self) -> tuple[int, int]:
        return self.picture.shape[1], self.picture.shape[0]

    def read(self, x: int, y: int, width: int, height: int) -> tuple[Pixels, Pixels | None]:
        self.asked.append((x, y, width, height))
        if not self.is_open:
            raise CanvasGone("The picture was closed.")
        here = slice(y, y + height), slice(x, x + width)
        name = {1: "L8", 3: "RGB8", 4: "RGBA8"}[self.picture.shape[2]]
        mask = None if self.selection is None else packed(self.selection[here], "L8")
        return packed(self.picture[here], name), mask
