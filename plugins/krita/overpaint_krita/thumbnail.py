"""Results as Qt's pictures."""

from __future__ import annotations

from .qt import QtCore, QtGui
from .vendor.overpaint_bridge.pixels import Pixels

__all__ = ["picture", "thumbnail"]

# A picture is first brought near its size without smoothing, which costs next to nothing.
COARSE = 3
# How much more than what shows a thumbnail shows.
ROUND = 1.6


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


def thumbnail(pixels: Pixels, side: int, ratio: float, mask: Pixels | None = None) -> QtGui.QPixmap:
    """Fit a result into a square.

    Args:
        pixels: of the result.
        side: of the square.
        ratio: how many of the screen's pixels make one of Qt's.
        mask: where the result shows; that part of it is taken, and some round it.
    """
    size = int(side * ratio)
    keep = QtCore.Qt.AspectRatioMode.KeepAspectRatio
    modes = QtCore.Qt.TransformationMode
    image = picture(pixels)
    if mask is not None:
        image = image.copy(_shown(mask))
    if max(image.width(), image.height()) > size * COARSE:
        image = image.scaled(size * COARSE, size * COARSE, keep, modes.FastTransformation)
    image = image.scaled(size, size, keep, modes.SmoothTransformation)
    pixmap = QtGui.QPixmap.fromImage(image)
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def _shown(mask: Pixels) -> QtCore.QRect:
    """A square round what shows, or as much of it as there is."""
    width, height = mask.width, mask.height
    top = (len(mask.data) - len(mask.data.lstrip(b"\0"))) // width
    bottom = height - (len(mask.data) - len(mask.data.rstrip(b"\0"))) // width
    rows = [mask.data[y * width : (y + 1) * width] for y in range(top, bottom)]
    left = min((width - len(row.lstrip(b"\0")) for row in rows), default=0)
    right = max((len(row.rstrip(b"\0")) for row in rows), default=width)
    side = int(max(right - left, bottom - top) * ROUND)
    x, y = (left + right - side) // 2, (top + bottom - side) // 2
    whole = QtCore.QRect(0, 0, width, height)
    return QtCore.QRect(x, y, side, side).intersected(whole) if top < bottom else whole
