"""A new endpoint: its name, its address, and which model it is asked for."""

from __future__ import annotations

from typing import Any

from .qt import QtWidgets
from .vendor.overpaint_bridge.wording import gettext as _

__all__ = ["EndpointEditor"]


class EndpointEditor(QtWidgets.QDialog):
    """Three fields and a switch."""

    def __init__(self, parent: Any) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Add an endpoint"))
        self.name = QtWidgets.QLineEdit()
        self.address = QtWidgets.QLineEdit()
        self.address.setPlaceholderText("https://…/v1")
        self.version = QtWidgets.QLineEdit()
        self.version.setPlaceholderText(_("Optional"))
        self.flat = QtWidgets.QCheckBox(_("Also send the fields flat, outside of “input”"))
        form = QtWidgets.QFormLayout()
        form.addRow(_("Name"), self.name)
        form.addRow(_("Address"), self.address)
        form.addRow(_("Model version"), self.version)
        form.addRow("", self.flat)
        kinds = QtWidgets.QDialogButtonBox.StandardButton
        self.buttons = QtWidgets.QDialogButtonBox(kinds.Ok | kinds.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column = QtWidgets.QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self.buttons)
        for field in (self.name, self.address):
            field.textChanged.connect(lambda _text: self._allow())
        self.resize(self.fontMetrics().averageCharWidth() * 60, self.sizeHint().height())
        self._allow()

    def values(self) -> dict[str, Any]:
        """What was filled in."""
        return {
            "name": self.name.text().strip(),
            "base_url": self.address.text().strip(),
            "version": self.version.text().strip() or None,
            "flat_fields": self.flat.isChecked(),
        }

    def _allow(self) -> None:
        """Without a name and an address there is no endpoint."""
        ok = self.buttons.button(QtWidgets.QDialogButtonBox.StandardButton.Ok)
        ok.setEnabled(bool(self.name.text().strip() and self.address.text().strip()))
