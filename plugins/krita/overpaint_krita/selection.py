"""What is selected: the global selection, or the active layer's own selection mask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from krita import Selection

from .qt import QtCore, owned
from .vendor.overpaint_bridge.wording import gettext as _

__all__ = ["Area", "UnselectedError", "area_of", "selection_from", "whole"]


class UnselectedError(Exception):
    """Nothing that could be painted is selected; the message says what to do."""


@dataclass(frozen=True)
class Area:
    """A selection at one moment, and its bounds within the canvas."""

    selection: Any
    x: int
    y: int
    width: int
    height: int

    @property
    def bounds(self) -> tuple[int, int, int, int]:
        """Left, top, width, height."""
        return (self.x, self.y, self.width, self.height)

    def mask(self, x: int, y: int, width: int, height: int) -> bytes:
        """The selection over a part of the canvas, a byte a pixel, 255 = paint here."""
        return bytes(self.selection.pixelData(x, y, width, height))


def area_of(document: Any, node: Any | None) -> Area:
    """Take what is selected in a document.

    Args:
        document: an open document.
        node: the active layer; its own selection mask counts where nothing is selected globally.

    Raises:
        UnselectedError: nothing is selected, or nothing inside the canvas.
    """
    selection = document.selection()
    if selection is None or not (selection.width() and selection.height()):
        selection = _local(node)
    if selection is None:
        raise UnselectedError(
            _("Nothing is selected. Select what should be painted, or use Expand.")
        )
    canvas = QtCore.QRect(0, 0, document.width(), document.height())
    bounds = QtCore.QRect(selection.x(), selection.y(), selection.width(), selection.height())
    inside = bounds.intersected(canvas)
    if inside.isEmpty():
        raise UnselectedError(_("The selection lies outside the canvas. Select something inside."))
    return Area(selection.duplicate(), inside.x(), inside.y(), inside.width(), inside.height())


def whole(document: Any) -> Any:
    """A selection of the whole canvas."""
    selection = Selection()
    selection.select(0, 0, document.width(), document.height(), 255)
    return selection


def selection_from(data: bytes, x: int, y: int, width: int, height: int) -> Any:
    """A soft selection from bytes, 255 = selected."""
    selection = Selection()
    selection.setPixelData(QtCore.QByteArray(data), x, y, width, height)
    return selection


def _local(node: Any | None) -> Any | None:
    """The selection mask of a layer or, where that is a mask itself, of its layer."""
    while node is not None and node.type().endswith("mask") and node.type() != "selectionmask":
        node = node.parentNode()
    if node is None:
        return None
    masks = [node] if node.type() == "selectionmask" else owned(node.childNodes())
    for mask in masks:
        if mask.type() == "selectionmask" and mask.visible():
            selection = mask.selection()
            if selection is not None and selection.width() and selection.height():
                return selection
    return None
