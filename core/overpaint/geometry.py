"""Where things are: sizes, rectangles, and the plan for what the model gets to see."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Bounds", "Extent"]


class Extent(NamedTuple):
    """A size in pixels."""

    width: int
    height: int


class Bounds(NamedTuple):
    """A rectangle in pixels; `x` and `y` may be negative (left of or above the canvas)."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column past it."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row past it."""
        return self.y + self.height

    @property
    def extent(self) -> Extent:
        """Its size."""
        return Extent(self.width, self.height)
