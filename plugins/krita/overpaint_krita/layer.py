"""The result in the document: one paint layer with a transparency mask, one undo entry.

A layer has its own colour space, sRGB, in which the pixels came; Krita composites it into a
document of any model, depth and profile. Its mask is put into it while it is attached to nothing,
which leaves no undo entry; attaching it is the one entry; pixels leave none. A locked layer shows
whichever result is looked at, and becomes the result when it is applied.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from .placement import Placement
from .qt import QtCore
from .selection import selection_from
from .vendor.overpaint_bridge.runs import PanelResult
from .vendor.overpaint_bridge.wording import gettext as _

__all__ = ["DEPTHS", "SRGB", "Preview", "format_for"]

SRGB = "sRGB-elle-V2-srgbtrc.icc"
DEPTHS = {"BGRA8": "U8", "BGRA16": "U16"}


def format_for(document: Any) -> str:
    """What a layer's pixels have to be: 16 bit where the document is deeper than 8."""
    return "BGRA8" if document.colorDepth() == "U8" else "BGRA16"


class Preview:
    """The one layer that shows results in a document until one is applied."""

    def __init__(self, document: Any, placement: Placement) -> None:
        self._document = document
        self.placement = placement
        self._node: Any | None = None
        self._mask: Any | None = None
        self._format = ""
        self._place = (0, 0, 0, 0)
        self._grown_from: tuple[int, int, int, int] | None = None
        self.result: PanelResult | None = None

    @property
    def is_attached(self) -> bool:
        """False before the first result, and where a person has undone or removed the layer."""
        return (
            self._node is not None
            and self._document.nodeByUniqueID(self._node.uniqueId()) is not None
        )

    def holds(self, node: Any | None) -> bool:
        """True for the layer and for its mask."""
        own = [each.uniqueId() for each in (self._node, self._mask) if each is not None]
        return node is not None and node.uniqueId() in own

    def anchor(self) -> Any | None:
        """The layer it was put above."""
        anchor = self.placement.anchor
        return self._document.nodeByUniqueID(anchor) if anchor is not None else None

    def move(self, placement: Placement) -> None:
        """Show further results elsewhere; the layer is put there with the next one."""
        if placement.anchor != self.placement.anchor:
            self.discard()
        self.placement = placement

    def show(self, result: PanelResult) -> None:
        """Show a result instead of the one shown before.

        Raises:
            MisplacedError: the image was scaled or cropped meanwhile.
        """
        if self.is_attached and (result.pixels.format != self._format or self._grown_from):
            self.discard()
        if self.is_attached:
            self._fill(result, self.placement.shift(self._document))
        else:
            self._attach(result)
        self.result = result
        self._document.refreshProjection()

    def apply(self, name: str) -> None:
        """Keep the layer that is shown."""
        if self._node is not None:
            self._node.setName(name)
            self._node.setLocked(False)
        self._node = None

    def discard(self) -> None:
        """Remove the layer, and the canvas that was added for it."""
        if self.is_attached and self._node is not None:
            self._node.setLocked(False)
            self._node.remove()
            if self._grown_from is not None:
                self._document.resizeImage(*self._grown_from)
            self._document.refreshProjection()
        self._node = self._grown_from = None

    @contextlib.contextmanager
    def hidden(self) -> Iterator[None]:
        """Leave the layer out of the picture for the block."""
        shown = self.is_attached and self._node is not None and self._node.visible()
        if shown and self._node is not None:
            self._node.setVisible(False)
            self._document.refreshProjection()
        try:
            yield
        finally:
            if shown and self._node is not None:
                self._node.setVisible(True)
                self._document.refreshProjection()

    def _attach(self, result: PanelResult) -> None:
        """Add the layer; empty, since Krita would wait for its pixels to be composited twice."""
        document = self._document
        self._place = (0, 0, 0, 0)
        shift = self._grow(result)
        self._format = result.pixels.format
        self._node = document.createNode(_("Overpaint: preview"), "paintlayer")
        self._node.setColorSpace("RGBA", DEPTHS[self._format], SRGB)
        self._mask = document.createTransparencyMask(_("Overpaint: mask"))
        self._node.setChildNodes([self._mask])
        parent, above = self.placement.find(document)
        parent.addChildNode(self._node, above)
        self._fill(result, shift)
        self._node.setLocked(True)

    def _grow(self, result: PanelResult) -> tuple[int, int]:
        """Enlarge the canvas where an expansion needs it; how far a result has to be moved."""
        document = self._document
        shift = self.placement.shift(document)
        if result.canvas == self.placement.extent:
            return shift
        left, up = result.offset
        self._grown_from = (left, up, *self.placement.extent)
        document.resizeImage(-left, -up, *result.canvas)
        document.waitForDone()
        return (0, 0)

    def _fill(self, result: PanelResult, shift: tuple[int, int]) -> None:
        """Put a result's pixels and mask into the layer, whatever was there before."""
        pixels, mask = result.pixels, result.mask
        across, down = shift
        place = (result.x + across, result.y + down, pixels.width, pixels.height)
        node = self._node
        if node is None or self._mask is None:
            return
        if self._place != place and self._place[2]:
            size = len(pixels.data) // (pixels.width * pixels.height)
            empty = QtCore.QByteArray(self._place[2] * self._place[3] * size, b"\0")
            node.setPixelData(empty, *self._place)
        node.setPixelData(QtCore.QByteArray(pixels.data), *place)
        self._mask.setSelection(selection_from(mask.data, *place))
        self._place = place
