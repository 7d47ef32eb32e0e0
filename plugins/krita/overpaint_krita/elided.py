"""A label that shortens its text instead of asking for room."""

from __future__ import annotations

from typing import Any

from .qt import QtCore, QtWidgets

__all__ = ["ElidedLabel"]


class ElidedLabel(QtWidgets.QLabel):
    """One line; what does not fit ends in an ellipsis, and the tool tip has all of it."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self._whole = ""
        self.setSizePolicy(QtWidgets.QSizePolicy.Policy.Ignored, QtWidgets.QSizePolicy.Policy.Fixed)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Show a text."""
        if text != self._whole:
            self._whole = text
            self.setToolTip(text)
            self._elide()

    def text_whole(self) -> str:
        """All of the text."""
        return self._whole

    def resizeEvent(self, event: Any) -> None:  # noqa: N802  Qt's name
        """Shorten anew."""
        super().resizeEvent(event)
        self._elide()

    def minimumSizeHint(self) -> Any:  # noqa: N802  Qt's name
        """Any width will do."""
        return QtCore.QSize(0, super().minimumSizeHint().height())

    def _elide(self) -> None:
        line = self._whole.replace("\n", " ")
        mode = QtCore.Qt.TextElideMode.ElideRight
        self.setText(self.fontMetrics().elidedText(line, mode, max(0, self.width() - 2)))
