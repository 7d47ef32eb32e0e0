"""The offer to set Overpaint up, and how that goes on; there only while there is no worker."""

from __future__ import annotations

from .qt import QtCore, QtGui, QtWidgets
from .vendor.overpaint_bridge.panel import Panel
from .vendor.overpaint_bridge.wording import gettext as _

__all__ = ["FirstStartBox"]

PARTS = 1000


class FirstStartBox(QtWidgets.QFrame):
    """What is missing, a button that sees to it, and a bar."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QtWidgets.QFrame.Shape.StyledPanel)
        self.title, self.words = _wrapped(), _wrapped()
        font = self.title.font()
        font.setBold(True)
        self.title.setFont(font)
        self.bar = QtWidgets.QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, PARTS)
        self.begin = QtWidgets.QPushButton(_("Set up"))
        self.stop = QtWidgets.QPushButton(_("Stop"))
        self.help = QtWidgets.QPushButton(_("Help"))
        row = QtWidgets.QHBoxLayout()
        for button in (self.begin, self.stop, self.help):
            row.addWidget(button)
        row.addStretch(1)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        for widget in (self.title, self.words, self.bar):
            column.addWidget(widget)
        column.addLayout(row)
        column.addStretch(1)
        self.hide()

    def connect_to(self, panel: Panel) -> None:
        """Let the buttons do what they say."""
        self.begin.clicked.connect(lambda: panel.set_up())
        self.stop.clicked.connect(lambda: panel.first_start.cancel())
        page = QtCore.QUrl(panel.first_start.help_page)
        self.help.clicked.connect(lambda: QtGui.QDesktopServices.openUrl(page))

    def refresh(self, panel: Panel) -> None:
        """Show what is the case."""
        first, trouble, needed = panel.first_start, panel.trouble, panel.needs_set_up
        self.setVisible(needed or first.is_running)
        self.begin.setVisible(needed)
        self.help.setVisible(needed)
        self.stop.setVisible(first.is_running)
        self.bar.setVisible(first.is_running)
        if first.is_running and first.step is not None:
            self.title.setText(_("Setting Overpaint up"))
            self.words.setText(first.step.message)
            self.bar.setValue(int(first.step.fraction * PARTS))
        elif needed and trouble is not None:
            self.title.setText(trouble.title)
            offer = _("Set up makes an environment of its own; about 150 MB are fetched once.")
            words = [trouble.what, offer if trouble.code == "runtime_missing" else trouble.next]
            self.words.setText(" ".join(word for word in words if word))
        # A docker in want of room would else cut the sentence.
        self.words.setMinimumHeight(max(0, self.words.heightForWidth(self.words.width())))


def _wrapped() -> QtWidgets.QLabel:
    label = QtWidgets.QLabel()
    label.setWordWrap(True)
    label.setTextFormat(QtCore.Qt.TextFormat.PlainText)
    label.setSizePolicy(QtWidgets.QSizePolicy.Policy.Ignored, QtWidgets.QSizePolicy.Policy.Minimum)
    return label
