"""Paint laid over an original without touching it: inpainting and outpainting.

    import overpaint

    result = overpaint.inpaint("photo.png", "mask.png", prompt="a wooden bench")
    result.image.save("bench.png")

With no endpoint configured, the engine inside fills from the surroundings, off-line and keyless.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from overpaint_bridge import __version__

from .client import AsyncClient, Client
from .endpoints import Endpoint
from .errors import OverpaintError
from .lifecycle import Patience, Progress
from .predictions import Prediction, PredictionList, Status
from .request import PaintRequest

if TYPE_CHECKING:
    from .fields import PaintFields
    from .images import Source
    from .results import Result

__all__ = [
    "AsyncClient",
    "Client",
    "Endpoint",
    "OverpaintError",
    "PaintRequest",
    "Patience",
    "Prediction",
    "PredictionList",
    "Progress",
    "Status",
    "__version__",
    "inpaint",
    "outpaint",
]


def inpaint(image: Source, mask: Source, **fields: Unpack[PaintFields]) -> Result:
    """Fill the mask at the configured endpoint; see `Client.inpaint`.

    Raises:
        OverpaintError: see `overpaint.errors`.
    """
    with Client() as client:
        return client.inpaint(image, mask, **fields)


def outpaint(image: Source, **fields: Unpack[PaintFields]) -> Result:
    """Grow the canvas at the configured endpoint; see `Client.outpaint`.

    Raises:
        OverpaintError: see `overpaint.errors`.
    """
    with Client() as client:
        return client.outpaint(image, **fields)
