"""What is sent: to whom, which part of the picture, and what else."""

from __future__ import annotations

from typing import Any

from .icons import icon
from .qt import QtCore, QtGui, QtWidgets, put_over
from .thumbnail import thumbnail
from .vendor.overpaint_bridge.disclosure import disclose
from .vendor.overpaint_bridge.pixels import Pixels
from .vendor.overpaint_bridge.runs import PanelRun
from .vendor.overpaint_bridge.wording import gettext as _

__all__ = ["SentDialog"]

SIDE = 180
GAP = 8
LINES = 8


class SentDialog(QtWidgets.QDialog):
    """Fills itself once the worker has said what it would send."""

    def __init__(self, parent: Any) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("What is sent"))
        self.words = _wrapped(_("Asking…"))
        self.part = _wrapped()
        self.pictures = QtWidgets.QHBoxLayout()
        self.settings = QtWidgets.QFormLayout()
        self.unsent = _wrapped()
        self.opener = QtWidgets.QToolButton()
        self.opener.setText(_("The request itself, as JSON"))
        self.opener.setCheckable(True)
        self.opener.setAutoRaise(True)
        self.opener.setToolButtonStyle(QtCore.Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.opener.setArrowType(QtCore.Qt.ArrowType.RightArrow)
        self.request = QtWidgets.QPlainTextEdit()
        self.request.setReadOnly(True)
        self.request.setMinimumHeight(self.fontMetrics().height() * LINES)
        kinds = QtWidgets.QDialogButtonBox
        self.buttons = kinds(kinds.StandardButton.Close)
        self.copy = self.buttons.addButton(_("Copy"), kinds.ButtonRole.ActionRole)
        self.copy.setIcon(icon("edit-copy"))
        self.copy.setToolTip(_("Copy the request as JSON"))
        self._lay_out()
        self.opener.toggled.connect(self._open)
        self.copy.clicked.connect(self._copy)
        self.buttons.rejected.connect(self.reject)
        self._open(is_open=False)
        self._known(is_known=False)
        self._fit()

    def tell(self, run: PanelRun) -> None:
        """Show what a run would send; it is over."""
        told, view = disclose(run), run.sent
        if told is None or view is None:
            self.words.setText(_("Nothing would be sent."))
            return
        self.words.setText(told.whom)
        self.part.setText(told.part)
        for name, pixels in ((_("Picture"), view.image), (_("Mask: white is painted"), view.mask)):
            if pixels is not None:
                self.pictures.addLayout(_framed(name, pixels, self.devicePixelRatioF()))
        self.pictures.addStretch(1)
        for name, value in told.settings:
            self.settings.addRow(QtWidgets.QLabel(name), _wrapped(value))
        self.unsent.setText("\n".join(line for line in (told.ignored, told.unsent) if line))
        self.request.setPlainText(told.exact)
        self._known(is_known=True)
        self._fit()

    def _lay_out(self) -> None:
        self.settings.setHorizontalSpacing(GAP * 2)
        column = QtWidgets.QVBoxLayout(self)
        column.setSpacing(GAP)
        column.addWidget(self.words)
        column.addWidget(self.part)
        column.addLayout(self.pictures)
        column.addLayout(self.settings)
        column.addWidget(self.unsent)
        column.addWidget(self.opener)
        column.addWidget(self.request, 1)
        column.addStretch(0)
        column.addWidget(self.buttons)
        self.setMinimumWidth(SIDE * 2 + 100)

    def _known(self, *, is_known: bool) -> None:
        for part in (self.part, self.unsent, self.opener, self.copy):
            part.setVisible(is_known)

    def _open(self, is_open: bool) -> None:  # noqa: FBT001  Qt's signal
        """Show the request itself, or put it away again."""
        arrows = QtCore.Qt.ArrowType
        self.opener.setArrowType(arrows.DownArrow if is_open else arrows.RightArrow)
        self.request.setVisible(is_open)
        self._fit()

    def _fit(self) -> None:
        """Be as high as what is shown, and in the middle; Qt's own way stops at 2/3 of a screen."""
        layout = self.layout()
        layout.activate()
        self.resize(self.minimumWidth(), layout.totalHeightForWidth(self.minimumWidth()))
        put_over(self, self.parentWidget())

    def _copy(self) -> None:
        QtGui.QGuiApplication.clipboard().setText(self.request.toPlainText())


def _wrapped(words: str = "") -> QtWidgets.QLabel:
    label = QtWidgets.QLabel(words)
    label.setWordWrap(True)
    label.setTextFormat(QtCore.Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(QtCore.Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _framed(name: str, pixels: Pixels, ratio: float) -> QtWidgets.QVBoxLayout:
    """A small picture, and what it is."""
    image = QtWidgets.QLabel()
    image.setPixmap(thumbnail(pixels, SIDE, ratio))
    image.setAccessibleName(name)
    column = QtWidgets.QVBoxLayout()
    column.addWidget(image)
    column.addWidget(QtWidgets.QLabel(name))
    column.addStretch(1)
    return column
