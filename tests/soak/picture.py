"""Small pictures that say whose they are."""

from __future__ import annotations

import base64
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

__all__ = ["Marked"]

SIDE = 24
HOLE = slice(8, 16)


class Marked:
    """The picture of one client's one run: its pixels outside the hole are nobody else's."""

    def __init__(self, client: int, turn: int) -> None:
        chance = np.random.default_rng((client, turn))
        self.pixels: NDArray[np.uint8] = chance.integers(0, 256, (SIDE, SIDE, 3), np.uint8)
        self.hole = np.zeros((SIDE, SIDE), np.uint8)
        self.hole[HOLE, HOLE] = 255

    def input(self) -> dict[str, str]:
        """What is sent."""
        return {"image": _uri(self.pixels), "mask": _uri(self.hole)}

    def came_back(self, content: bytes) -> bool:
        """Whether this is the answer to it: its own pixels around a hole that is filled."""
        answer = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
        outside = self.hole == 0
        return answer.shape == self.pixels.shape and bool(
            (answer[outside] == self.pixels[outside]).all()
        )


def _uri(pixels: NDArray[np.uint8]) -> str:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
