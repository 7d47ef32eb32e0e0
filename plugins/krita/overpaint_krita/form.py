"""What a person fills in: from the mode down to the advanced section."""

from __future__ import annotations

import dataclasses
from typing import Any

from .heading import Heading
from .margins import SIDES, Margins
from .options import Options
from .prompt import PromptEdit
from .qt import QtCore, QtWidgets
from .strength import Strength
from .vendor.overpaint_bridge.settings import PanelSettings
from .vendor.overpaint_bridge.wording import gettext as _

__all__ = ["Form"]


# A docker that is to be 300 pixels wide has no more for what is in it.
NARROW = 280


class Form(QtWidgets.QScrollArea):
    """All fields; it scrolls where the docker is low, and never sideways.

    Attributes:
        is_whole: never lower than its fields, since it lies in something that scrolls.
    """

    is_whole = False

    changed = QtCore.pyqtSignal()
    submitted = QtCore.pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.heading = Heading()
        self.prompt = PromptEdit()
        self.negative = QtWidgets.QLineEdit()
        self.negative.setPlaceholderText(_("Negative prompt (optional)"))
        self.negative.setToolTip(_("What should not be there"))
        self.note = QtWidgets.QLabel()
        self.note.setWordWrap(True)
        self.note.hide()
        self.margins = Margins()
        self.strength = Strength()
        self.options = Options()
        self._kept = PanelSettings()
        inside = QtWidgets.QWidget()
        column = QtWidgets.QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (
            self.heading,
            self.margins,
            self.prompt,
            self.note,
            self.negative,
            self.strength,
            self.options,
        ):
            column.addWidget(widget)
        column.addStretch(1)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(QtCore.Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(
            QtWidgets.QSizePolicy.Policy.Preferred, QtWidgets.QSizePolicy.Policy.Maximum
        )
        self._watch()

    def settings(self) -> PanelSettings:
        """What is filled in."""
        mode = self.heading.mode.currentData()
        return dataclasses.replace(
            self._kept,
            mode=mode,
            endpoint=self.heading.endpoint.currentData() or self._kept.endpoint,
            prompt=self.prompt.text() if mode != "remove" else "",
            negative_prompt=self.negative.text() if mode != "remove" else "",
            strength=self.strength.value(),
            **self.margins.values(),
            **self.options.values(),
        )

    def load(self, settings: PanelSettings) -> None:
        """Fill it in."""
        self._kept = settings
        self.heading.set_mode(settings.mode)
        self.heading.choose_endpoint(settings.endpoint)
        self.prompt.set_text(settings.prompt)
        self.negative.setText(settings.negative_prompt)
        self.strength.set_value(settings.strength)
        self.margins.set_values({side: getattr(settings, side) for side in SIDES})
        self.options.set_values(settings)
        self._follow_mode()

    def tell(self, words: str) -> None:
        """Say under the prompt what will not come of it; "" = nothing."""
        if words != self.note.text():
            self.note.setText(words)
            self.note.setVisible(bool(words))
            self.updateGeometry()

    def refresh_icons(self) -> None:
        """Take the icons of the theme that is on."""
        self.heading.refresh_icons()
        self.options.refresh_icons()

    def sizeHint(self) -> Any:  # noqa: N802  Qt's name
        """As high as what is inside."""
        inside = self.widget().sizeHint()
        return QtCore.QSize(inside.width(), inside.height())

    def minimumSizeHint(self) -> Any:  # noqa: N802  Qt's name
        """Mode and prompt are always to be seen, and nothing is cut at the side."""
        height = self.heading.sizeHint().height() + self.prompt.height() + 8
        if self.is_whole:
            height = self.sizeHint().height()
        width = self.widget().minimumSizeHint().width()
        bar = self.verticalScrollBar().sizeHint().width()
        return QtCore.QSize(min(width + bar, NARROW), height)

    def _watch(self) -> None:
        for part in (self.heading, self.margins, self.strength, self.options):
            part.changed.connect(self.changed)
        self.heading.changed.connect(self._follow_mode)
        self.options.header.toggled.connect(lambda _open: self.updateGeometry())
        self.prompt.textChanged.connect(self.changed)
        self.negative.textChanged.connect(lambda _text: self.changed.emit())
        self.prompt.submitted.connect(self.submitted)
        self.negative.returnPressed.connect(self.submitted)

    def _follow_mode(self) -> None:
        """Show the fields of a mode, and no others."""
        mode = self.heading.mode.currentData()
        self.margins.setVisible(mode == "expand")
        self.prompt.setVisible(mode != "remove")
        self.negative.setVisible(mode != "remove")
        self.strength.setVisible(mode == "fill")
        self.updateGeometry()
