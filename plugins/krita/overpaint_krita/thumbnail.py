"""Results as Qt's pictures."""

from __future__ import annotations

from .qt import QtCore, QtGui
from .vendor.overpaint_bridge.pixels import Pixels

__all__ = ["picture", "thumbnail"]

# A picture is first brought near its size without smoothing, which costs next to nothing.
COARSE = 3


def picture(pixels: Pixels) -> QtGui.QImage:
    """A QImage of a result's pixels; it lives as long as they do."""
    formats = QtGui.QImage.Format
    width, height = pixels.width, pixels.height
    row = len(pixels.data) // height
    if pixels.format == "BGRA8":
        return QtGui.QImage(pixels.data, width, height, row, formats.Format_ARGB32)
    if pixels.format == "BGRA16":
        return QtGui.QImage(pixels.data, width, height, row, formats.Format_RGBA64).rgbSwapped()
    if pixels.format == "RGB8":
        return QtGui.QImage(pixels.data, width, height, row, formats.Format_RGB888)
    return QtGui.QImage(pixels.data, width, height, row, formats.Format_Grayscale8)


def thumbnail(
    pixels: Pixels, side: int, ratio: float, part: tuple[int, int, int, int] | None = None
) -> QtGui.QPixmap:
    """Fit a result into a square.

    Args:
        pixels: of the result.
        side: of the square.
        ratio: how many of the screen's pixels make one of Qt's.
        part: x, y, width and height of what is taken of it; None = all.
    """
    size = int(side * ratio)
    keep = QtCore.Qt.AspectRatioMode.KeepAspectRatio
    modes = QtCore.Qt.TransformationMode
    image = picture(pixels)
    if part is not None:
        image = image.copy(*part)
    if max(image.width(), image.height()) > size * COARSE:
        image = image.scaled(size * COARSE, size * COARSE, keep, modes.FastTransformation)
    image = image.scaled(size, size, keep, modes.SmoothTransformation)
    pixmap = QtGui.QPixmap.fromImage(image)
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
