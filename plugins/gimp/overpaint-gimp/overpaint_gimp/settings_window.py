"""The settings: endpoints and their keys, the worker, and a test of both."""

from __future__ import annotations

from collections.abc import Callable

from overpaint_bridge.desk import EndpointView
from overpaint_bridge.errors import BridgeError
from overpaint_bridge.panel import Panel
from overpaint_bridge.settings import EMBEDDED, PanelSettings
from overpaint_bridge.trouble import trouble
from overpaint_bridge.wording import gettext as _

from .boxes import TroubleBox
from .defaults import DefaultsBox
from .faults import every, show_faults
from .gtk import (
    BORDER,
    GAP,
    Gdk,
    GimpUi,
    Gtk,
    add_row,
    button,
    combo,
    entry,
    grid,
    label,
    pack,
    vertical,
)
from .host import GLib

__all__ = ["SettingsWindow"]

POLL_MILLISECONDS = 50
# An endpoint that is being made; no endpoint can be called that.
NEW = " new"


class SettingsWindow:
    """A window over a panel's worker; what is changed is kept by it at once.

    Attributes:
        window: GTK's own.
    """

    def __init__(
        self,
        panel: Panel,
        *,
        parent: Gtk.Window | None = None,
        on_close: Callable[[], None] | None = None,
        on_defaults: Callable[[PanelSettings], None] | None = None,
    ) -> None:
        """Open it.

        Args:
            panel: whose worker keeps the settings.
            parent: the panel's window, if there is one.
            on_close: called when the window is gone.
            on_defaults: told of another context or feather.
        """
        self._panel = panel
        self._on_defaults = on_defaults or (lambda _settings: None)
        self._on_close = on_close or (lambda: None)
        self._seen: tuple[object, ...] = ()
        self._awaits_diagnosis = False
        self._wanted = ""
        self.window = Gtk.Window(title=_("Overpaint settings"))
        self.window.set_role("overpaint-settings")
        self.window.set_default_size(440, -1)
        self.window.connect("destroy", self._closed)
        self._choice = combo()
        self._name, self._address = entry(_("A name of your own")), entry("https://")
        self._model = entry(_("The endpoint's own"))
        self._flat = Gtk.CheckButton(
            label=_("For a gateway that asks for it: send settings t_wice"), use_underline=True
        )
        self._flat.set_tooltip_text(
            _(
                "Prompt, seed, steps and the like go beside “input” as well. Leave it off unless"
                " your gateway's own page speaks of flat fields."
            )
        )
        self._key = entry()
        self._key.set_visibility(False)
        self._key.set_input_purpose(Gtk.InputPurpose.PASSWORD)
        self._answer = label()
        self._trouble = TroubleBox()
        self._buttons = {
            "save": button(_("_Save"), self._save),
            "use": button(_("Use by _default"), self._use),
            "test": button(_("_Test"), self._test, tip=_("Costs nothing")),
            "remove": button(_("_Remove"), self._remove),
        }
        self._build(parent)
        self._choice.connect("changed", self._changed)
        self._show_chosen()
        self._ask(self._panel.desk.ask_endpoints)
        self._timer = every(POLL_MILLISECONDS, self._tick, self._trouble.show)

    def _build(self, parent: Gtk.Window | None) -> None:
        column = vertical(BORDER)
        column.set_border_width(BORDER)
        self.window.add(column)
        table = grid()
        rows = (
            (_("_Endpoint"), self._choice),
            (_("_Name"), self._name),
            (_("_Address"), self._address),
            (_("_Model"), self._model),
            (_("_Key"), self._key),
        )
        for place, (name, widget) in enumerate(rows):
            add_row(table, place, name, widget)
        table.attach(self._flat, 1, len(rows), 1, 1)
        row = Gtk.Box(spacing=GAP)
        pack(row, *self._buttons.values())
        last = Gtk.Box(spacing=GAP)
        pack(
            last,
            button(
                _("_Copy diagnostics"),
                self._diagnose,
                tip=_("For a report; names no key and no picture"),
            ),
        )
        last.pack_end(button(_("C_lose"), self.window.destroy), False, False, 0)
        note = label(
            _("A key goes into the system's key store, and only to its own endpoint."), dim=True
        )
        defaults = DefaultsBox(self._panel, self._trouble, self._on_defaults)
        pack(column, table, note, row, self._answer, Gtk.Separator(), defaults.box)
        pack(column, self._trouble.box, last)
        if parent is None:
            show_faults(self._trouble.show)
            GimpUi.window_set_transient(self.window)
        else:
            self.window.set_transient_for(parent)
        self.window.show_all()

    @property
    def _chosen(self) -> EndpointView | None:
        name = self._choice.get_active_id()
        views = self._panel.desk.endpoints or []
        return next((view for view in views if view.name == name), None)

    def _save(self) -> None:
        """Keep the endpoint, and the key if one was typed."""
        name, key = self._name.get_text().strip(), self._key.get_text().strip()
        model = self._model.get_text().strip() or None

        def keep() -> None:
            self._panel.desk.add_endpoint(
                name,
                self._address.get_text().strip(),
                version=model,
                flat_fields=self._flat.get_active(),
            )
            if key:
                self._panel.desk.set_key(name, key)

        self._key.set_text("")
        self._wanted = name
        self._ask(keep)

    def _use(self) -> None:
        if self._chosen is not None:
            name = self._chosen.name
            self._ask(lambda: self._panel.desk.use_endpoint(name))

    def _test(self) -> None:
        if self._chosen is not None:
            self._answer.set_text(_("Asking…"))
            self._panel.test_endpoint(self._chosen.name)

    def _remove(self) -> None:
        if self._chosen is not None:
            name = self._chosen.name
            self._ask(lambda: self._panel.desk.remove_endpoint(name))

    def _diagnose(self) -> None:
        self._awaits_diagnosis = True
        self._ask(self._panel.desk.doctor)

    def _ask(self, act: Callable[[], None]) -> None:
        self._trouble.hide()
        try:
            act()
        except BridgeError as error:
            self._trouble.show(trouble(error))

    def _tick(self) -> bool:
        self._panel.poll()
        desk = self._panel.desk
        now = (desk.endpoints, desk.default, desk.tested, desk.refusal, self._panel.trouble)
        if now != self._seen:
            self._refresh(self._seen, now)
            self._seen = now
        if self._awaits_diagnosis and desk.diagnosis:
            self._awaits_diagnosis = False
            Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD).set_text(desk.diagnosis, -1)
            self._answer.set_text(_("The diagnostics are on the clipboard."))
        return True

    def _refresh(self, before: tuple[object, ...], now: tuple[object, ...]) -> None:
        desk = self._panel.desk
        if now[:2] != before[:2]:
            saved = bool(self._wanted)
            self._list_endpoints()
            if saved and desk.endpoint(self._choice.get_active_id() or "") is not None:
                self._answer.set_text(_("Saved."))
        if desk.tested is not None and now[2:3] != before[2:3]:
            self._answer.set_text(f"{desk.tested.message} {desk.tested.hint}".strip())
        wrong = desk.refusal or self._panel.trouble
        if wrong is not None:
            self._trouble.show(wrong)

    def _list_endpoints(self) -> None:
        """List what there is; what was saved or chosen last stays chosen."""
        desk = self._panel.desk
        if desk.endpoints is None:
            return
        before = self._choice.get_active_id()
        wanted = self._wanted or before or desk.default
        self._wanted = ""
        self._choice.handler_block_by_func(self._changed)
        self._choice.remove_all()
        for view in desk.endpoints:
            shown = _("Built in, free") if view.name == EMBEDDED else view.name
            mark = _("{name} (default)") if view.name == desk.default else "{name}"
            self._choice.append(view.name, mark.format(name=shown))
        self._choice.append(NEW, _("New endpoint…"))
        if not self._choice.set_active_id(wanted):
            self._choice.set_active_id(desk.default)
        self._choice.handler_unblock_by_func(self._changed)
        # Whoever is typing a new endpoint keeps what has been typed.
        if not before == self._choice.get_active_id() == NEW:
            self._show_chosen()

    def _changed(self, _combo: Gtk.ComboBoxText) -> None:
        self._show_chosen()

    def _show_chosen(self) -> None:
        """Put the chosen endpoint into the fields."""
        view = self._chosen or EndpointView("")
        is_new = self._choice.get_active_id() == NEW
        own = view.name not in ("", EMBEDDED)
        self._name.set_text(_("Built in") if view.is_free else view.name)
        self._address.set_text(view.base_url)
        self._model.set_text(view.version)
        self._flat.set_active(view.flat_fields)
        kept = _("A key is kept; type to replace it") if view.has_key else _("No key yet")
        self._key.set_placeholder_text(kept if own or is_new else _("Needs none"))
        self._name.set_sensitive(is_new)
        for field in (self._address, self._model, self._key, self._flat, self._buttons["save"]):
            field.set_sensitive(is_new or own)
        self._buttons["remove"].set_sensitive(own)
        for name in ("use", "test"):
            self._buttons[name].set_sensitive(self._chosen is not None)
        self._answer.set_text("")

    def _closed(self, _window: Gtk.Window) -> None:
        GLib.source_remove(self._timer)
        self._on_close()
