"""The first row: what to do, by which endpoint, and the settings."""

from __future__ import annotations

from collections.abc import Sequence

from .icons import MODE_ICONS, icon
from .qt import QtCore, QtWidgets
from .vendor.overpaint_bridge.wording import gettext as _

__all__ = ["Heading"]

NARROW = 6


class Heading(QtWidgets.QWidget):
    """Mode, endpoint, settings."""

    changed = QtCore.pyqtSignal()
    settings_asked = QtCore.pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.mode = QtWidgets.QComboBox()
        self.endpoint = QtWidgets.QComboBox()
        self.cog = QtWidgets.QToolButton()
        words = {"fill": _("Fill"), "expand": _("Expand"), "remove": _("Remove")}
        for mode, word in words.items():
            self.mode.addItem(icon(MODE_ICONS[mode]), word, mode)
        self.mode.setToolTip(_("What to do with the selection"))
        self.endpoint.setToolTip(_("Who paints"))
        self.cog.setToolTip(_("Endpoints, keys and settings"))
        self.cog.setAutoRaise(True)
        narrow = QtWidgets.QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self.endpoint.setSizeAdjustPolicy(narrow)
        self.endpoint.setMinimumContentsLength(NARROW)
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.mode)
        row.addWidget(self.endpoint, 1)
        row.addWidget(self.cog)
        self.refresh_icons()
        self.mode.currentIndexChanged.connect(lambda _index: self.changed.emit())
        self.endpoint.currentIndexChanged.connect(lambda _index: self.changed.emit())
        self.cog.clicked.connect(lambda: self.settings_asked.emit())

    def refresh_icons(self) -> None:
        """Take the icons of the theme that is on."""
        self.cog.setIcon(icon("configure"))
        for index in range(self.mode.count()):
            self.mode.setItemIcon(index, icon(MODE_ICONS[self.mode.itemData(index)]))

    def set_mode(self, mode: str) -> None:
        """Choose what to do."""
        self.mode.setCurrentIndex(max(0, self.mode.findData(mode)))

    def choose_endpoint(self, name: str) -> None:
        """Choose an endpoint, where it is among those on offer."""
        place = self.endpoint.findData(name)
        if place >= 0:
            self.endpoint.setCurrentIndex(place)

    def set_endpoints(self, endpoints: Sequence[tuple[str, str]], chosen: str) -> None:
        """Offer endpoints, each as name and the words for it."""
        self.endpoint.blockSignals(True)
        self.endpoint.clear()
        for name, words in endpoints:
            self.endpoint.addItem(words, name)
            self.endpoint.setItemData(
                self.endpoint.count() - 1, words, QtCore.Qt.ItemDataRole.ToolTipRole
            )
        self.endpoint.setCurrentIndex(max(0, self.endpoint.findData(chosen)))
        self.endpoint.blockSignals(False)
