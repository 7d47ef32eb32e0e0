"""Progress, and what went wrong: parts of every window."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from overpaint_bridge.runs import PanelRun
from overpaint_bridge.trouble import Trouble
from overpaint_bridge.wording import gettext as _
from overpaint_bridge.wording import said

from .gtk import BORDER, GAP, Gtk, button, copy, label, pack, vertical

__all__ = ["ProgressBox", "TroubleBox"]


class ProgressBox:
    """A thin bar, and under it the stage and the time.

    Attributes:
        box: to be packed.
    """

    def __init__(self) -> None:
        self.box = vertical(GAP // 2)
        self._bar = Gtk.ProgressBar()
        self._bar.get_accessible().set_name(_("Progress"))
        self._words = label(dim=True)
        pack(self.box, self._bar, self._words)
        self.show(None)

    def show(self, run: PanelRun | None, waiting: int = 0) -> None:
        """Show how far a run is.

        Args:
            run: which; None shows nothing.
            waiting: how many others are not over.
        """
        # Nothing moves when the first run begins: the place is kept.
        self._bar.set_opacity(0.0 if run is None else 1.0)
        if run is None:
            self._bar.set_fraction(0)
            self._words.set_text("")
            return
        if run.is_over:
            self._bar.set_fraction(1 if run.state == "done" else 0)
        elif run.fraction is None:
            self._bar.pulse()
        else:
            self._bar.set_fraction(run.fraction)
        self._words.set_text(said(run) + (f" (+{waiting})" if waiting else ""))


class TroubleBox:
    """What happened, why, and what to do next, with a button that copies all of it.

    Attributes:
        box: to be packed; hidden while there is no trouble.
    """

    def __init__(self, *, can_hide: bool = True) -> None:
        """Make it hidden.

        Args:
            can_hide: it has a button for that.
        """
        self._text = ""
        self.box = Gtk.Frame(shadow_type=Gtk.ShadowType.IN)
        self.box.set_no_show_all(True)
        column = vertical(GAP)
        column.set_border_width(BORDER - GAP // 2)
        self.box.add(column)
        self._title = label(bold=True)
        self._what = label()
        self._next = label()
        self._details = label(dim=True)
        self._details.set_selectable(True)
        self._more = Gtk.Expander(label=_("Details"))
        self._more.add(self._details)
        # A row of its own: a window must not grow wider for it.
        self._offers = Gtk.Box(spacing=GAP)
        row = Gtk.Box(spacing=GAP)
        if can_hide:
            row.pack_end(button(_("Hide"), self.hide), False, False, 0)
        row.pack_end(button(_("Cop_y"), self._copy), False, False, 0)
        pack(column, self._title, self._what, self._next, self._more, self._offers, row)
        column.show_all()

    def show(
        self, trouble: Trouble | None, offers: Sequence[tuple[str, Callable[[], None]]] = ()
    ) -> None:
        """Show it.

        Args:
            trouble: None hides the box.
            offers: what can be done about it, one button each.
        """
        if trouble is None:
            self.hide()
            return
        self._offer(offers)
        self._text = trouble.text
        for words, field in (
            (trouble.title, self._title),
            (trouble.what, self._what),
            (trouble.next, self._next),
            (trouble.details, self._details),
        ):
            field.set_text(words)
            field.set_visible(bool(words))
        self._more.set_visible(bool(trouble.details))
        self.box.show()

    def hide(self) -> None:
        """Show nothing."""
        self.box.hide()

    def _offer(self, offers: Sequence[tuple[str, Callable[[], None]]]) -> None:
        for old in self._offers.get_children():
            self._offers.remove(old)
        for name, act in offers:
            pack(self._offers, button(name, self._then(act)))
        self._offers.show_all()

    def _then(self, act: Callable[[], None]) -> Callable[[], None]:
        """Hide, and do it."""

        def do() -> None:
            self.hide()
            act()

        return do

    def _copy(self) -> None:
        copy(self._text)
