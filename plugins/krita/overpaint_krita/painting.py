"""The panel's runs, in Krita's documents: starts them, shows their results, keeps one of them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from .canvas import KritaCanvas
from .delivery import fits, open_apart
from .documents import find, is_in_front, key_of, open_documents, read_note, write_note
from .layer import Preview, clear_saved
from .placement import MisplacedError, Placement
from .reopened import Reopened
from .selection import area_of
from .sight import show_whole
from .steps import can_redo
from .vendor.overpaint_bridge.history import KEY
from .vendor.overpaint_bridge.panel import Panel
from .vendor.overpaint_bridge.recipe import Recipe
from .vendor.overpaint_bridge.runs import PanelResult, PanelRun
from .vendor.overpaint_bridge.settings import PanelSettings

__all__ = ["Painting"]

# How many beats Krita may take to make a new layer the active one.
BEATS = 10


class Painting:
    """What a docker does to documents; has no widgets.

    Attributes:
        panel: the runs and their results.
        misplaced: why a result could not be shown; "" where it could.
    """

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.misplaced = ""
        self._previews: dict[str, Preview] = {}
        self._places: dict[PanelRun, Placement] = {}
        self._seen: set[str] = set()
        self._finished: set[PanelRun] = set()
        self._applied: dict[tuple[str, Any], list[Any]] = {}
        self._cleared: set[str] = set()
        self._waiting: dict[str, PanelResult] = {}
        self._reopened = Reopened()
        self._active: tuple[str, Any, int] | None = None
        self._is_at_work = False

    def generate(
        self, document: Any, settings: PanelSettings, recipe: Recipe | None = None
    ) -> PanelRun:
        """Start a run on a document's selection, or start to expand it.

        Args:
            document: an open document.
            settings: what is filled in.
            recipe: what to make again, instead.

        Raises:
            UnselectedError: nothing that could be painted is selected.
        """
        canvas = self._canvas(document, settings)
        request = recipe.request() if recipe is not None else None
        run = self.panel.generate(canvas, settings, request=request)
        self._places[run] = canvas.placement
        return run

    def ask_sent(self, document: Any, settings: PanelSettings) -> PanelRun:
        """Find out what would be sent, without sending it.

        Raises:
            UnselectedError: nothing that could be painted is selected.
        """
        return self.panel.preview_sent(self._canvas(document, settings), settings)

    def poll(self) -> bool:
        """Hear the worker; the first result of a run that has ended is shown. True on news.

        Not where that would take Redo away: a new layer is a step of its own, and ends what was
        undone. Nor in a picture behind the one in front, of which nobody can tell. It waits there.
        """
        changed = self.panel.poll()
        for run in self.panel.runs:
            if run.kind == "delivery":
                for result in run.results:
                    result.pixels = result.pixels.arranged("BGRA")
            if run in self._finished or not run.is_over:
                continue
            self._finished.add(run)
            if run.results:
                self._take(run)
        self._give_back()
        return self._show_waiting() or bool(changed)

    def runs(self, document: Any | None) -> list[PanelRun]:
        """A document's runs, oldest first, and those of closed ones that brought something."""
        there = open_documents()
        key = key_of(document)
        if document is not None:
            self._reopened.note(document)
            for run in self._reopened.find(document, self.panel.runs, there):
                run.document = key
                self._places.pop(run, None)
        found = [
            run
            for run in self.panel.runs
            if run.document == key
            or (run.document not in there and any(result.is_open for result in run.results))
        ]
        if document is None:
            return found
        self.panel.document = key
        # Not while Krita still opens it: it would be left without an active layer.
        if key not in self._cleared and document.activeNode() is not None:
            self._cleared.add(key)
            clear_saved(document)
        if key not in self._seen:
            self._seen.add(key)
            note = read_note(document, KEY)
            if note:
                self.panel.history_from_json(key, note)
        return found

    def kept(self, document: Any | None) -> list[Recipe]:
        """What was made in a document before it was opened this time, and has no pixels here."""
        key = key_of(document)
        runs = [run for run in self.panel.runs if run.document == key]
        there = [result.recipe for run in runs for result in run.results]
        return [recipe for recipe in self.panel.history.get(key, []) if recipe not in there]

    def shown(self, document: Any | None) -> PanelResult | None:
        """The result that is in a document's picture and not yet applied."""
        preview = self._previews.get(key_of(document))
        return preview.result if preview is not None and preview.is_attached else None

    def is_held(self, document: Any | None) -> bool:
        """True where a result waits in the document in front, so that Redo is not lost."""
        first = self._waiting.get(key_of(document))
        return first is not None and first.is_open

    def show(self, result: PanelResult) -> bool:
        """Put a result into its document's picture; False where it can't be.

        Where that was closed, a picture of its own is opened for it. One that somebody has decided
        about, which a list may still have for a moment, has no pixels any more.
        """
        if not result.is_open:
            return False
        with self._undisturbed():
            return self._show(result)

    def _show(self, result: PanelResult) -> bool:
        run = result.run
        document = find(run.document)
        if document is None:
            self._places.pop(run, None)
            document = open_apart(result)
        self._waiting.pop(run.document, None)
        place = self._places.get(run) or Placement.above(document, document.activeNode())
        place = place.over(self._applied.get((place.document, place.anchor), []))
        preview = self._previews.get(run.document)
        if preview is None or not preview.is_attached:
            preview = self._previews[run.document] = Preview(document, place)
        elif preview.placement != place:
            preview.move(place)
        active = document.activeNode()
        if preview.holds(active):
            active = None
        before = (document.width(), document.height())
        try:
            preview.show(result)
        except MisplacedError as error:
            self.misplaced = str(error)
            return False
        if (document.width(), document.height()) != before:
            show_whole(run.document)
        if active is not None:
            self._active = (run.document, active, BEATS)
            self._give_back()
        self.misplaced = ""
        self.panel.select(result)
        return True

    def apply(self, document: Any | None) -> bool:
        """Keep the layer that is in the picture; False where there is none."""
        result = self.shown(document)
        if result is None:
            return False
        preview = self._previews.pop(key_of(document))
        layer = preview.apply(result.recipe.layer_name)
        place = (preview.placement.document, preview.placement.anchor)
        self._applied.setdefault(place, []).append(layer)
        self.panel.applied(result)
        self._remember(document)
        return True

    def discard(self, document: Any | None, result: PanelResult | None = None) -> bool:
        """Throw a result away, by default the one in the picture."""
        shown = self.shown(document)
        result = result or shown
        if result is None:
            return False
        if result is shown:
            with self._undisturbed():
                self._previews.pop(key_of(document)).discard()
        self.panel.discard(result)
        if document is not None:
            self._remember(document)
        return True

    def step(self, document: Any | None, by: int) -> bool:
        """Show the next or the previous of a document's results."""
        self.panel.document = key_of(document)
        results = self.panel.results
        if not results:
            return False
        shown = self.shown(document)
        index = results.index(shown) + by if shown in results else (0 if by > 0 else -1)
        return self.show(results[index % len(results)])

    def close(self) -> None:
        """Let the worker end, without waiting for it."""
        self.panel.close(wait=False)

    def _take(self, run: PanelRun) -> None:
        """Show the first result of a run; a recovered one never in a picture of another size."""
        first = run.results[0]
        if run.kind == "delivery" and not fits(first, find(run.document)):
            open_apart(first)
        document = find(run.document)
        if document is None:
            return
        self._waiting[run.document] = first
        self._remember(document)

    def _show_waiting(self) -> bool:
        """Show a result that waits for its picture to come to the front; True where one did."""
        if self._is_at_work:
            return False
        for key, first in list(self._waiting.items()):
            if is_in_front(key) and not (first.is_open and can_redo()):
                self._waiting.pop(key)
                self.show(first)
                return True
        return False

    @contextlib.contextmanager
    def _undisturbed(self) -> Iterator[None]:
        """Let no result come by itself in the block: Krita lets timers run while it composites."""
        before, self._is_at_work = self._is_at_work, True
        try:
            yield
        finally:
            self._is_at_work = before

    def _give_back(self) -> None:
        """Let whoever paints go on: Krita makes a new layer the active one, at once or later."""
        if self._active is None:
            return
        key, node, beats = self._active
        self._active = (key, node, beats - 1) if beats else None
        document, preview = find(key), self._previews.get(key)
        if document is None or preview is None or not is_in_front(key):
            return
        if preview.holds(document.activeNode()):
            document.setActiveNode(node)

    def _canvas(self, document: Any, settings: PanelSettings) -> KritaCanvas:
        key = key_of(document)
        node = document.activeNode()
        preview = self._previews.get(key)
        if preview is not None and preview.is_attached and preview.holds(node):
            node = preview.anchor()
        expands = settings.mode == "expand"
        return KritaCanvas(
            document,
            area=None if expands else area_of(document, node),
            node=node,
            layer_only=settings.source == "layer",
            preview=preview,
        )

    def _remember(self, document: Any) -> None:
        """Keep what was asked in the document itself."""
        write_note(document, KEY, self.panel.history_to_json(key_of(document)))
