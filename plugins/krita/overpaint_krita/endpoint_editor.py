"""One endpoint, a new one or one to change: its name and address, its key, what it is asked for."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from .icons import icon
from .qt import QtWidgets
from .vendor.overpaint_bridge.desk import EndpointView
from .vendor.overpaint_bridge.wording import gettext as _

__all__ = ["EndpointEditor"]


class EndpointEditor(QtWidgets.QDialog):
    """Its fields; the key is never shown, and stays as it is where nothing is typed."""

    def __init__(
        self, parent: Any, taken: Collection[str], view: EndpointView | None = None
    ) -> None:
        """Show an endpoint, or empty fields.

        Args:
            parent: the window it belongs to.
            taken: the names of all endpoints there are.
            view: the one to change; None = a new one.
        """
        super().__init__(parent)
        self._view = view or EndpointView("")
        self._taken = set(taken) - {self._view.name}
        self.setWindowTitle(_("Change the endpoint") if view else _("Add an endpoint"))
        self.name = QtWidgets.QLineEdit(self._view.name)
        self.address = QtWidgets.QLineEdit(self._view.base_url)
        self.address.setPlaceholderText("https://…/v1")
        self.key = QtWidgets.QLineEdit()
        self.key.setEchoMode(QtWidgets.QLineEdit.EchoMode.Password)
        self.version = QtWidgets.QLineEdit(self._view.version)
        self.version.setPlaceholderText(_("Optional"))
        self.authority = QtWidgets.QLineEdit(self._view.ca_file)
        self.authority.setPlaceholderText(_("Optional: a .pem file"))
        further = _("A further certificate authority to trust, in a closed network")
        self.authority.setToolTip(further)
        self.browse = QtWidgets.QToolButton()
        self.browse.setIcon(icon("document-open"))
        self.browse.setToolTip(_("Choose a file"))
        self.flat = QtWidgets.QCheckBox(_("Also send the fields flat, outside of “input”"))
        self.flat.setChecked(self._view.flat_fields)
        self.said = QtWidgets.QLabel()
        self.said.setWordWrap(True)
        kinds = QtWidgets.QDialogButtonBox.StandardButton
        self.buttons = QtWidgets.QDialogButtonBox(kinds.Ok | kinds.Cancel)
        for field in (self.address, self.version, self.authority):
            field.setCursorPosition(0)  # a long one shows its beginning
        self._lay_out()
        self._connect()
        self._allow()

    def values(self) -> dict[str, Any]:
        """What was filled in, as `Desk.add_endpoint` takes it."""
        return {
            "name": self.name.text().strip(),
            "base_url": self.address.text().strip(),
            "version": self.version.text().strip() or None,
            "flat_fields": self.flat.isChecked(),
            "replaces": self._view.name,
            "ca_file": self.authority.text().strip(),
            "key": self.key.text().strip(),
        }

    def _lay_out(self) -> None:
        file = QtWidgets.QHBoxLayout()
        file.addWidget(self.authority, 1)
        file.addWidget(self.browse)
        form = QtWidgets.QFormLayout()
        form.addRow(_("Name"), self.name)
        form.addRow(_("Address"), self.address)
        form.addRow(_("Key"), self.key)
        form.addRow(_("Model version"), self.version)
        form.addRow(_("TLS authority"), file)
        form.addRow("", self.flat)
        column = QtWidgets.QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self.said)
        column.addWidget(self.buttons)
        self.resize(self.fontMetrics().averageCharWidth() * 60, self.sizeHint().height())

    def _connect(self) -> None:
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.browse.clicked.connect(self._browse)
        for field in (self.name, self.address):
            field.textChanged.connect(lambda _text: self._allow())

    def _browse(self) -> None:
        chosen, _kind = QtWidgets.QFileDialog.getOpenFileName(
            self, _("TLS authority"), self.authority.text(), _("Certificates (*.pem *.crt *.cer)")
        )
        if chosen:
            self.authority.setText(chosen)

    def _allow(self) -> None:
        """Without a name and an address there is no endpoint, and two can't have one name."""
        name, address = self.name.text().strip(), self.address.text().strip()
        is_taken = name in self._taken
        self.said.setText(_("There is an endpoint called {name}.").format(name=name))
        self.said.setVisible(is_taken)
        words = _("No key yet")
        if self._view.has_key:
            is_elsewhere = _origin(address) != _origin(self._view.base_url)
            words = _("A key is kept; type to replace it")
            words = _("Another address wants its own key") if is_elsewhere else words
        self.key.setPlaceholderText(words)
        ok = self.buttons.button(QtWidgets.QDialogButtonBox.StandardButton.Ok)
        ok.setEnabled(bool(name and address) and not is_taken)


def _origin(address: str) -> tuple[str, str]:
    """What a key belongs to."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ("", "")
    return (parts.scheme, parts.netloc)
