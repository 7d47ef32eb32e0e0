"""What a person asks for, as fields: in the panel and in the dialogs alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from overpaint_bridge.desk import EndpointView
from overpaint_bridge.settings import EMBEDDED, MODES, SIDES, PanelSettings
from overpaint_bridge.wording import gettext as _
from overpaint_bridge.wording import unread

from .advanced import Advanced
from .gtk import BORDER, GAP, Gtk, add_row, combo, grid, label, pack, spin, text, vertical

__all__ = ["Form"]


class Form:
    """Mode, prompt, sides, endpoint and the advanced settings.

    Attributes:
        box: to be packed.
        prompt: where the prompt is typed.
        mode: what is chosen now.
    """

    def __init__(
        self, modes: Sequence[str] = MODES, *, on_mode: Callable[[str], None] | None = None
    ) -> None:
        """Make the fields.

        Args:
            modes: which can be chosen; with one there is nothing to choose.
            on_mode: told of another mode.
        """
        self.mode = modes[0]
        self._on_mode = on_mode or (lambda _mode: None)
        self.box = vertical(BORDER)
        self._modes = self._mode_buttons(modes)
        self._prompt_box = vertical(GAP)
        frame, self.prompt = text()
        name = Gtk.Label(label=_("_Prompt"), use_underline=True, xalign=0.0)
        name.set_mnemonic_widget(self.prompt)
        self.prompt.get_accessible().set_name(_("Prompt"))
        pack(self._prompt_box, name)
        pack(self._prompt_box, frame)
        self._hint = label(dim=True)
        pack(self._prompt_box, self._hint)
        pack(self.box, self._prompt_box)
        self._sides = {side: spin(0, 16384, 8) for side in SIDES}
        self._keep = Gtk.CheckButton(label=_("_Keep original pixels"), use_underline=True)
        self._side_box = self._side_fields()
        pack(self.box, self._side_box)
        self._endpoint = combo(("", _("Default")))
        table = grid()
        add_row(table, 0, _("Endpoin_t"), self._endpoint)
        pack(self.box, table)
        self._endpoint.connect("changed", lambda _combo: self._offer())
        self._views: list[EndpointView] = []
        self._default = ""
        self.prompt.get_buffer().connect("changed", lambda _buffer: self._tell())
        self.advanced = Advanced()
        pack(self.box, self.advanced.box)

    def show(self, settings: PanelSettings) -> None:
        """Put settings into the fields."""
        self.prompt.get_buffer().set_text(settings.prompt)
        for side, field in self._sides.items():
            field.set_value(getattr(settings, side))
        self._keep.set_active(settings.keep_original)
        # The default stands in the list already, and by its name it would stand there twice.
        endpoint = "" if settings.endpoint == self._default else settings.endpoint
        if endpoint and not self._endpoint.set_active_id(endpoint):
            self._endpoint.append(endpoint, endpoint)
        self._endpoint.set_active_id(endpoint)
        self.advanced.show(settings)
        if settings.mode in self._modes:
            self._modes[settings.mode].set_active(True)
        self.show_mode()

    def choose_mode(self, mode: str) -> None:
        """Press a mode's button."""
        self._modes[mode].set_active(True)

    def read(self) -> PanelSettings:
        """The fields' values.

        Raises:
            Refusal: one can't be read.
        """
        settings = PanelSettings(
            mode=self.mode,
            prompt=self._words().strip(),
            endpoint=self._endpoint.get_active_id() or "",
            keep_original=self._keep.get_active(),
        )
        sides = {side: field.get_value_as_int() for side, field in self._sides.items()}
        return self.advanced.read(replace(settings, **sides))

    def offer_endpoints(self, views: Sequence[EndpointView], default: str) -> None:
        """List the endpoints; the chosen one stays chosen if it is still there."""
        chosen = self._endpoint.get_active_id() or ""
        self._views = list(views)
        self._endpoint.remove_all()
        self._endpoint.append("", _("Default: {name}").format(name=_endpoint_name(default)))
        for view in views:
            # The default stands there already, unless somebody chose it by its name.
            if view.name != default or view.name == chosen:
                self._endpoint.append(view.name, _endpoint_name(view.name))
        if not self._endpoint.set_active_id(chosen):
            self._endpoint.set_active_id("")
        self._default = default
        self._offer()

    def show_mode(self) -> None:
        """Show what the mode needs, and hide the rest."""
        self._prompt_box.set_visible(self.mode != "remove")
        self._side_box.set_visible(self.mode == "expand")

    def _offer(self) -> None:
        view = self._view()
        self.advanced.offer_schedulers(view.schedulers if view else [])
        self._tell()

    def _tell(self) -> None:
        """Say what the prompt, or none, will come to."""
        words = unread(self._view(), self._words())
        self._hint.set_text(words or _("Empty: fill from the surroundings."))

    def _view(self) -> EndpointView | None:
        """The endpoint that is chosen; None while nothing is known of it."""
        chosen = self._endpoint.get_active_id() or self._default
        return next((view for view in self._views if view.name == chosen), None)

    def _words(self) -> str:
        """The prompt as it was typed."""
        buffer = self.prompt.get_buffer()
        return str(buffer.get_text(buffer.get_start_iter(), buffer.get_end_iter(), False))

    def _mode_buttons(self, modes: Sequence[str]) -> dict[str, Gtk.RadioButton]:
        words = {"fill": _("F_ill"), "expand": _("E_xpand"), "remove": _("Remo_ve")}
        row = Gtk.Box(homogeneous=True)
        row.get_style_context().add_class("linked")
        buttons: dict[str, Gtk.RadioButton] = {}
        first = None
        for mode in modes:
            made = Gtk.RadioButton.new_with_mnemonic_from_widget(first, words[mode])
            made.set_mode(False)
            made.get_accessible().set_name(words[mode].replace("_", ""))
            made.connect("toggled", self._chose, mode)
            row.pack_start(made, True, True, 0)
            first = first or made
            buttons[mode] = made
        if len(modes) > 1:
            pack(self.box, row)
        return buttons

    def _chose(self, button: Gtk.RadioButton, mode: str) -> None:
        if button.get_active():
            self.mode = mode
            self.show_mode()
            self._on_mode(mode)

    def _side_fields(self) -> Gtk.Box:
        words = {"left": _("Left"), "right": _("Right"), "up": _("Up"), "down": _("Down")}
        table = grid()
        for place, (side, field) in enumerate(self._sides.items()):
            name = Gtk.Label(label=words[side], xalign=0.0)
            field.get_accessible().set_name(words[side])
            field.set_hexpand(True)
            table.attach(name, 2 * (place % 2), place // 2, 1, 1)
            table.attach(field, 2 * (place % 2) + 1, place // 2, 1, 1)
        column = vertical()
        pack(column, label(_("Pixels by which each side grows"), dim=True))
        pack(column, table)
        pack(column, self._keep)
        column.set_no_show_all(True)
        for child in column.get_children():
            child.show_all()
        return column


def _endpoint_name(name: str) -> str:
    """What a person reads for an endpoint."""
    return _("Built in, free") if name == EMBEDDED else name
