"""Paint laid over an original without touching it: inpainting and outpainting.

    import overpaint

    result = overpaint.inpaint("photo.png", "mask.png", prompt="a wooden bench")
    result.image.save("bench.png")

With no endpoint configured, the built-in engine fills from the surroundings, off-line and keyless.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from overpaint_bridge import __version__

if TYPE_CHECKING:
    from typing import Unpack

    from .async_client import AsyncClient
    from .client import Client
    from .endpoints import Endpoint
    from .errors import OverpaintError
    from .fields import PaintFields
    from .images import Source
    from .lifecycle import Patience, Progress
    from .predictions import Prediction, PredictionList, Status
    from .request import PaintRequest
    from .results import Output, Result

__all__ = [
    "AsyncClient",
    "Client",
    "Endpoint",
    "Output",
    "OverpaintError",
    "PaintRequest",
    "Patience",
    "Prediction",
    "PredictionList",
    "Progress",
    "Result",
    "Status",
    "__version__",
    "inpaint",
    "outpaint",
]

# Where each name lives. A room loads when a name of it is first used: a worker says that it is
# ready in a tenth of the time that loading all of them takes.
ROOMS = {
    "AsyncClient": "async_client",
    "Client": "client",
    "Endpoint": "endpoints",
    "Output": "results",
    "OverpaintError": "errors",
    "PaintRequest": "request",
    "Patience": "lifecycle",
    "Prediction": "predictions",
    "PredictionList": "predictions",
    "Progress": "lifecycle",
    "Result": "results",
    "Status": "predictions",
}


def __getattr__(name: str) -> object:
    """Load the room a public name lives in."""
    if name not in ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(f".{ROOMS[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


def inpaint(image: Source, mask: Source, **fields: Unpack[PaintFields]) -> Result:
    """Fill the mask at the configured endpoint; see `Client.inpaint`.

    Raises:
        OverpaintError: see `overpaint.errors`.
    """
    from .client import Client

    with Client() as client:
        return client.inpaint(image, mask, **fields)


def outpaint(image: Source, **fields: Unpack[PaintFields]) -> Result:
    """Grow the canvas at the configured endpoint; see `Client.outpaint`.

    Raises:
        OverpaintError: see `overpaint.errors`.
    """
    from .client import Client

    with Client() as client:
        return client.outpaint(image, **fields)
