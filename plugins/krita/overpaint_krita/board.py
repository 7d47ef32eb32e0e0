"""The docker's face: the form above, the button that is always there, the results below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .facts import Facts
from .first_start_box import FirstStartBox
from .form import Form
from .lane import Lane, is_low
from .qt import QtCore, QtWidgets
from .results import Results
from .running import Running
from .toolbar import Toolbar
from .trouble import TroubleBox
from .vendor.overpaint_bridge import wording
from .vendor.overpaint_bridge.desk import Desk, EndpointView
from .vendor.overpaint_bridge.panel import Panel
from .vendor.overpaint_bridge.runs import PanelResult, PanelRun
from .vendor.overpaint_bridge.settings import EMBEDDED
from .vendor.overpaint_bridge.wording import gettext as _

__all__ = ["Board"]

MARGIN = 4


class Board(QtWidgets.QWidget):
    """Lays the parts out, and puts words to what they show."""

    def __init__(self) -> None:
        super().__init__()
        self.form = Form()
        self.first_start = FirstStartBox()
        self.running = Running()
        self.trouble = TroubleBox()
        self.results = Results()
        self.toolbar = Toolbar()
        self.facts = Facts()
        self.held = QtWidgets.QLabel(
            _("The result waits, so that you can redo what you undid; click it to see it now.")
        )
        self.held.setWordWrap(True)
        self.held.hide()
        self.lane = Lane(self.form, self.held, self.results, self.facts) if is_low() else None
        self._all_but_first_start = self._lay_out()
        self._words = {"fill": _("Fill"), "expand": _("Expand"), "remove": _("Remove")}
        self._endpoints: list[EndpointView] | None = None
        self._new_names: dict[str, str] = {}
        self._below = (self.toolbar,) if self.lane is not None else ()
        self._has_trouble = False
        self.trouble.toggled.connect(self._make_room)
        if self.lane is not None:
            self.results.came.connect(self.lane.show_results)
        self._refresh_icons()

    def _lay_out(self) -> tuple[Any, ...]:
        """Put the parts below one another; those that are no use before Overpaint is set up."""
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(MARGIN)
        column.addWidget(self.first_start)
        if self.lane is not None:
            column.addWidget(self.lane, 1)
            for part in (self.trouble, self.running, self.toolbar):
                column.addWidget(part)
            return (self.lane, self.running, self.toolbar)
        for part in (self.form, self.running, self.trouble, self.held):
            column.addWidget(part)
        column.addWidget(self.results, 1)
        # What there is to know comes and goes; the buttons stay where they are.
        column.addWidget(self.facts)
        column.addWidget(self.toolbar)
        return (self.form, self.running, self.results, self.facts, self.toolbar)

    def focus_prompt(self) -> None:
        """Put the cursor into the prompt."""
        if self.lane is not None:
            self.lane.show_form()
        self.form.prompt.setFocus()
        self.form.prompt.selectAll()

    def hint(self, words: str) -> None:
        """Say why the button can't do anything; "" = it can."""
        self.running.set_hint(words)
        if self.lane is not None:
            self.lane.give(self.running.hint_height())
        self.running.generate.setEnabled(not words)
        self.running.set_word(self._words[self.form.heading.mode.currentData()])

    def set_up(self, panel: Panel) -> None:
        """Offer to set Overpaint up, in place of all that would not work without that."""
        self.first_start.refresh(panel)
        is_asked = not self.first_start.isHidden()
        for part in self._all_but_first_start:
            part.setHidden(is_asked or (self._has_trouble and part in self._below))

    def _make_room(self, has_trouble: bool) -> None:  # noqa: FBT001  Qt's signal
        """Let trouble have the place of what is below it, until it is closed.

        A docker that wanted more than it has would push Krita's window beyond the screen, with all
        buttons at its bottom, and for good.
        """
        self._has_trouble = has_trouble
        if self.lane is not None:
            self.lane.make_room(wanted=has_trouble)
        else:
            self.results.make_room(wanted=has_trouble)
        for part in self._below:
            part.setHidden(has_trouble)

    def progress(self, running: PanelRun | None, runs: Sequence[PanelRun]) -> None:
        """Show how far the run is that has not ended, or how the last one ended."""
        if running is not None:
            self.running.show_progress(wording.said(running), running.fraction)
            return
        last = runs[-1] if runs else None
        ended = ""
        count = sum(result.is_open for result in last.results) if last is not None else 0
        if last is not None and last.state == "done" and count:
            ended = wording.ngettext("{count} result", "{count} results", count)
            ended = f"{ended.format(count=count)} · {wording.elapsed(last.elapsed)}"
        elif last is not None and last.state == "canceled":
            ended = wording.charged(last.charged)
        self.running.show_idle(ended)

    def tell_facts(self, shown: PanelResult | None, *, is_held: bool = False) -> None:
        """Say what there is to know about the result that is shown, or why one is not."""
        self.held.setVisible(is_held and self.first_start.isHidden())
        lines: list[str] = []
        if shown is not None:
            if shown.seed is not None:
                lines.append(_("Seed {seed}").format(seed=shown.seed))
            lines += wording.notes(shown.run)
        self.facts.tell(lines)

    def offer(self, desk: Desk) -> None:
        """Offer the endpoints that there are, and what the chosen one's model has."""
        endpoints = desk.endpoints
        if endpoints is not None and endpoints is not self._endpoints:
            self._endpoints = endpoints
            words = {EMBEDDED: _("Built in")}
            rows = [(each.name, words.get(each.name, each.name)) for each in endpoints]
            heading = self.form.heading
            chosen = heading.endpoint.currentData() or self.form.settings().endpoint
            if desk.endpoint(chosen) is None:
                chosen = self._new_names.pop(chosen, chosen)
            heading.set_endpoints(rows, chosen or desk.default)
        chosen = desk.endpoint(self.form.heading.endpoint.currentData() or "")
        self.form.options.set_schedulers(chosen.schedulers if chosen is not None else [])
        self.form.tell(wording.unread(chosen, self.form.settings().prompt))

    def rename(self, name: str, new_name: str) -> None:
        """Go on with an endpoint that is about to be called otherwise."""
        self._new_names[name] = new_name

    def event(self, event: Any) -> bool:
        """Keep Tab for going from field to field; Krita would show its canvas alone."""
        if event.type() == QtCore.QEvent.Type.ShortcutOverride:
            keys = (QtCore.Qt.Key.Key_Tab, QtCore.Qt.Key.Key_Backtab)
            if event.key() in keys:
                event.accept()
                return True
        return bool(super().event(event))

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002, FBT001, N802  Qt's names
        """Go back with Shift+Tab as forward with Tab: within the docker.

        Qt's own way back goes on from the first window within the window: Krita's canvas, where it
        would end from every field.
        """
        here = QtWidgets.QApplication.focusWidget()
        if next or here is None:
            return bool(super().focusNextPrevChild(next))
        policies = QtCore.Qt.FocusPolicy
        by_tab = (policies.TabFocus, policies.StrongFocus, policies.WheelFocus)
        before = here.previousInFocusChain()
        while before is not here:
            is_mine = self.isAncestorOf(before) and before.isVisibleTo(self) and before.isEnabled()
            if is_mine and before.focusPolicy() in by_tab and before.focusProxy() is None:
                before.setFocus(QtCore.Qt.FocusReason.BacktabFocusReason)
                return True
            before = before.previousInFocusChain()
        return False

    def changeEvent(self, event: Any) -> None:  # noqa: N802  Qt's name
        """Follow Krita's theme."""
        kinds = QtCore.QEvent.Type
        if event.type() in (kinds.PaletteChange, kinds.StyleChange):
            self._refresh_icons()
        super().changeEvent(event)

    def _refresh_icons(self) -> None:
        for part in (self.form, self.running, self.trouble, self.toolbar):
            part.refresh_icons()
        self.facts.refresh_colors()
        self.results.refresh_colors()
