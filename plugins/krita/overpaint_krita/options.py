"""What most people leave alone: seed, steps, guidance, scheduler, number, context, feather."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from .icons import icon
from .qt import QtCore, QtGui, QtWidgets
from .vendor.overpaint_bridge.settings import PanelSettings
from .vendor.overpaint_bridge.wording import gettext as _

__all__ = ["Options"]

LARGEST_SEED = 2**32 - 1
MOST_STEPS = 500
MOST_IMAGES = 8
WIDEST = 4096
SOFTEST = 512
STRONGEST = 50.0
# Below zero, a box shows its words instead of a number.
UNSET = -1


class Options(QtWidgets.QWidget):
    """A section that folds."""

    changed = QtCore.pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.header = QtWidgets.QToolButton()
        self.header.setText(_("Advanced"))
        self.header.setAutoRaise(True)
        self.header.setCheckable(True)
        self.header.setToolButtonStyle(QtCore.Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.body = QtWidgets.QWidget()
        self._make_fields()
        form = QtWidgets.QFormLayout(self.body)
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QtWidgets.QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setRowWrapPolicy(QtWidgets.QFormLayout.RowWrapPolicy.DontWrapRows)
        for words, field in self._rows():
            form.addRow(words, field)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.header)
        column.addWidget(self.body)
        self.header.toggled.connect(self._fold)
        self._fold(open_=False)
        self._watch()

    def values(self) -> dict[str, Any]:
        """The fields' values, by their names in the panel's settings."""
        context = self.context.value()
        chosen = self.context_kind.currentData()
        return {
            "seed": min(int(self.seed.text() or -1), LARGEST_SEED),
            "steps": self.steps.value() or None,
            "guidance_scale": _or_none(self.guidance.value()),
            "scheduler": self.scheduler.currentText().strip(),
            "num_outputs": self.number.value(),
            "context": context if chosen == "pixels" else chosen,
            "feather": _or_none(self.feather.value()),
            "source": self.source.currentData(),
        }

    def set_values(self, settings: PanelSettings) -> None:
        """Fill the fields."""
        self.seed.setText("" if settings.seed < 0 else str(settings.seed))
        self.steps.setValue(settings.steps or 0)
        self.guidance.setValue(
            UNSET if settings.guidance_scale is None else settings.guidance_scale
        )
        self.scheduler.setCurrentText(settings.scheduler)
        self.number.setValue(settings.num_outputs)
        in_pixels = isinstance(settings.context, int)
        kind = "pixels" if in_pixels else settings.context
        self.context_kind.setCurrentIndex(max(0, self.context_kind.findData(kind)))
        if isinstance(settings.context, int):
            self.context.setValue(settings.context)
        self.context.setVisible(in_pixels)
        self.feather.setValue(UNSET if settings.feather is None else settings.feather)
        self.source.setCurrentIndex(max(0, self.source.findData(settings.source)))

    def set_schedulers(self, names: Sequence[str]) -> None:
        """Offer what the endpoint's model has; anything else may still be written."""
        if [self.scheduler.itemText(index) for index in range(1, self.scheduler.count())] == [
            *names
        ]:
            return
        written = self.scheduler.currentText()
        self.scheduler.clear()
        self.scheduler.addItems(["", *names])
        self.scheduler.setCurrentText(written)

    def refresh_icons(self) -> None:
        """Take the icons of the theme that is on."""
        self.dice.setIcon(icon("view-refresh"))
        is_open = self.header.isChecked()
        self.header.setArrowType(
            QtCore.Qt.ArrowType.DownArrow if is_open else QtCore.Qt.ArrowType.RightArrow
        )

    def _make_fields(self) -> None:
        self.seed = QtWidgets.QLineEdit()
        self.seed.setPlaceholderText(_("Random"))
        self.seed.setClearButtonEnabled(True)
        digits = QtCore.QRegularExpression("[0-9]{0,10}")
        self.seed.setValidator(QtGui.QRegularExpressionValidator(digits, self.seed))
        self.dice = QtWidgets.QToolButton()
        self.dice.setToolTip(_("Roll a seed"))
        self.dice.setAutoRaise(True)
        self.steps = _spin(0, MOST_STEPS, _("Model's own"))
        self.guidance = QtWidgets.QDoubleSpinBox()
        self.guidance.setRange(UNSET, STRONGEST)
        self.guidance.setSingleStep(0.5)
        self.guidance.setDecimals(1)
        self.guidance.setSpecialValueText(_("Model's own"))
        self.guidance.setToolTip(_("How closely to follow the prompt (CFG)"))
        self.scheduler = QtWidgets.QComboBox()
        self.scheduler.setEditable(True)
        self.scheduler.setMinimumContentsLength(6)
        edit = self.scheduler.lineEdit()
        edit.setPlaceholderText(_("Model's own"))
        self.number = _spin(1, MOST_IMAGES, "")
        self.context_kind = QtWidgets.QComboBox()
        for words, kind in ((_("Automatic"), "auto"), (_("Whole image"), "whole")):
            self.context_kind.addItem(words, kind)
        self.context_kind.addItem(_("Pixels"), "pixels")
        self.context = _spin(0, WIDEST, "")
        self.context.setValue(128)
        self.context.setSuffix(_(" px"))
        self.context_kind.setToolTip(_("How much round the selection the model gets to see"))
        self.feather = _spin(UNSET, SOFTEST, _("Automatic"))
        self.feather.setSuffix(_(" px"))
        self.feather.setToolTip(_("How softly the result's edge fades"))
        self.source = QtWidgets.QComboBox()
        for words, kind in ((_("What is visible"), "visible"), (_("Active layer"), "layer")):
            self.source.addItem(words, kind)

    def _rows(self) -> list[tuple[str, QtWidgets.QWidget]]:
        return [
            (_("Images"), self.number),
            (_("Seed"), _beside(self.seed, self.dice)),
            (_("Steps"), self.steps),
            (_("Guidance"), self.guidance),
            (_("Scheduler"), self.scheduler),
            (_("Context"), _beside(self.context_kind, self.context)),
            (_("Feather"), self.feather),
            (_("Source"), self.source),
        ]

    def _watch(self) -> None:
        """Say whenever a field changes."""
        for box in (self.steps, self.guidance, self.number, self.context, self.feather):
            box.valueChanged.connect(lambda _value: self.changed.emit())
        for combo in (self.context_kind, self.source):
            combo.currentIndexChanged.connect(lambda _index: self.changed.emit())
        self.scheduler.currentTextChanged.connect(lambda _text: self.changed.emit())
        self.seed.textChanged.connect(lambda _text: self.changed.emit())
        self.context_kind.currentIndexChanged.connect(
            lambda _index: self.context.setVisible(self.context_kind.currentData() == "pixels")
        )
        self.dice.clicked.connect(
            lambda: self.seed.setText(str(random.randint(0, LARGEST_SEED)))  # noqa: S311  no secret
        )

    def _fold(self, open_: bool) -> None:  # noqa: FBT001  Qt's signal
        self.body.setVisible(open_)
        self.refresh_icons()


def _spin(low: int, high: int, words: str) -> QtWidgets.QSpinBox:
    """A number; its lowest shows as words."""
    box = QtWidgets.QSpinBox()
    box.setRange(low, high)
    if words:
        box.setSpecialValueText(words)
    return box


def _beside(first: QtWidgets.QWidget, second: QtWidgets.QWidget) -> QtWidgets.QWidget:
    """Two fields in one row."""
    both = QtWidgets.QWidget()
    row = QtWidgets.QHBoxLayout(both)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(2)
    row.addWidget(first, 1)
    row.addWidget(second)
    return both


def _or_none(value: float) -> Any:
    """A field's number; None where it shows words."""
    return None if value < 0 else value
