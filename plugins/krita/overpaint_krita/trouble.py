"""What went wrong, what to do, and a button that copies all of it."""

from __future__ import annotations

from .icons import icon
from .qt import QtCore, QtGui, QtWidgets
from .vendor.overpaint_bridge.trouble import Trouble
from .vendor.overpaint_bridge.wording import gettext as _

__all__ = ["TroubleBox"]


class TroubleBox(QtWidgets.QFrame):
    """A frame that is there only while something is wrong."""

    settings_asked = QtCore.pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QtWidgets.QFrame.Shape.StyledPanel)
        self.sign = QtWidgets.QLabel()
        self.title = _wrapped()
        self.what = _wrapped()
        self.next = _wrapped()
        self.link = QtWidgets.QLabel(f'<a href="settings">{_("Open the settings…")}</a>')
        font = self.title.font()
        font.setBold(True)
        self.title.setFont(font)
        self.copy = QtWidgets.QPushButton(_("Copy"))
        self.dismiss = QtWidgets.QPushButton(_("Close"))
        self._details = ""
        buttons = QtWidgets.QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.copy)
        buttons.addWidget(self.dismiss)
        grid = QtWidgets.QGridLayout(self)
        grid.setContentsMargins(6, 6, 6, 6)
        grid.setSpacing(4)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.sign, 0, 0, QtCore.Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.title, 0, 1)
        grid.addWidget(self.what, 1, 0, 1, 2)
        grid.addWidget(self.next, 2, 0, 1, 2)
        grid.addWidget(self.link, 3, 0, 1, 2)
        grid.addLayout(buttons, 4, 0, 1, 2)
        self.link.linkActivated.connect(lambda _link: self.settings_asked.emit())
        self.copy.clicked.connect(self._copy)
        self.dismiss.clicked.connect(self.hide)
        self.refresh_icons()
        self.hide()

    def refresh_icons(self) -> None:
        """Take the icons of the theme that is on."""
        side = self.fontMetrics().height()
        self.sign.setPixmap(icon("warning").pixmap(side, side))
        self.copy.setIcon(icon("edit-copy"))
        self.dismiss.setIcon(icon("window-close"))
        words = self.link.text()  # a link keeps the colour it was written with
        self.link.clear()
        self.link.setText(words)

    def tell(self, trouble: Trouble) -> None:
        """Show a trouble: its title, what happened, what to do next, and details to copy."""
        for label, words in (
            (self.title, trouble.title),
            (self.what, trouble.what),
            (self.next, trouble.next),
        ):
            label.setText(words)
            label.setVisible(bool(words))
        self.link.setVisible(trouble.is_for_settings)
        self._details = trouble.text
        self.show()

    def _copy(self) -> None:
        QtGui.QGuiApplication.clipboard().setText(self._details)
        self.copy.setText(_("Copied"))
        QtCore.QTimer.singleShot(1500, lambda: self.copy.setText(_("Copy")))


def _wrapped() -> QtWidgets.QLabel:
    """A label that breaks its lines, and whose text can be selected."""
    label = QtWidgets.QLabel()
    label.setWordWrap(True)
    label.setTextFormat(QtCore.Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(QtCore.Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setSizePolicy(QtWidgets.QSizePolicy.Policy.Ignored, QtWidgets.QSizePolicy.Policy.Minimum)
    return label
