"""The prompt: Shift+Enter generates."""

from __future__ import annotations

from typing import Any

from .qt import QtCore, QtWidgets
from .vendor.overpaint_bridge.wording import gettext as _

__all__ = ["PromptEdit"]

LINES = 3


class PromptEdit(QtWidgets.QPlainTextEdit):
    """Three lines of text."""

    submitted = QtCore.pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText(_("What should be there? Empty fills from the surroundings."))
        self.setToolTip(_("Shift+Enter generates"))
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(QtCore.Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollBarPolicy(QtCore.Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        margins = int(self.document().documentMargin() + self.frameWidth()) * 2
        self.setFixedHeight(self.fontMetrics().lineSpacing() * LINES + margins)

    def keyPressEvent(self, event: Any) -> None:  # noqa: N802  Qt's name
        """Generate on Shift+Enter; anything else is text."""
        enter = (QtCore.Qt.Key.Key_Return, QtCore.Qt.Key.Key_Enter)
        modifiers = QtCore.Qt.KeyboardModifier
        held = event.modifiers() & (modifiers.ShiftModifier | modifiers.ControlModifier)
        if event.key() in enter and held:
            self.submitted.emit()
        else:
            super().keyPressEvent(event)

    def text(self) -> str:
        """What was written."""
        return str(self.toPlainText())

    def set_text(self, text: str) -> None:
        """Write something, leaving the cursor where it is if that is there already."""
        if text != self.text():
            self.setPlainText(text)
