"""The docker: one a window. Its timer is the only thing that ever runs by itself."""

from __future__ import annotations

from functools import partial
from typing import Any

from krita import DockWidget, Krita

from .beat import Beat
from .board import Board
from .documents import find, key_of, open_documents
from .painting import Painting
from .qt import QtCore, QtGui
from .result_menu import ResultMenu
from .saving import ask_place
from .selection import UnselectedError, area_of, whole
from .sent import SentDialog
from .settings_dialog import SettingsDialog
from .thumbnail import picture
from .vendor.overpaint_bridge import wording
from .vendor.overpaint_bridge.notices import Notice, Notices
from .vendor.overpaint_bridge.panel import Panel
from .vendor.overpaint_bridge.recipe import Recipe
from .vendor.overpaint_bridge.runs import PanelResult, PanelRun
from .vendor.overpaint_bridge.settings import SIDES, PanelSettings
from .vendor.overpaint_bridge.wording import gettext as _

__all__ = ["ID", "Docker"]

ID = "overpaint_docker"
GROUP = "overpaint"
BEAT = 50
# The selection is looked at on every so many beats: Krita does not say when it changes.
LOOK = 5

# How long the docker has been closed when its worker may go.
REST_MILLISECONDS = 3000


class Docker(DockWidget):
    """The panel a painter keeps open."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName(ID)
        self.setWindowTitle(_("Overpaint"))
        app = Krita.instance()
        self.painting = Painting(Panel(host="krita", host_version=app.version()))
        self.board = Board()
        self.setWidget(self.board)
        self._beats = 0
        self._has_asked = False
        self._is_stale = False
        self._notices = Notices()
        self._notice: Notice | None = None
        self._sent: tuple[PanelRun, SentDialog] | None = None
        self._connect()
        self.board.form.load(PanelSettings.from_json(app.readSetting(GROUP, "panel", "")))
        self.beat = Beat(self, BEAT, self._listen, self._tell_fault)
        # A window that is closed takes its docker with it, and the worker has nobody left.
        self.destroyed.connect(partial(_let_go, self.painting))

    def canvasChanged(self, _canvas: Any) -> None:  # noqa: N802  Krita's name
        """Another document, or none, is in front: it is drawn on the next beat.

        Not at once: Krita tells it in the midst of ending a view, and whoever then asks for the
        active layer lets Krita end that view a second time, which crashes it.
        """
        self._is_stale = True

    # What the actions, buttons and links do.

    def generate(self, recipe: Recipe | None = None) -> None:
        """Start a run on what is selected; a recipe makes the same again."""
        document = Krita.instance().activeDocument()
        if document is None:
            return
        settings = self.board.form.settings()
        Krita.instance().writeSetting(GROUP, "panel", settings.to_json())
        if recipe is not None:
            settings = recipe.settings(settings)
        self._notices.dismiss(self._notice)
        try:
            self.painting.generate(document, settings, recipe)
        except UnselectedError as error:
            self._say(_("Nothing is selected"), str(error))
        self._draw()

    def cancel(self) -> None:
        """Stop the document's newest run."""
        run = self._running()
        if run is not None:
            self.painting.panel.cancel(run)
        self._draw()

    def apply(self) -> None:
        """Keep the result that is in the picture."""
        self.painting.apply(Krita.instance().activeDocument())
        self._draw()

    def discard(self) -> None:
        """Remove the result that is in the picture."""
        self.painting.discard(Krita.instance().activeDocument())
        self._draw()

    def next(self) -> None:
        """Show the next result."""
        self._step(1)

    def previous(self) -> None:
        """Show the previous result."""
        self._step(-1)

    def focus_prompt(self) -> None:
        """Put the cursor into the prompt, opening the docker if need be."""
        self.show()
        self.raise_()
        self.board.focus_prompt()

    def ask_sent(self) -> None:
        """Show what would be sent now."""
        document = Krita.instance().activeDocument()
        if document is None:
            return
        settings = self.board.form.settings()
        try:
            run = self.painting.ask_sent(document, settings)
        except UnselectedError as error:
            self._say(_("Nothing is selected"), str(error))
            self._draw()
            return
        dialog = SentDialog(self._over())
        self._sent = (run, dialog)
        dialog.show()

    def open_settings(self) -> None:
        """Open the settings."""
        chosen = self.board.form.heading.endpoint.currentData() or ""
        dialog = SettingsDialog(self._over(), self.painting.panel, chosen)
        dialog.renamed.connect(self.board.rename)
        dialog.show()

    def select_all(self) -> None:
        """Offer what a person without a selection may have meant."""
        document = Krita.instance().activeDocument()
        if document is not None:
            document.setSelection(whole(document))

    # How it goes on.

    def _connect(self) -> None:
        board = self.board
        board.first_start.connect_to(self.painting.panel)
        board.trouble.settings_asked.connect(self.open_settings)
        board.trouble.dismissed.connect(self._dismiss)
        board.form.submitted.connect(lambda: self.generate())
        board.form.changed.connect(self._draw)
        board.form.heading.settings_asked.connect(self.open_settings)
        board.running.generate_asked.connect(lambda: self.generate())
        board.running.cancel_asked.connect(self.cancel)
        board.running.link_followed.connect(self._follow)
        board.results.shown.connect(self._show)
        board.results.applied.connect(lambda _result: self.apply())
        board.results.menu_asked.connect(self._open_menu)
        board.toolbar.stepped.connect(self._step)
        board.toolbar.apply_asked.connect(self.apply)
        board.toolbar.discard_asked.connect(self.discard)
        board.facts.sent_asked.connect(self.ask_sent)

    def _listen(self) -> None:
        """Hear the worker; look at the selection now and then."""
        self._beats += 1
        changed = self.painting.poll()
        if self.isVisible() and not self._has_asked:
            self._has_asked = True
            self.painting.panel.desk.ask_endpoints()
        if changed or self._is_stale or (self._beats % LOOK == 0 and self.isVisible()):
            self._is_stale = False
            self._draw()

    def _draw(self) -> None:
        """Bring everything to what is the case."""
        document = Krita.instance().activeDocument()
        runs = self.painting.runs(document)
        shown = self.painting.shown(document)
        self.board.hint(self._hint(document))
        own = [run for run in runs if run.document == key_of(document)]
        self.board.progress(self._running(), own)
        self.board.results.draw(runs, self.painting.kept(document), shown)
        any_open = document is not None and bool(self.painting.panel.results)
        self.board.toolbar.allow(any_result=any_open, any_shown=shown is not None)
        self.board.tell_facts(shown, is_held=self.painting.is_held(document))
        self.board.offer(self.painting.panel.desk)
        self.board.set_up(self.painting.panel)
        if self.painting.misplaced:
            self._say(_("The result does not fit"), self.painting.misplaced)
            self.painting.misplaced = ""
        self._tell_sent()
        self._tell_trouble(document)

    def _tell_trouble(self, document: Any | None) -> None:
        """Show what went wrong with the picture in front, and nothing of another one's."""
        panel, there = self.painting.panel, open_documents()
        self._notices.hear(panel.runs, elsewhere=panel.needs_set_up)
        if not self.isVisible():
            return
        self._notice = self._notices.shown(key_of(document), there)
        if self._notice is None:
            self.board.trouble.hide()
        else:
            self.board.trouble.tell(self._notice.said(there))

    def _tell_fault(self, fault: wording.Trouble) -> None:
        """Show at once what went wrong in the docker itself, which may not come to draw again."""
        self._notice = self._notices.tell(fault)
        self.board.trouble.tell(fault)

    def _dismiss(self) -> None:
        """Forget what a person has closed."""
        self._notices.dismiss(self._notice)
        self._draw()

    def _tell_sent(self) -> None:
        if self._sent is None:
            return
        run, dialog = self._sent
        if run.trouble is not None:
            dialog.reject()
            self._notices.tell(run.trouble, run.document)
        elif run.is_over:
            dialog.tell(run)
        else:
            return
        self._sent = None

    def _hint(self, document: Any | None) -> str:
        """Why the button can't do anything yet; "" where it can."""
        settings = self.board.form.settings()
        if document is None:
            return _("Open an image first.")
        if settings.mode == "expand":
            sides = (getattr(settings, side) for side in SIDES)
            return "" if any(sides) else _("Give at least one side some pixels.")
        try:
            area_of(document, document.activeNode())
        except UnselectedError as error:
            links = f'<a href="all">{_("Select all")}</a> · <a href="expand">{_("Expand")}</a>'
            return f"{error} {links}"
        return ""

    def _running(self) -> PanelRun | None:
        """The active document's newest run that has not ended."""
        runs = self.painting.runs(Krita.instance().activeDocument())
        return next((run for run in reversed(runs) if not run.is_over), None)

    def _over(self) -> Any:
        """What windows are put over: Krita's own, even where the docker floats."""
        window = Krita.instance().activeWindow()
        return window.qwindow() if window is not None else self

    def _follow(self, link: str) -> None:
        if link == "all":
            self.select_all()
        elif link == "expand":
            self.board.form.heading.set_mode("expand")
        self._draw()

    def _show(self, result: PanelResult) -> None:
        self.painting.show(result)
        self._draw()

    def _step(self, by: int) -> None:
        self.painting.step(Krita.instance().activeDocument(), by)
        self._draw()

    def _open_menu(self, result: Any, place: Any) -> None:
        ResultMenu(self, result, self._choose).popup(place)

    def _choose(self, what: str, result: PanelResult | Recipe) -> None:
        """Do what was picked from a menu."""
        document = Krita.instance().activeDocument()
        clipboard = QtGui.QGuiApplication.clipboard()
        recipe = result if isinstance(result, Recipe) else result.recipe
        if what == "copy_prompt":
            clipboard.setText(recipe.prompt)
        elif what == "copy_seed":
            clipboard.setText(str(recipe.seed))
        elif what == "use":
            self.board.form.load(recipe.settings(self.board.form.settings()))
        elif what == "again":
            self.generate(recipe)
        elif isinstance(result, PanelResult):
            if what == "apply" and self.painting.show(result):
                # Not the one in front: a closed picture's result has just opened one of its own.
                self.painting.apply(find(result.run.document))
            elif what == "discard":
                self.painting.discard(document, result)
            elif what == "save":
                self._save(result)
        self._draw()

    def _save(self, result: PanelResult) -> None:
        name = ask_place(self._over(), find(result.run.document))
        if name and not picture(result.pixels).save(name):
            self._say(
                _("The image was not saved"),
                _("{file} could not be written.").format(file=name),
                _("Choose a folder of your own and a name that ends in .png."),
            )

    def _say(self, title: str, what: str, following: str = "") -> None:
        document = key_of(Krita.instance().activeDocument())
        self._notices.tell(wording.Trouble(title, what, following), document)

    def closeEvent(self, event: Any) -> None:  # noqa: N802  Qt's name
        """Keep what is filled in; an idle worker is let go."""
        settings = self.board.form.settings()
        Krita.instance().writeSetting(GROUP, "panel", settings.to_json())
        # Krita also closes its dockers for a moment, as it starts: what was just asked is answered.
        QtCore.QTimer.singleShot(REST_MILLISECONDS, self._rest)
        super().closeEvent(event)

    def _rest(self) -> None:
        """Let an idle worker go, where the docker has stayed closed."""
        if not self.isVisible():
            self.painting.panel.rest()


def _let_go(painting: Painting, _docker: Any = None) -> None:
    """End a docker's worker when the docker is no more."""
    painting.close()
