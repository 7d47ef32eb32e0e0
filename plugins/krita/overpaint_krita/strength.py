"""Strength in per cent: Krita's own slider where it lends it to plug-ins (from 5.3)."""

from __future__ import annotations

from typing import Any

import krita

from .qt import QtCore, QtWidgets
from .vendor.overpaint_bridge.wording import gettext as _

__all__ = ["Strength"]

FULL = 100


class Strength(QtWidgets.QWidget):
    """A slider from 0 to 100 %."""

    changed = QtCore.pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.setToolTip(_("How freely to paint: 100 % ignores what was there"))
        self._native: Any = None
        if hasattr(krita, "SliderSpinBox"):
            self._native = krita.SliderSpinBox()
            self.box = self._native.widget()
            row.addWidget(self.box, 1)
        else:
            label = QtWidgets.QLabel(_("Strength"))
            self.slider = QtWidgets.QSlider(QtCore.Qt.Orientation.Horizontal)
            self.slider.setRange(0, FULL)
            self.box = QtWidgets.QSpinBox()
            label.setBuddy(self.box)
            row.addWidget(label)
            row.addWidget(self.slider, 1)
            row.addWidget(self.box)
            self.box.setSuffix(_(" %"))
            self.slider.valueChanged.connect(self.box.setValue)
            self.box.valueChanged.connect(self.slider.setValue)
        if self._native is not None:
            self._native.setRange(0, FULL)
            self.box.setPrefix(_("Strength: "))
            self.box.setSuffix(_(" %"))
        else:
            self.box.setRange(0, FULL)
        self._is_set = False
        self.box.valueChanged.connect(self._moved)
        self.set_value(None)

    def value(self) -> int | None:
        """Per cent; None until somebody moves it: the model's own."""
        return int(self.box.value()) if self._is_set else None

    def set_value(self, value: int | None) -> None:
        """Set it, or leave it to the model."""
        self.box.setValue(FULL if value is None else value)
        self._is_set = value is not None

    def _moved(self, _value: int) -> None:
        self._is_set = True
        self.changed.emit()
