"""What the prediction server asks of whatever paints."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class PaintCanceled(Exception):  # noqa: N818  it is an order to stop, not a fault
    """Raised by `Progress` inside the engine when the prediction was canceled."""


class Progress(Protocol):
    """Tells how far an engine is; the engine calls it between its stages and steps.

    Raises:
        PaintCanceled: the prediction was canceled; let it pass through.
    """

    def __call__(self, stage: str, fraction: float) -> None:
        """Report that `stage` (a word or two for a person) begins, and 0 to 1 of all is done."""


@dataclass(frozen=True, slots=True)
class Painting:
    """One picture to paint.

    Attributes:
        image: (height, width, 3) uint8, sRGB. What lies under the mask has no meaning.
        mask: (height, width) bool, True = paint here. At least one pixel is True.
        seed: 0 to 2**32 - 1. The same painting with the same seed gives the same bytes.
        prompt: what should be there; empty = whatever the surroundings suggest.
        settings: the model's other inputs by their wire names (num_inference_steps, …).
    """

    image: NDArray[np.uint8]
    mask: NDArray[np.bool_]
    seed: int
    prompt: str = ""
    settings: dict[str, object] = field(default_factory=dict)


class Engine(Protocol):
    """Paints one picture at a time, in a thread of the server's; keeps no state between them."""

    @property
    def name(self) -> str:
        """The name given to `overpaint serve --engine`."""

    @property
    def reads(self) -> frozenset[str]:
        """The wire names of the inputs that change what it paints; it ignores the others."""

    def paint(self, painting: Painting, progress: Progress) -> NDArray[np.uint8]:
        """Return (height, width, 3) uint8: the image, painted where the mask is True.

        Where the mask is False the result equals `painting.image`.

        Raises:
            ImageError: it can't paint this picture; the sentence becomes the prediction's error.
            PaintCanceled: `progress` said so.
        """
