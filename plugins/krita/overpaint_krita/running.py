"""The big button, Cancel beside it, and how far the job is."""

from __future__ import annotations

from .bar import Bar
from .elided import ElidedLabel
from .icons import icon
from .lane import is_low
from .qt import QtCore, QtWidgets
from .vendor.overpaint_bridge.wording import gettext as _

__all__ = ["Running"]


NARROW = 240


class Running(QtWidgets.QWidget):
    """Generate, cancel, progress."""

    generate_asked = QtCore.pyqtSignal()
    cancel_asked = QtCore.pyqtSignal()
    link_followed = QtCore.pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__()
        self.generate = QtWidgets.QPushButton()
        self.generate.setIcon(icon("media-playback-start"))
        lines = 1.8 if is_low() else 2.2
        self.generate.setMinimumHeight(int(self.fontMetrics().height() * lines))
        font = self.generate.font()
        font.setBold(True)
        self.generate.setFont(font)
        self.generate.setSizePolicy(
            QtWidgets.QSizePolicy.Policy.Ignored, QtWidgets.QSizePolicy.Policy.Fixed
        )
        self.cancel = QtWidgets.QPushButton(_("Cancel"))
        self.cancel.setSizePolicy(
            QtWidgets.QSizePolicy.Policy.Maximum, QtWidgets.QSizePolicy.Policy.Expanding
        )
        self.bar = Bar()
        self.stage = ElidedLabel()
        self.stage.setMinimumHeight(self.fontMetrics().lineSpacing())
        self.hint = QtWidgets.QLabel()
        self.hint.setWordWrap(True)
        row = QtWidgets.QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.generate, 1)
        row.addWidget(self.cancel)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        for widget in (self.hint, self.bar, self.stage):
            if widget is self.bar:
                column.addLayout(row)
            column.addWidget(widget)
        self.generate.clicked.connect(lambda: self.generate_asked.emit())
        self.cancel.clicked.connect(lambda: self.cancel_asked.emit())
        self.hint.linkActivated.connect(self.link_followed)
        self.show_idle()

    def refresh_icons(self) -> None:
        """Take the icons of the theme that is on."""
        self.generate.setIcon(icon("media-playback-start"))
        self.cancel.setIcon(icon("dialog-cancel"))
        words = self.hint.text()
        self.hint.clear()  # a link keeps the colour it was written with
        self.hint.setText(words)

    def set_word(self, word: str) -> None:
        """Name the button after what it does."""
        self.generate.setText(word)

    def set_hint(self, hint: str) -> None:
        """Say what is missing before the button can do anything; may hold links."""
        if hint != self.hint.text():
            self.hint.setText(hint)
        self.hint.setVisible(bool(hint))

    def hint_height(self) -> int:
        """What the hint takes; 0 where there is none."""
        if self.hint.isHidden():
            return 0
        # Before the docker is laid out it is as wide as a window.
        width = min(self.width(), NARROW)
        return int(self.hint.heightForWidth(width)) + self.layout().spacing()

    def show_idle(self, words: str = "") -> None:
        """Nothing runs; how the last job ended may stay to be read."""
        self.cancel.setEnabled(False)
        self.bar.tell(0)
        self.stage.set_text(words)

    def show_progress(self, words: str, fraction: float | None) -> None:
        """Say how far the job is; None = nobody knows."""
        self.cancel.setEnabled(True)
        self.stage.set_text(words)
        self.bar.tell(fraction)
