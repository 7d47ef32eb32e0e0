"""The settings: endpoints and their keys, results that were left over, a report for a fault."""

from __future__ import annotations

from typing import Any

from .beat import Beat
from .endpoint_editor import EndpointEditor
from .icons import icon
from .qt import QtCore, QtGui, QtWidgets, put_over
from .vendor.overpaint_bridge.desk import EndpointView, Leftover
from .vendor.overpaint_bridge.panel import Panel
from .vendor.overpaint_bridge.runs import PanelRun
from .vendor.overpaint_bridge.settings import EMBEDDED
from .vendor.overpaint_bridge.wording import gettext as _
from .vendor.overpaint_bridge.wording import ngettext

__all__ = ["SettingsDialog"]

NAME = QtCore.Qt.ItemDataRole.UserRole
LOOK = 100


class SettingsDialog(QtWidgets.QDialog):
    """Everything is kept as soon as it is done, so there is only Close."""

    renamed = QtCore.pyqtSignal(str, str)

    def __init__(self, parent: Any, panel: Panel, endpoint: str = "") -> None:
        """Open it.

        Args:
            parent: the window it belongs to.
            panel: whose worker keeps the settings.
            endpoint: the one that is painted by, which is chosen first; "" = the default.
        """
        super().__init__(parent)
        self.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Overpaint: settings"))
        self._panel = panel
        self._drawn: tuple[Any, ...] = ()
        self._wanted, self._asked = endpoint, ""
        self._fetched: PanelRun | None = None
        self.endpoints = QtWidgets.QTreeWidget()
        self.endpoints.setHeaderLabels([_("Endpoint"), _("Address"), _("Model version"), _("Key")])
        self.endpoints.setRootIsDecorated(False)
        self.add = QtWidgets.QPushButton(icon("list-add"), _("Add…"))
        self.change = QtWidgets.QPushButton(icon("document-edit"), _("Change…"))
        self.remove = QtWidgets.QPushButton(icon("list-remove"), _("Remove"))
        self.default = QtWidgets.QPushButton(_("Use by default"))
        self.test = QtWidgets.QPushButton(_("Test"))
        self.key = QtWidgets.QLineEdit()
        self.key.setEchoMode(QtWidgets.QLineEdit.EchoMode.Password)
        self.key.setPlaceholderText(_("Key of the endpoint that is chosen"))
        self.keep = QtWidgets.QPushButton(_("Store key"))
        self.forget = QtWidgets.QPushButton(_("Forget key"))
        self.said = QtWidgets.QLabel()
        self.said.setWordWrap(True)
        self.leftovers = QtWidgets.QListWidget()
        self.fetch = QtWidgets.QPushButton(_("Fetch"))
        self.dismiss = QtWidgets.QPushButton(_("Dismiss"))
        self.report = QtWidgets.QPushButton(icon("edit-copy"), _("Copy diagnostics"))
        self.report.setToolTip(_("What a report of a fault should say; no keys, no pictures"))
        self._lay_out()
        put_over(self, parent)
        self._connect()
        panel.desk.ask_endpoints()
        panel.recover()
        panel.desk.doctor()
        self.beat = Beat(self, LOOK, self._draw, lambda trouble: self.said.setText(trouble.what))
        self._draw()

    @property
    def chosen(self) -> str:
        """The name of the endpoint that is chosen."""
        item = self.endpoints.currentItem()
        return str(item.data(0, NAME)) if item is not None else ""

    def _lay_out(self) -> None:
        column = QtWidgets.QVBoxLayout(self)
        column.addWidget(self.endpoints, 2)
        column.addLayout(_row(self.add, self.change, self.remove, self.default, self.test))
        column.addLayout(_row(self.key, self.keep, self.forget))
        column.addWidget(self.said)
        column.addWidget(QtWidgets.QLabel(_("Recover results")))
        column.addWidget(self.leftovers, 1)
        buttons = QtWidgets.QDialogButtonBox(QtWidgets.QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        last = _row(self.fetch, self.dismiss, self.report)
        last.addStretch(1)
        last.addWidget(buttons)
        column.addLayout(last)
        width = self.fontMetrics().averageCharWidth() * 80
        self.resize(width, int(width * 0.7))
        # A version may be as long as a hash.
        self.endpoints.setColumnWidth(2, self.fontMetrics().averageCharWidth() * 16)

    def _connect(self) -> None:
        desk = self._panel.desk
        self.add.clicked.connect(self._add)
        self.change.clicked.connect(self._change)
        self.endpoints.itemDoubleClicked.connect(lambda _item, _column: self._change())
        self.remove.clicked.connect(lambda: desk.remove_endpoint(self.chosen))
        self.default.clicked.connect(lambda: desk.use_endpoint(self.chosen))
        self.test.clicked.connect(self._test)
        self.keep.clicked.connect(self._keep_key)
        self.key.returnPressed.connect(self._keep_key)
        self.forget.clicked.connect(lambda: desk.forget_key(self.chosen))
        self.endpoints.currentItemChanged.connect(lambda _new, _old: self._allow())
        self.leftovers.currentItemChanged.connect(lambda _new, _old: self._allow())
        self.fetch.clicked.connect(self._fetch)
        self.dismiss.clicked.connect(lambda: desk.dismiss(self._leftover()))
        self.report.clicked.connect(
            lambda: QtGui.QGuiApplication.clipboard().setText(desk.diagnosis)
        )

    def _add(self) -> None:
        self._edit(None)

    def _change(self) -> None:
        view = self._panel.desk.endpoint(self.chosen)
        if self.chosen and view is not None and not view.is_free:
            self._edit(view)

    def _edit(self, view: EndpointView | None) -> None:
        names = [each.name for each in self._panel.desk.endpoints or []]
        editor = EndpointEditor(self, names, view)
        editor.accepted.connect(lambda: self._keep(editor.values()))
        editor.open()

    def _keep(self, values: dict[str, Any]) -> None:
        """Keep an endpoint, and choose it as soon as it is listed."""
        self.said.clear()
        self._wanted = values["name"]
        if values["replaces"] not in ("", self._wanted):
            self.renamed.emit(values["replaces"], self._wanted)
        self._panel.desk.add_endpoint(**values)

    def _test(self) -> None:
        self._panel.desk.refusal = None
        self._asked = self.chosen
        self._panel.test_endpoint(self.chosen)
        self.said.setText(_("Asking {name}…").format(name=self.chosen))

    def _keep_key(self) -> None:
        if self.key.text() and self.chosen:
            self._panel.desk.set_key(self.chosen, self.key.text())
            self.key.clear()

    def _fetch(self) -> None:
        self._fetched = self._panel.deliver(self._leftover())

    def _leftover(self) -> str:
        item = self.leftovers.currentItem()
        return str(item.data(NAME)) if item is not None else ""

    def _draw(self) -> None:
        """Show what the worker has answered since."""
        desk = self._panel.desk
        if self._fetched is not None and self._fetched.is_over:
            self._fetched = None
            self._panel.recover()
        drawn = (desk.endpoints, desk.default, desk.leftovers)
        if drawn != self._drawn:
            self._drawn = drawn
            self._draw_lists()
        trouble = desk.refusal or self._panel.trouble
        if trouble is not None:
            self.said.setText(f"{trouble.what} {trouble.next}".strip())
        elif desk.tested is not None:
            said = f"{desk.tested.message} {desk.tested.hint}".strip()
            self.said.setText(f"{_name(self._asked)}: {said}")
        self._allow()

    def _draw_lists(self) -> None:
        desk = self._panel.desk
        chosen, leftover = self.chosen, self._leftover()
        if any(view.name == self._wanted for view in desk.endpoints or []):
            chosen, self._wanted = self._wanted, ""
        self.endpoints.clear()
        for view in desk.endpoints or []:
            item = QtWidgets.QTreeWidgetItem(_cells(view, is_default=view.name == desk.default))
            item.setData(0, NAME, view.name)
            self.endpoints.addTopLevelItem(item)
            if view.name == (chosen or desk.default):
                self.endpoints.setCurrentItem(item)
        for index in range(2):
            self.endpoints.resizeColumnToContents(index)
        self.leftovers.clear()
        for each in desk.leftovers or []:
            line = QtWidgets.QListWidgetItem(_line(each))
            line.setData(NAME, each.id)
            self.leftovers.addItem(line)
            if each.id == leftover:
                self.leftovers.setCurrentItem(line)

    def _allow(self) -> None:
        """Grey out what can't be done."""
        is_hosted = self.chosen not in ("", EMBEDDED)
        for button in (self.change, self.remove, self.keep, self.forget, self.key):
            button.setEnabled(is_hosted)
        for button in (self.default, self.test):
            button.setEnabled(bool(self.chosen))
        for button in (self.fetch, self.dismiss):
            button.setEnabled(bool(self._leftover()))
        self.report.setEnabled(bool(self._panel.desk.diagnosis))


def _row(*widgets: QtWidgets.QWidget) -> QtWidgets.QHBoxLayout:
    row = QtWidgets.QHBoxLayout()
    for widget in widgets:
        row.addWidget(widget)
    return row


def _cells(view: EndpointView, *, is_default: bool) -> list[str]:
    """One endpoint's row."""
    name = _name(view.name)
    if is_default:
        name = _("{name} (default)").format(name=name)
    return [name, view.base_url, view.version, _("stored") if view.has_key else ""]


def _name(endpoint: str) -> str:
    return _("Built in") if endpoint == EMBEDDED else endpoint


def _line(leftover: Leftover) -> str:
    """One leftover's line: what was asked for, how much came of it, when, and where."""
    prompt = " ".join(leftover.prompt.split()) or _("fill from the surroundings")
    number = ngettext("{n} result", "{n} results", leftover.results).format(n=leftover.results)
    if not leftover.results:
        number = _("not fetched yet")
    facts = (prompt, number, leftover.created_at[:16].replace("T", " "), leftover.host)
    return " · ".join(fact for fact in facts if fact)
