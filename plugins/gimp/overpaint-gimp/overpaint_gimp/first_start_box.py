"""The offer to set Overpaint up, and how that goes on; there only while there is no worker."""

from __future__ import annotations

from overpaint_bridge.panel import Panel
from overpaint_bridge.wording import gettext as _

from .gtk import BORDER, GAP, Gtk, button, label, pack, vertical

__all__ = ["FirstStartBox"]


class FirstStartBox:
    """What is missing, a button that sees to it, and a bar.

    Attributes:
        box: to be packed; hidden while nothing is missing.
    """

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self.box = Gtk.Frame(shadow_type=Gtk.ShadowType.IN)
        self.box.set_no_show_all(True)
        column = vertical(GAP)
        column.set_border_width(BORDER - GAP // 2)
        self.box.add(column)
        self._title = label(bold=True)
        self._words = label()
        self._bar = Gtk.ProgressBar()
        self._bar.get_accessible().set_name(_("Set-up"))
        row = Gtk.Box(spacing=GAP)
        self._begin = button(_("_Set up"), self._set_up, suggested=True)
        self._stop = button(_("_Stop"), panel.first_start.cancel)
        self._help = button(_("_Help"), self._open_help)
        pack(row, self._begin, self._stop, self._help)
        pack(column, self._title, self._words, self._bar, row)
        column.show_all()

    def refresh(self) -> None:
        """Show what is the case."""
        first, trouble = self._panel.first_start, self._panel.trouble
        needed = self._panel.needs_set_up
        self.box.set_visible(needed or first.is_running)
        self._begin.set_visible(needed)
        self._stop.set_visible(first.is_running)
        self._bar.set_visible(first.is_running)
        self._help.set_visible(needed)
        if first.is_running and first.step is not None:
            self._title.set_text(_("Setting Overpaint up"))
            self._words.set_text(first.step.message)
            self._bar.set_fraction(first.step.fraction)
        elif needed and trouble is not None:
            self._title.set_text(trouble.title)
            offer = _("Set up makes an environment of its own; about 150 MB are fetched once.")
            words = [trouble.what, offer if trouble.code == "runtime_missing" else trouble.next]
            self._words.set_text(" ".join(word for word in words if word))

    def _set_up(self) -> None:
        self._panel.set_up()
        self.refresh()

    def _open_help(self) -> None:
        Gtk.show_uri_on_window(
            None, self._panel.first_start.help_page, Gtk.get_current_event_time()
        )
