"""Recovered results: made for a picture that may be closed, by an editor that may be another."""

from __future__ import annotations

from typing import Any

from krita import Krita

from .documents import key_of
from .layer import DEPTHS, SRGB
from .vendor.overpaint_bridge.runs import PanelResult
from .vendor.overpaint_bridge.settings import SIDES
from .vendor.overpaint_bridge.wording import gettext as _

__all__ = ["expands", "fits", "open_apart"]


def expands(result: PanelResult, extent: tuple[int, int]) -> bool:
    """True where a result enlarges a canvas of this size by as much as was asked for."""
    left, up = result.offset
    right = result.canvas[0] - left - extent[0]
    down = result.canvas[1] - up - extent[1]
    asked = result.recipe.request()
    grown = dict(zip(SIDES, (left, right, up, down), strict=True))
    return any(grown.values()) and all((asked.get(side) or 0) == grown[side] for side in SIDES)


def fits(result: PanelResult, document: Any | None) -> bool:
    """True where a result can be put into a document without changing what it was made for."""
    if document is None:
        return False
    extent = (document.width(), document.height())
    return result.canvas == extent or expands(result, extent)


def open_apart(result: PanelResult) -> Any:
    """Open a picture as large as the one a result was made for, empty but for what comes in."""
    depth = DEPTHS[result.pixels.format]
    document = Krita.instance().createDocument(
        *result.canvas, _("Overpaint"), "RGBA", depth, SRGB, 72.0
    )
    window = Krita.instance().activeWindow()
    if window is not None:
        window.addView(document)
    result.run.document = key_of(document)
    return document
