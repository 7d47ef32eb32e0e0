"""The result in the document: one paint layer with a transparency mask, one undo entry.

A layer has its own colour space, sRGB, in which the pixels came; Krita composites it into a
document of any model, depth and profile. Its mask is put into it while it is attached to nothing,
which leaves no undo entry; attaching it is the one entry; pixels leave none. A locked layer shows
whichever result is looked at, and becomes the result when it is applied. A note in the document
says which layer that is, so that one which was saved undecided is taken out when it is opened.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any

from .documents import key_of, read_note, remove_note, walk, write_note
from .placement import Placement
from .qt import QtCore, owned
from .selection import selection_from
from .vendor.overpaint_bridge.runs import PanelResult
from .vendor.overpaint_bridge.wording import gettext as _

__all__ = ["DEPTHS", "SRGB", "Preview", "clear_saved", "format_for"]

SRGB = "sRGB-elle-V2-srgbtrc.icc"
NOTE = "overpaint/preview"
# Those of all dockers, each with its document: such a layer is no leftover of a file.
ALIVE: dict[str, str] = {}
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
        return self.placement.node(self._document)

    def move(self, placement: Placement) -> None:
        """Show further results elsewhere; the layer is put there with the next one."""
        here = (self.placement.anchor, self.placement.applied)
        if (placement.anchor, placement.applied) != here:
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
            # Krita has no call that refreshes less, or later.
            self._document.refreshProjection()
        else:
            self._attach(result)
        self.result = result

    def apply(self, name: str) -> Any | None:
        """Keep the layer that is shown, and return by what it is found."""
        node = self._node
        if node is not None:
            node.setName(name)
            node.setLocked(False)
        self._forget()
        return node.uniqueId() if node is not None else None

    def discard(self) -> None:
        """Remove the layer, and the canvas that was added for it."""
        if self.is_attached and self._node is not None:
            self._node.setLocked(False)
            self._node.remove()
            if self._grown_from is not None:
                self._document.resizeImage(*self._grown_from)
            self._document.refreshProjection()
        self._forget()
        self._grown_from = None

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
        """Add the layer with everything in it: Krita then composites it alone, not the picture.

        But for a group's only layer, which Krita takes for all that the group shows: beside another
        one it has to be composited as a whole, and to add that with its pixels would do so twice.
        """
        document = self._document
        self._place = (0, 0, 0, 0)
        shift = self._grow(result)
        self._format = result.pixels.format
        self._node = document.createNode(_("Overpaint: preview"), "paintlayer")
        self._node.setColorSpace("RGBA", DEPTHS[self._format], SRGB)
        self._mask = document.createTransparencyMask(_("Overpaint: mask"))
        self._node.setChildNodes([self._mask])
        parent, above = self.placement.find(document)
        others = [each for each in owned(parent.childNodes()) if not each.type().endswith("mask")]
        if len(others) > 1:
            self._fill(result, shift)
            parent.addChildNode(self._node, above)
        else:
            parent.addChildNode(self._node, above)
            self._fill(result, shift)
            document.refreshProjection()
        self._node.setLocked(True)
        name = self._node.uniqueId().toString()
        ALIVE[name] = self.placement.document
        write_note(document, NOTE, json.dumps({"layer": name, "grown_from": self._grown_from}))

    def _forget(self) -> None:
        """The layer is no preview any more."""
        if self._node is not None:
            ALIVE.pop(self._node.uniqueId().toString(), None)
            remove_note(self._document, NOTE)
        self._node = None

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


def clear_saved(document: Any) -> None:
    """Take out a preview that a document was saved with, and the canvas that was added for it."""
    try:
        note = json.loads(read_note(document, NOTE) or "{}")
        name, grown_from = note.get("layer", ""), note.get("grown_from")
    except (ValueError, AttributeError):
        return
    if not name or ALIVE.get(name) == key_of(document):
        return
    before = None
    for node in walk(document.rootNode()):
        if node.uniqueId().toString() == name:
            node.setLocked(False)
            node.remove()
            if before is not None:
                document.setActiveNode(before)
            if grown_from is not None:
                document.resizeImage(*grown_from)
            document.refreshProjection()
            break
        if not node.type().endswith("mask"):
            before = node
    remove_note(document, NOTE)
