"""A document as a job sees it: its size, its selection, and its pixels when they are asked for."""

from __future__ import annotations

import contextlib
from typing import Any

from .documents import find, key_of
from .layer import Preview, format_for
from .placement import Placement
from .selection import Area
from .source import read_layer, read_visible
from .vendor.overpaint_bridge.errors import CanvasGone
from .vendor.overpaint_bridge.session import Pixels
from .vendor.overpaint_bridge.wording import gettext as _

__all__ = ["KritaCanvas"]


class KritaCanvas:
    """One document at the moment a job was started."""

    def __init__(
        self,
        document: Any,
        *,
        area: Area | None,
        node: Any | None,
        layer_only: bool = False,
        preview: Preview | None = None,
    ) -> None:
        """Remember what a job needs of a document.

        Args:
            document: an open document.
            area: what is selected; None to expand.
            node: the active layer.
            layer_only: read that layer's pixels, not what is visible.
            preview: the layer to leave out of the picture.
        """
        self.document = key_of(document)
        near = (area.x, area.y) if area else (document.width() // 2, document.height() // 2)
        self.placement = Placement.above(document, node, near)
        self._area = area
        self._node = node.uniqueId() if layer_only and node is not None else None
        self._layer_only = layer_only
        self._preview = preview
        self._format = format_for(document)

    @property
    def extent(self) -> tuple[int, int]:
        """Width and height."""
        return self.placement.extent

    @property
    def hole(self) -> tuple[int, int, int, int] | None:
        """The selection's bounds within the canvas; None to expand."""
        return self._area.bounds if self._area is not None else None

    @property
    def layer_format(self) -> str:
        """The pixel format results should come in."""
        return self._format

    def read(self, x: int, y: int, width: int, height: int) -> tuple[Pixels, Pixels | None]:
        """Read a part of the canvas, and of the selection.

        Raises:
            CanvasGone: the document was closed or resized, or the layer is gone.
        """
        document = find(self.document)
        if document is None:
            raise CanvasGone(_("The document was closed before its pixels were read."))
        if (document.width(), document.height()) != self.extent:
            raise CanvasGone(
                _("The document was resized before its pixels were read. Start again.")
            )
        with self._preview.hidden() if self._preview else contextlib.nullcontext():
            image = self._image(document, x, y, width, height)
        if self._area is None:
            return image, None
        return image, Pixels(self._area.mask(x, y, width, height), width, height, "L8")

    def _image(self, document: Any, x: int, y: int, width: int, height: int) -> Pixels:
        if not self._layer_only:
            return read_visible(document, x, y, width, height)
        node = document.nodeByUniqueID(self._node) if self._node is not None else None
        while node is not None and node.type().endswith("mask"):
            node = node.parentNode()
        if node is None:
            raise CanvasGone(_("The layer was removed before its pixels were read."))
        return read_layer(document, node, (x, y, width, height))
