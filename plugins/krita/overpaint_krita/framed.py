"""A frame round what is chosen in a grid of pictures, which most styles leave without one."""

from __future__ import annotations

from typing import Any

from .qt import QtGui, QtWidgets

__all__ = ["Framed"]

WIDTH = 3


class Framed(QtWidgets.QStyledItemDelegate):
    """Draws it over the picture's edge, so that the picture itself keeps its colours."""

    def paint(self, painter: Any, option: Any, index: Any) -> None:
        """Draw one item."""
        super().paint(painter, option, index)
        if not option.state & QtWidgets.QStyle.StateFlag.State_Selected:
            return
        painter.save()
        pen = QtGui.QPen(option.palette.color(QtGui.QPalette.ColorRole.Highlight), WIDTH)
        painter.setPen(pen)
        half = WIDTH // 2
        painter.drawRect(option.rect.adjusted(half, half, -half - 1, -half - 1))
        painter.restore()
