"""Results that never became layers: GIMP was closed, the image was, or the network broke off."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from overpaint_bridge.desk import Leftover
from overpaint_bridge.errors import BridgeError
from overpaint_bridge.panel import Panel
from overpaint_bridge.runs import PanelRun
from overpaint_bridge.trouble import trouble
from overpaint_bridge.wording import gettext as _
from overpaint_bridge.wording import ngettext

from .boxes import ProgressBox, TroubleBox
from .faults import every, show_faults
from .gtk import BORDER, GAP, GimpUi, Gtk, button, label, pack, vertical
from .host import Gimp, GLib
from .layers import add_results, open_as_image
from .refusal import Refusal
from .target import find_target

__all__ = ["RecoverWindow"]

POLL_MILLISECONDS = 50


class RecoverWindow:
    """A list, and what can be done with each."""

    def __init__(
        self,
        image: Gimp.Image,
        drawables: Sequence[Gimp.Drawable],
        *,
        on_close: Callable[[], None],
    ) -> None:
        """Open it over an image, which results may go into.

        Args:
            image: the one in front.
            drawables: what is selected in it.
            on_close: called when the window is gone.
        """
        self._image, self._drawables = image, drawables
        self._on_close = on_close
        self._panel = Panel(host="gimp", host_version=Gimp.version())
        self._listed: list[Leftover] | None = None
        self._run: PanelRun | None = None
        self._id = ""
        self.window = Gtk.Window(title=_("Recover results"))
        self.window.set_role("overpaint-recover")
        self.window.set_default_size(480, 360)
        self.window.connect("destroy", self._closed)
        self._words = label(_("Looking…"))
        self._rows = Gtk.ListBox(selection_mode=Gtk.SelectionMode.NONE)
        self._frame = Gtk.ScrolledWindow(shadow_type=Gtk.ShadowType.IN)
        self._progress = ProgressBox()
        self._trouble = TroubleBox()
        self._build()
        self._panel.recover()
        show_faults(self._trouble.show)
        self._timer = every(POLL_MILLISECONDS, self._tick, self._trouble.show)

    def _build(self) -> None:
        column = vertical(BORDER)
        column.set_border_width(BORDER)
        frame = self._frame
        frame.set_policy(Gtk.PolicyType.NEVER, Gtk.PolicyType.AUTOMATIC)
        frame.add(self._rows)
        row = Gtk.Box()
        row.pack_end(button(_("_Close"), self.window.destroy), False, False, 0)
        pack(column, self._words)
        pack(column, frame, grow=True)
        pack(column, self._progress.box, self._trouble.box, row)
        self.window.add(column)
        GimpUi.window_set_transient(self.window)
        self.window.show_all()

    def _tick(self) -> bool:
        self._panel.poll()
        if self._panel.trouble is not None:
            self._trouble.show(self._panel.trouble)
        leftovers = self._panel.desk.leftovers
        if leftovers is not None and leftovers != self._listed:
            self._list(leftovers)
        if self._run is not None:
            self._progress.show(self._run)
            if self._run.is_over:
                self._take(self._run)
        return True

    def _list(self, leftovers: list[Leftover]) -> None:
        self._listed = leftovers
        for old in self._rows.get_children():
            self._rows.remove(old)
        self._words.set_text(
            _("Not all of these results were applied or discarded.")
            if leftovers
            else _("There is nothing to recover: every result became a layer or was dismissed.")
        )
        for leftover in leftovers:
            self._rows.add(self._row(leftover))
        self._rows.show_all()
        # An empty frame would look like a list that has not come yet.
        self._frame.set_opacity(1.0 if leftovers else 0.0)

    def _row(self, leftover: Leftover) -> Gtk.Box:
        row = Gtk.Box(spacing=GAP, border_width=GAP)
        said = vertical(0)
        prompt = " ".join(leftover.prompt.split()) or _("fill from the surroundings")
        number = ngettext("{n} result", "{n} results", leftover.results).format(n=leftover.results)
        if not leftover.results:
            number = _("not fetched yet")
        facts = (number, leftover.created_at[:16].replace("T", " "), leftover.host)
        pack(said, label(prompt), label(" · ".join(fact for fact in facts if fact), dim=True))
        pack(row, said, grow=True)
        add = button(_("Add as layer"), lambda: self._fetch(leftover))
        dismiss = button(_("Dismiss"), lambda: self._dismiss(leftover))
        for act in (add, dismiss):
            # Whoever hears the buttons must tell one row's from another's.
            act.get_accessible().set_name(f"{act.get_label()}: {prompt}")
        pack(row, add, dismiss)
        return row

    def _fetch(self, leftover: Leftover) -> None:
        if self._run is None:
            self._trouble.hide()
            self._id = leftover.id
            self._run = self._panel.deliver(leftover.id)

    def _dismiss(self, leftover: Leftover) -> None:
        try:
            self._panel.desk.dismiss(leftover.id)
        except BridgeError as error:
            self._trouble.show(trouble(error))
        self._panel.recover()

    def _take(self, run: PanelRun) -> None:
        """Make layers of what came: in the image if it fits there, else in a new one."""
        self._run = None
        if run.trouble is not None:
            self._trouble.show(run.trouble)
            return
        if not run.results:
            return
        try:
            target = find_target(self._image, self._drawables, of_layer=False)
            add_results(target, run.results)
        except Refusal:
            open_as_image(run.results)
        for result in run.results:
            self._panel.applied(result)
        self._panel.poll()
        self._panel.recover()

    def _closed(self, _window: Gtk.Window) -> None:
        GLib.source_remove(self._timer)
        self._panel.close()
        self._on_close()
