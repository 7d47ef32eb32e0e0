"""What leaves the computer, shown before it does."""

from __future__ import annotations

from overpaint_bridge.disclosure import disclose
from overpaint_bridge.pixels import Pixels
from overpaint_bridge.runs import PanelRun
from overpaint_bridge.thumbnails import thumbnail
from overpaint_bridge.wording import gettext as _

from .boxes import TroubleBox
from .gtk import BORDER, GAP, Gtk, button, copy, grid, label, pack, picture, text, vertical

__all__ = ["SentWindow"]

SIDE = 240
HEIGHT = 180


class SentWindow:
    """The crop, the mask, their size and the host, once the worker has told."""

    def __init__(self, parent: Gtk.Window, run: PanelRun) -> None:
        """Open it.

        Args:
            parent: the panel.
            run: a dry run that is under way.
        """
        self._run = run
        self._is_shown = False
        self.window = Gtk.Window(title=_("What is sent"), transient_for=parent)
        self.window.set_role("overpaint-sent")
        self._column = vertical(BORDER)
        self._column.set_border_width(BORDER)
        self._words = label(_("Finding out…"))
        self._trouble = TroubleBox()
        self._pictures = Gtk.Box(spacing=BORDER)
        self._settings = grid()
        self._row = Gtk.Box()
        self._row.pack_end(button(_("_Close"), self.window.destroy), False, False, 0)
        pack(self._column, self._words, self._trouble.box, self._row)
        self.window.add(self._column)
        self.window.show_all()

    def refresh(self) -> None:
        """Show what is known by now."""
        if self._is_shown or not self._run.is_over:
            return
        self._is_shown = True
        self._trouble.show(self._run.trouble)
        told, view = disclose(self._run), self._run.sent
        if told is None or view is None:
            self._words.set_text(_("Nothing would be sent."))
            return
        self._words.set_text(f"{told.whom}\n{told.part}")
        for name, pixels in ((_("Picture"), view.image), (_("Mask: white is painted"), view.mask)):
            if pixels is not None:
                pack(self._pictures, _framed(name, pixels))
        for row, (name, value) in enumerate(told.settings):
            said = label(value)
            said.set_hexpand(True)
            self._settings.attach(Gtk.Label(label=name, xalign=0.0, yalign=0.0), 0, row, 1, 1)
            self._settings.attach(said, 1, row, 1, 1)
        rest = [line for line in (told.ignored, told.unsent) if line]
        parts = (self._pictures, self._settings, label("\n".join(rest)), _request(told.exact))
        for part in parts:
            pack(self._column, part)
            part.show_all()
        self._column.reorder_child(self._row, -1)


def _request(exact: str) -> Gtk.Expander:
    """The request itself, for whoever wants it; shut at first."""
    frame, view = text(HEIGHT)
    view.get_buffer().set_text(exact)
    view.set_editable(False)
    view.set_monospace(True)
    view.get_accessible().set_name(_("The request itself, as JSON"))
    copied = button(_("Copy"), lambda: copy(exact), tip=_("Copy the request as JSON"))
    copied.set_halign(Gtk.Align.START)
    inside = vertical()
    pack(inside, frame, copied)
    opener = Gtk.Expander(label=_("The request itself, as JSON"))
    opener.add(inside)
    return opener


def _framed(name: str, pixels: Pixels) -> Gtk.Box:
    column = vertical(GAP)
    image = Gtk.Image.new_from_pixbuf(picture(thumbnail(pixels, SIDE)))
    image.get_accessible().set_name(name)
    pack(column, image, Gtk.Label(label=name))
    return column
