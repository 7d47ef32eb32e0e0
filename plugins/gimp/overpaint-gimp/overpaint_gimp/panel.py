"""The panel: a window that stays while a person works."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from overpaint_bridge.panel import Panel
from overpaint_bridge.runs import PanelResult, PanelRun
from overpaint_bridge.trouble import Trouble
from overpaint_bridge.wording import gettext as _
from overpaint_bridge.wording import notes

from .applied import Applied
from .boxes import ProgressBox, TroubleBox
from .canvas import ImageCanvas, read_selection, stencil_of
from .documents import Documents
from .faults import every, show_faults
from .first_start_box import FirstStartBox
from .form import Form
from .gtk import BORDER, GAP, GimpUi, Gtk, button, label, pack, screen_height, vertical
from .host import Gimp, GLib
from .layers import add_results, open_as_image
from .memory import load_settings, save_settings
from .parent import has_left
from .preview import clear_strays, remove_previews, show_preview
from .refusal import Refusal
from .results import ResultsBox
from .sent import SentWindow
from .settings_window import SettingsWindow
from .target import Target, find_target
from .watch import Watch

__all__ = ["PanelWindow"]

POLL_MILLISECONDS = 50
# How many polls between two looks at which images are open.
LOOK_EVERY = 10
WIDTH, HEIGHT = 380, 780
# What a taskbar and the window's own frame take of a small screen.
FRAME = 60
# Why there is no worker yet.
SET_UP = ("runtime_missing", "setup_failed")
# The form scrolls rather than ask for a taller window, which a small screen does not have.
LEAST_FORM = 110


class PanelWindow:
    """One window, one worker, and the results of every image.

    Attributes:
        window: GTK's own.
    """

    def __init__(self, image: Gimp.Image) -> None:
        """Open it for an image."""
        GimpUi.init("overpaint-panel")
        self._panel = Panel(host="gimp", host_version=Gimp.version(), settings=load_settings())
        self._targets: dict[PanelRun, Target] = {}
        self._seen: set[PanelRun] = set()
        self._previewed: PanelResult | None = None
        self._watch: Watch | None = None
        self._applied = Applied()
        self._ticks = 0
        self._endpoints: object = None
        self._sent: SentWindow | None = None
        self._frame = Gtk.ScrolledWindow()
        self._form = Form(on_mode=self._name_generate)
        self._progress = ProgressBox()
        self._trouble = TroubleBox()
        self._first_start = FirstStartBox(self._panel)
        self._results = ResultsBox(
            self._choose,
            {"apply": self._apply_one, "use": self._use, "discard": self._discard_one},
        )
        self._notes = label(dim=True)
        self._generate = button(_("_Generate"), self._start, suggested=True)
        self._cancel = button(
            _("_Cancel"), self._stop, tip=_("Stop the newest run, at the endpoint too")
        )
        self._buttons = {
            "previous": button(_("Previous"), self._previous),
            "next": button(_("_Next"), self._next),
            "discard": button(_("_Discard"), self._discard),
            "apply": button(_("_Apply"), self._apply),
        }
        self.window = Gtk.Window(title=_("Overpaint"))
        self.documents = Documents(image, self._changed_image)
        self._panel.document = self.documents.chosen
        self._build()
        self._form.show(self._panel.settings)
        self._name_generate(self._form.mode)
        self._panel.desk.ask_endpoints()
        show_faults(self._trouble.show)
        self._timer = every(POLL_MILLISECONDS, self._tick, self._trouble.show)

    def _build(self) -> None:
        """Put everything into the window."""
        self.window.set_default_size(WIDTH, min(HEIGHT, screen_height() - FRAME))
        self.window.set_role("overpaint-panel")
        self.window.set_icon_name("gimp-selection-replace")
        self.window.connect("delete-event", self._close)
        self.window.connect("focus-in-event", self._focused)
        column = vertical(BORDER)
        column.set_border_width(BORDER)
        self.window.add(column)
        top = Gtk.Box(spacing=GAP)
        pack(top, self.documents.widget, grow=True)
        pack(
            top,
            self._icon_button("preferences-system-symbolic", _("Settings"), self._open_settings),
        )
        self._frame.set_policy(Gtk.PolicyType.NEVER, Gtk.PolicyType.AUTOMATIC)
        self._frame.set_propagate_natural_height(True)
        self._frame.set_min_content_height(LEAST_FORM)
        self._frame.set_overlay_scrolling(False)
        self._frame.add(self._form.box)
        row = Gtk.Box(spacing=GAP)
        pack(row, self._generate, grow=True)
        pack(row, self._cancel, button(_("_What is sent…"), self._show_sent))
        actions = Gtk.Box(spacing=GAP, homogeneous=True)
        pack(actions, *self._buttons.values(), grow=True)
        pack(column, top, self._first_start.box, self._frame, row)
        pack(column, self._progress.box, self._trouble.box)
        pack(column, self._results.box, grow=True)
        pack(column, self._notes, actions)
        GimpUi.window_set_transient(self.window)
        self.window.show_all()
        self._form.show_mode()
        self._refresh()

    def _start(self) -> None:
        """Generate."""
        self._generate_with(whole_layer=False)

    def _generate_with(self, *, whole_layer: bool) -> None:
        try:
            canvas = self._canvas(whole_layer=whole_layer)
        except Refusal as refusal:
            self._refuse(refusal)
            return
        self._trouble.hide()
        run = self._panel.generate(canvas, self._panel.settings)
        self._targets[run] = canvas.target
        self._refresh()

    def _canvas(self, *, whole_layer: bool) -> ImageCanvas:
        """The chosen image as it is now, and the fields' values kept.

        Raises:
            Refusal: it can't be painted on as it is.
        """
        settings = self._form.read()
        self._panel.settings = settings
        save_settings(settings)
        image = self.documents.image
        if image is None:
            raise Refusal(_("This image was closed."), _("Choose another one above."))
        of_layer = settings.source == "layer"
        target = find_target(image, image.get_selected_drawables(), of_layer=of_layer)
        if settings.mode == "expand":
            return ImageCanvas(target, None)
        return ImageCanvas(target, stencil_of(target, whole_layer=whole_layer))

    def _refuse(self, refusal: Refusal) -> None:
        """Say why not, and offer what would do."""
        offers: list[tuple[str, Callable[[], None]]] = []
        image = self.documents.image
        if image is not None and self._form.mode != "expand" and read_selection(image) is None:
            offers = [
                (_("Whole layer"), lambda: self._generate_with(whole_layer=True)),
                (_("Expand canvas"), lambda: self._form.choose_mode("expand")),
            ]
        self._trouble.show(refusal.trouble, offers)

    def _offers(self, trouble: Trouble) -> list[tuple[str, Callable[[], None]]]:
        """What can be done at once about it."""
        if trouble.code == "nothing_left":
            return [(_("Expand canvas"), lambda: self._form.choose_mode("expand"))]
        return [(_("Settings"), self._open_settings)] if trouble.is_for_settings else []

    def _stop(self) -> None:
        self._panel.cancel()
        self._refresh()

    def _show_sent(self) -> None:
        """Ask what would be sent, and show it in a window of its own."""
        try:
            canvas = self._canvas(whole_layer=False)
        except Refusal as refusal:
            self._refuse(refusal)
            return
        run = self._panel.preview_sent(canvas, self._panel.settings)
        self._sent = SentWindow(self.window, run)

    def _choose(self, result: PanelResult) -> None:
        self._panel.select(None if result is self._panel.current else result)
        self._refresh()

    def _previous(self) -> None:
        self._panel.previous()
        self._refresh()

    def _next(self) -> None:
        self._panel.next()
        self._refresh()

    def _discard(self) -> None:
        if self._panel.current is not None:
            self._discard_one(self._panel.current)

    def _discard_one(self, result: PanelResult) -> None:
        self._panel.discard(result)
        self._refresh()

    def _use(self, result: PanelResult) -> None:
        """Put into the fields what makes the same again."""
        self._form.show(result.recipe.settings(self._panel.settings))

    def _apply_one(self, result: PanelResult) -> None:
        self._panel.select(result)
        self._apply()

    def _apply(self) -> None:
        """Make the chosen result a layer; or, where that was asked for, all of its run a group."""
        chosen = self._panel.current
        if chosen is None:
            return
        together = chosen.run.settings.group_results
        others = [
            result for result in chosen.run.results if result.is_open and result is not chosen
        ]
        results = [chosen, *others] if together else [chosen]
        image = self.documents.image
        try:
            if image is None:
                open_as_image(results)
            else:
                target = self._targets.get(chosen.run) or find_target(image, [], of_layer=False)
                layers = add_results(
                    target,
                    results,
                    group=together and len(results) > 1,
                    before=partial(remove_previews, target.image),
                )
                self._targets[chosen.run] = target.over(layers[0])
                self._applied.keep(results, layers)
        except Refusal as refusal:
            self._refuse(refusal)
            return
        for result in results:
            self._panel.applied(result)
        self._trouble.hide()
        self._refresh()

    def _tick(self) -> bool:
        """Hear the worker, and keep up with what the person does in GIMP."""
        if has_left():
            self._panel.close()
            Gtk.main_quit()
            return False
        self._ticks += 1
        changed = self._panel.poll()
        if self._ticks % LOOK_EVERY == 0:
            waiting = {run.document for run in self._panel.runs if not run.is_over or run.results}
            for opened in self.documents.refresh(waiting):
                remove_previews(opened, strays=True)
            self._watch_preview()
        if changed or self._panel.active:
            self._refresh()
        if self._sent is not None:
            self._sent.refresh()
        return True

    def _watch_preview(self) -> None:
        """Keep up with what the person saves and undoes, by which results come and go."""
        clear_strays()
        if self._applied.look(self._panel):
            self._refresh()
        told = self._watch.look() if self._watch is not None else None
        if told is None:
            return
        self._watch = self._previewed = None
        self._panel.select(None)
        self._trouble.show(told)
        self._refresh()

    def _refresh(self) -> None:
        """Show the panel's state."""
        self._first_start.refresh()
        self._greet_new_results()
        runs = self._panel.runs_of(self.documents.chosen)
        results = [result for run in runs for result in run.results if result.state != "discarded"]
        active = self._panel.active
        last = runs[-1] if runs else None
        ready = not (self._panel.needs_set_up or self._panel.first_start.is_running)
        self._generate.set_sensitive(ready)
        told = active[-1] if active else last
        if told is not None and told.trouble is not None and told.trouble.code in SET_UP:
            # The box above says so, and what to do; once that is done it is of no interest.
            told = None
        self._progress.show(told, max(0, len(active) - 1))
        self._results.show(results, self._panel.current)
        # One press is enough, and a second would be a cancel of its own.
        self._cancel.set_sensitive(any(run.stage != "canceling" for run in active))
        current = self._panel.current
        for name in ("discard", "apply"):
            self._buttons[name].set_sensitive(current is not None and current.is_open)
        for name in ("previous", "next"):
            self._buttons[name].set_sensitive(any(result.is_open for result in results))
        noted = current.run if current else last
        self._notes.set_text("\n".join(notes(noted, current)) if noted else "")
        self._put_on_canvas(current)
        if self._endpoints is not self._panel.desk.endpoints:
            self._endpoints = self._panel.desk.endpoints
            self._form.offer_endpoints(self._panel.desk.endpoints or [], self._panel.desk.default)

    def _greet_new_results(self) -> None:
        """Show the first of a finished run's results, and why a failed one has none."""
        for run in self._panel.runs:
            if not run.is_over or run in self._seen:
                continue
            self._seen.add(run)
            if run.trouble is not None and not self._panel.needs_set_up:
                self._trouble.show(run.trouble, self._offers(run.trouble))
            if run.results and run.document == self.documents.chosen:
                self._panel.select(run.results[0])

    def _put_on_canvas(self, result: PanelResult | None) -> None:
        """Show one result in the image itself, as a layer that undo does not know."""
        shown = result if result is not None and result.is_open else None
        if shown is self._previewed:
            return
        self._previewed = shown
        self._watch = None
        for image in self.documents.images:
            remove_previews(image)
        target = self._targets.get(shown.run) if shown is not None else None
        if shown is not None and target is not None and target.image.is_valid():
            layer = show_preview(target, shown)
            self._watch = None if layer is None else Watch(layer)

    def _changed_image(self) -> None:
        self._panel.document = self.documents.chosen
        self._panel.select(None)
        self._trouble.hide()
        self._refresh()

    def _name_generate(self, mode: str) -> None:
        words = {
            "fill": _("_Generate"),
            "expand": _("_Generate expansion"),
            "remove": _("_Generate removal"),
        }
        self._generate.set_label(words[mode])
        self._generate.get_accessible().set_name(words[mode].replace("_", ""))

    def _open_settings(self) -> None:
        SettingsWindow(
            self._panel, parent=self.window, on_defaults=self._form.advanced.show_surroundings
        )

    def _focused(self, *_event: object) -> bool:
        """Another window may have changed the endpoints meanwhile."""
        self._panel.desk.ask_endpoints()
        return False

    def _close(self, *_event: object) -> bool:
        GLib.source_remove(self._timer)
        for image in self.documents.images:
            remove_previews(image, strays=True)
        self._panel.close()
        Gtk.main_quit()
        return False

    @staticmethod
    def _icon_button(icon: str, name: str, act: Callable[[], None]) -> Gtk.Button:
        made = Gtk.Button.new_from_icon_name(icon, Gtk.IconSize.BUTTON)
        made.set_tooltip_text(name)
        made.get_accessible().set_name(name)
        made.connect("clicked", lambda _button: act())
        return made
