"""Previous, next, apply, discard: what to do with the result in the picture."""

from __future__ import annotations

from .icons import icon
from .qt import QtCore, QtWidgets
from .vendor.overpaint_bridge.wording import gettext as _

__all__ = ["Toolbar"]


class Toolbar(QtWidgets.QWidget):
    """One row below the thumbnails."""

    stepped = QtCore.pyqtSignal(int)
    apply_asked = QtCore.pyqtSignal()
    discard_asked = QtCore.pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.previous = _small(_("Previous"))
        self.next = _small(_("Next"))
        self.apply = QtWidgets.QPushButton(_("Apply"))
        self.apply.setToolTip(_("Keep this result as a layer"))
        self.discard = QtWidgets.QPushButton(_("Discard"))
        self.discard.setToolTip(_("Remove this result"))
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.previous)
        row.addWidget(self.next)
        for button in (self.apply, self.discard):
            button.setMinimumWidth(0)
            row.addWidget(button, 1)
        self.previous.clicked.connect(lambda: self.stepped.emit(-1))
        self.next.clicked.connect(lambda: self.stepped.emit(1))
        self.apply.clicked.connect(lambda: self.apply_asked.emit())
        self.discard.clicked.connect(lambda: self.discard_asked.emit())
        self.refresh_icons()
        self.allow(any_result=False, any_shown=False)

    def refresh_icons(self) -> None:
        """Take the icons of the theme that is on."""
        self.previous.setIcon(icon("arrow-left"))
        self.next.setIcon(icon("arrow-right"))
        self.apply.setIcon(icon("dialog-ok"))
        self.discard.setIcon(icon("edit-delete"))

    def allow(self, *, any_result: bool, any_shown: bool) -> None:
        """Grey out what can't be done."""
        self.previous.setEnabled(any_result)
        self.next.setEnabled(any_result)
        self.apply.setEnabled(any_shown)
        self.discard.setEnabled(any_shown)


def _small(words: str) -> QtWidgets.QToolButton:
    button = QtWidgets.QToolButton()
    button.setAutoRaise(True)
    button.setToolTip(words)
    button.setAccessibleName(words)
    return button
