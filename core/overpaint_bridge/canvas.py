"""What an editor's picture must offer to be painted on."""

from __future__ import annotations

from typing import Protocol

from .errors import CanvasGone
from .pixels import Pixels

__all__ = ["Canvas", "CanvasGone"]


class Canvas(Protocol):
    """An editor's picture, as one run sees it."""

    @property
    def extent(self) -> tuple[int, int]:
        """Width and height of the canvas."""

    @property
    def hole(self) -> tuple[int, int, int, int] | None:
        """x, y, width and height of the selection on it; None where nothing is selected."""

    @property
    def document(self) -> str:
        """What tells it from the editor's other pictures, as long as it is open."""

    @property
    def layer_format(self) -> str:
        """The pixel format results come in; "" = the one it is read in."""

    def read(self, x: int, y: int, width: int, height: int) -> tuple[Pixels, Pixels | None]:
        """Read a part of the picture, and the selection there (L8, 255 = paint here).

        Raises:
            CanvasGone: the picture was closed.
        """
