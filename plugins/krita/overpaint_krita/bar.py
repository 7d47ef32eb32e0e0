"""A thin bar of progress that is drawn only when it is told something, and then with all the rest.

Qt's own draws itself at once, and one for an unknown end moves by itself some thirty times a
second. Where OpenGL draws Krita's canvas, each of those times puts the whole window together anew.
"""

from __future__ import annotations

from typing import Any

from .qt import QtCore, QtGui, QtWidgets

__all__ = ["Bar"]

THIN = 4
PARTS = 1000
# An unknown end: a block goes to and fro over so many places.
PLACES = 6


class Bar(QtWidgets.QProgressBar):
    """How far something is, or that it goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextVisible(False)
        self.setFixedHeight(THIN)
        self.setRange(0, PARTS)
        self.setValue(0)
        self._step: int | None = None

    def tell(self, fraction: float | None) -> None:
        """Show how far it is, 0 to 1; None = it goes on, and another step of that."""
        step = None
        if fraction is None:
            step = 0 if self._step is None else self._step + 1
        value = int((fraction or 0) * PARTS)
        if (value, step) == (self.value(), self._step):
            return
        self._step = step
        # Switched on again, it is drawn with whatever else is to be drawn.
        self.setUpdatesEnabled(False)
        self.setValue(value)
        self.setUpdatesEnabled(True)

    def paintEvent(self, event: Any) -> None:  # noqa: N802  Qt's name
        """Draw as the style does, and the block over it."""
        super().paintEvent(event)
        if self._step is None:
            return
        last = PLACES - 1
        place = last - abs(last - self._step % (2 * last))
        width = self.width() / PLACES
        painter = QtGui.QPainter(self)
        painter.fillRect(
            QtCore.QRectF(place * width, 0, width, self.height()),
            self.palette().color(QtGui.QPalette.ColorRole.Highlight),
        )
        painter.end()
