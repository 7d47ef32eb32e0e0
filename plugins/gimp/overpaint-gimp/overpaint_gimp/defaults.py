"""What the panel begins with, and which Python the worker runs in."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from overpaint_bridge.errors import BridgeError
from overpaint_bridge.panel import Panel
from overpaint_bridge.runtime import find_runtime, recorded_runtime_path
from overpaint_bridge.settings import PanelSettings
from overpaint_bridge.trouble import Trouble, trouble
from overpaint_bridge.wording import gettext as _

from .boxes import TroubleBox
from .gtk import GAP, Gtk, add_row, button, combo, entry, grid, label, pack, vertical
from .memory import load_settings, save_settings
from .refusal import Refusal

__all__ = ["DefaultsBox"]

WIDEST_FEATHER = 512


class DefaultsBox:
    """Context, feather and the worker's interpreter.

    Attributes:
        box: to be packed.
    """

    def __init__(
        self, panel: Panel, wrong: TroubleBox, on_change: Callable[[PanelSettings], None]
    ) -> None:
        """Show what is kept now.

        Args:
            panel: one that is open gets the new values too.
            wrong: where trouble is shown.
            on_change: told of the new values.
        """
        self._panel = panel
        self._wrong = wrong
        self._on_change = on_change
        kept = load_settings()
        self._context = combo(
            ("auto", _("Automatic")),
            ("whole", _("Whole image")),
            ("64", "64"),
            ("128", "128"),
            ("256", "256"),
        )
        if not self._context.set_active_id(str(kept.context)):
            self._context.append(str(kept.context), str(kept.context))
            self._context.set_active_id(str(kept.context))
        self._feather = entry(_("Automatic"))
        self._feather.set_tooltip_text(_("Empty: by the size of the selection"))
        self._feather.set_text("" if kept.feather is None else str(kept.feather))
        self._python = entry(_("Found by itself"))
        self._python.set_text(_recorded())
        self._said = label(dim=True)
        self.box = vertical()
        table = grid()
        add_row(table, 0, _("Conte_xt"), self._context)
        add_row(table, 1, _("_Feather in pixels"), self._feather)
        add_row(table, 2, _("_Worker's Python"), self._python_row())
        pack(self.box, table, self._said)
        self._context.connect("changed", lambda _widget: self._keep())
        self._feather.connect("changed", lambda _widget: self._keep())

    def _python_row(self) -> Gtk.Box:
        row = Gtk.Box(spacing=GAP)
        pack(row, self._python, grow=True)
        pack(
            row,
            button(
                _("C_heck"),
                self._look,
                tip=_("See whether it has Overpaint, and use it from now on"),
            ),
        )
        return row

    def _keep(self) -> None:
        """Keep what stands in the fields; the panel that is open shows it at once."""
        chosen = self._context.get_active_id() or "auto"
        try:
            feather = self._read_feather()
        except Refusal as refusal:
            self._wrong.show(refusal.trouble)
            return
        self._wrong.hide()
        settings = replace(
            self._panel.settings if self._panel.runs else load_settings(),
            context=int(chosen) if chosen.isdigit() else chosen,
            feather=feather,
        )
        self._panel.settings = settings
        save_settings(settings)
        self._on_change(settings)

    def _read_feather(self) -> int | None:
        """Pixels; None where the field is empty.

        Raises:
            Refusal: it is no such number.
        """
        words = self._feather.get_text().strip()
        if not words:
            return None
        if not words.isdecimal() or int(words) > WIDEST_FEATHER:
            raise Refusal(
                _("The {field} “{words}” is no number from {low} to {high}.").format(
                    field=_("feather"), words=words, low=0, high=WIDEST_FEATHER
                ),
                _("Change it, or leave the field empty."),
            )
        return int(words)

    def _look(self) -> None:
        """Ask the interpreter for Overpaint, and record it."""
        named = self._python.get_text().strip()
        try:
            runtime = find_runtime(named or None)
        except BridgeError as error:
            self._wrong.show(trouble(error))
            return
        self._said.set_text(
            _("Overpaint {version} in {python}").format(
                version=runtime.version, python=" ".join(runtime.command)
            )
        )
        if not named:
            return
        try:
            path = recorded_runtime_path()
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps({"python": named}) + "\n", encoding="utf-8")
        except OSError as error:
            self._wrong.show(Trouble(_("That could not be written down"), str(error)))


def _recorded() -> str:
    """The interpreter that was chosen before."""
    try:
        return str(json.loads(recorded_runtime_path().read_text(encoding="utf-8"))["python"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
