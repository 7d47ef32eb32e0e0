"""Where a job's pixels come from: what is visible, or one layer. Always 8-bit sRGB, BGRA."""

from __future__ import annotations

from typing import Any

from .layer import SRGB
from .qt import QtGui, image_bytes
from .vendor.overpaint_bridge.errors import CanvasGone
from .vendor.overpaint_bridge.session import Pixels
from .vendor.overpaint_bridge.wording import gettext as _

__all__ = ["read_layer", "read_visible"]


def read_visible(document: Any, x: int, y: int, width: int, height: int) -> Pixels:
    """A part of what the document shows; Krita converts it from any model, depth and profile."""
    document.waitForDone()
    image = document.projection(x, y, width, height)
    straight = QtGui.QImage.Format.Format_ARGB32  # BGRA in memory
    if image.format() != straight:
        image = image.convertToFormat(straight)
    return Pixels(image_bytes(image), width, height, "BGRA8")


def read_layer(
    document: Any,
    node: Any,
    place: tuple[int, int, int, int],
) -> Pixels:
    """A part of one layer with its masks, but without the layers below or above.

    The part is copied into a layer of its own, since converting the real one would change it.

    Raises:
        CanvasGone: a layer of this kind has no pixels.
    """
    document.waitForDone()
    pixels = node.projectionPixelData(*place)
    if pixels.isEmpty():
        raise CanvasGone(
            _("The layer “{name}” has no pixels of its own. Use what is visible instead.").format(
                name=node.name()
            )
        )
    copy = document.createNode("Overpaint", "paintlayer")
    copy.setColorSpace(node.colorModel(), node.colorDepth(), node.colorProfile())
    copy.setPixelData(pixels, *place)
    copy.setColorSpace("RGBA", "U8", SRGB)
    return Pixels(bytes(copy.pixelData(*place)), place[2], place[3], "BGRA8")
