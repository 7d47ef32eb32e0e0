"""What leaves the computer, shown before it does."""

from __future__ import annotations

from overpaint_bridge.pixels import Pixels
from overpaint_bridge.runs import PanelRun
from overpaint_bridge.thumbnails import thumbnail
from overpaint_bridge.wording import gettext as _
from overpaint_bridge.wording import sent

from .boxes import TroubleBox
from .gtk import BORDER, GAP, Gtk, button, label, pack, picture, vertical

__all__ = ["SentWindow"]

SIDE = 320


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
        row = Gtk.Box()
        row.pack_end(button(_("_Close"), self.window.destroy), False, False, 0)
        pack(self._column, self._words, self._pictures, self._trouble.box, row)
        self.window.add(self._column)
        self.window.show_all()

    def refresh(self) -> None:
        """Show what is known by now."""
        if self._is_shown or not self._run.is_over:
            return
        self._is_shown = True
        self._trouble.show(self._run.trouble)
        view = self._run.sent
        if view is None:
            self._words.set_text(_("Nothing would be sent."))
            return
        said = sent(view)
        if view.address:
            rest = _("Besides the prompt and the settings, nothing else of the image is sent.")
            said.append(rest)
        self._words.set_text("\n".join(said))
        for name, pixels in ((_("Picture"), view.image), (_("Mask: white is painted"), view.mask)):
            if pixels is not None:
                pack(self._pictures, _framed(name, pixels))
        self._pictures.show_all()


def _framed(name: str, pixels: Pixels) -> Gtk.Box:
    column = vertical(GAP)
    image = Gtk.Image.new_from_pixbuf(picture(thumbnail(pixels, SIDE)))
    image.get_accessible().set_name(name)
    pack(column, image, Gtk.Label(label=name))
    return column
