"""How far to expand, in each direction."""

from __future__ import annotations

from collections.abc import Mapping

from .qt import QtCore, QtWidgets
from .vendor.overpaint_bridge.wording import gettext as _

__all__ = ["SIDES", "Margins"]

SIDES = ("left", "right", "up", "down")
FURTHEST = 8192
STEP = 32


class Margins(QtWidgets.QWidget):
    """Four numbers of pixels, two a row."""

    changed = QtCore.pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        words = {"left": _("Left"), "right": _("Right"), "up": _("Up"), "down": _("Down")}
        self.sides = {side: QtWidgets.QSpinBox() for side in SIDES}
        grid = QtWidgets.QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        for index, (side, box) in enumerate(self.sides.items()):
            box.setRange(0, FURTHEST)
            box.setSingleStep(STEP)
            box.setSuffix(_(" px"))
            box.setMinimumWidth(0)
            label = QtWidgets.QLabel(words[side])
            label.setBuddy(box)
            grid.addWidget(label, index // 2, index % 2 * 2)
            grid.addWidget(box, index // 2, index % 2 * 2 + 1)
            box.valueChanged.connect(lambda _value: self.changed.emit())
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)

    def values(self) -> dict[str, int]:
        """Pixels a side."""
        return {side: box.value() for side, box in self.sides.items()}

    def set_values(self, values: Mapping[str, int]) -> None:
        """Fill the boxes."""
        for side, box in self.sides.items():
            box.setValue(values[side])
