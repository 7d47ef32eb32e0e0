"""What went wrong, what to do, and a button that copies all of it."""

from __future__ import annotations

from typing import Any

from .icons import icon
from .qt import QtCore, QtGui, QtWidgets
from .vendor.overpaint_bridge.trouble import Trouble
from .vendor.overpaint_bridge.wording import gettext as _

__all__ = ["TroubleBox"]

LEAST_LINES = 3


class TroubleBox(QtWidgets.QFrame):
    """A frame that is there only while something is wrong; with little room, it scrolls."""

    settings_asked = QtCore.pyqtSignal()
    dismissed = QtCore.pyqtSignal()
    toggled = QtCore.pyqtSignal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QtWidgets.QFrame.Shape.StyledPanel)
        self.sign = QtWidgets.QLabel()
        self.title = _wrapped()
        self.what = _wrapped()
        self.next = _wrapped()
        self.link = QtWidgets.QLabel(f'<a href="settings">{_("Settings")}</a>')
        font = self.title.font()
        font.setBold(True)
        self.title.setFont(font)
        self.copy = QtWidgets.QPushButton(_("Copy"))
        self.dismiss = QtWidgets.QPushButton(_("Close"))
        self._told: Trouble | None = None
        buttons = QtWidgets.QHBoxLayout()
        # Beside the buttons, which never scroll; where that is too narrow, it is cut.
        policies = QtWidgets.QSizePolicy.Policy
        self.link.setSizePolicy(policies.Ignored, policies.Preferred)
        buttons.addWidget(self.link, 10)
        buttons.addStretch(1)
        buttons.addWidget(self.copy)
        buttons.addWidget(self.dismiss)
        self.words = _Words()
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(4)
        column.addWidget(self.words)
        column.addLayout(buttons)
        grid = QtWidgets.QGridLayout(self.words.widget())
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.sign, 0, 0, QtCore.Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.title, 0, 1)
        grid.addWidget(self.what, 1, 0, 1, 2)
        grid.addWidget(self.next, 2, 0, 1, 2)
        self.link.linkActivated.connect(lambda _link: self.settings_asked.emit())
        self.copy.clicked.connect(self._copy)
        self.dismiss.clicked.connect(self._dismiss)
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
        if trouble == self._told and not self.isHidden():
            return
        self._told = trouble
        for label, words in (
            (self.title, trouble.title),
            (self.what, trouble.what),
            (self.next, trouble.next),
        ):
            label.setText(words)
            label.setVisible(bool(words))
        self.link.setVisible(trouble.is_for_settings)
        self.words.verticalScrollBar().setValue(0)
        self.words.updateGeometry()
        self.show()

    def showEvent(self, event: Any) -> None:  # noqa: N802  Qt's name
        """Tell whoever makes room for it."""
        super().showEvent(event)
        self.toggled.emit(True)

    def hideEvent(self, event: Any) -> None:  # noqa: N802  Qt's name
        """Tell whoever made room for it."""
        super().hideEvent(event)
        self.toggled.emit(False)

    def _dismiss(self) -> None:
        self.hide()
        self.dismissed.emit()

    def _copy(self) -> None:
        QtGui.QGuiApplication.clipboard().setText(self._told.text if self._told else "")
        self.copy.setText(_("Copied"))
        QtCore.QTimer.singleShot(1500, lambda: self.copy.setText(_("Copy")))


class _Words(QtWidgets.QScrollArea):
    """As high as its words, or lower where the docker is: then they scroll."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidget(QtWidgets.QWidget())
        self.setWidgetResizable(True)
        self.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(QtCore.Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        policies = QtWidgets.QSizePolicy.Policy
        self.setSizePolicy(policies.Ignored, policies.Maximum)

    def sizeHint(self) -> Any:  # noqa: N802  Qt's name
        """All of them, at the width there is."""
        return QtCore.QSize(0, self.widget().layout().heightForWidth(self.viewport().width()))

    def minimumSizeHint(self) -> Any:  # noqa: N802  Qt's name
        """The title, and what can be read of the rest."""
        return QtCore.QSize(0, self.fontMetrics().height() * LEAST_LINES)

    def resizeEvent(self, event: Any) -> None:  # noqa: N802  Qt's name
        """At another width the words need another height."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()


def _wrapped() -> QtWidgets.QLabel:
    """A label that breaks its lines, and whose text can be selected."""
    label = QtWidgets.QLabel()
    label.setWordWrap(True)
    label.setTextFormat(QtCore.Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(QtCore.Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setSizePolicy(QtWidgets.QSizePolicy.Policy.Ignored, QtWidgets.QSizePolicy.Policy.Minimum)
    # Its own least height is that at no width, a word a line: the words would scroll for nothing.
    label.setMinimumHeight(1)
    return label
