"""The panel's runs, in Krita's documents: starts them, shows their results, keeps one of them."""

from __future__ import annotations

from typing import Any

from .canvas import KritaCanvas
from .delivery import fits, open_apart
from .documents import find, key_of, open_documents, read_note, write_note
from .layer import Preview
from .placement import MisplacedError, Placement
from .selection import area_of
from .vendor.overpaint_bridge.history import KEY
from .vendor.overpaint_bridge.panel import Panel
from .vendor.overpaint_bridge.recipe import Recipe
from .vendor.overpaint_bridge.runs import PanelResult, PanelRun
from .vendor.overpaint_bridge.settings import PanelSettings

__all__ = ["Painting"]


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
        """Hear the worker; the first result of a run that has ended is shown. True on news."""
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
        return bool(changed)

    def runs(self, document: Any | None) -> list[PanelRun]:
        """A document's runs, oldest first; where none is open, those of closed ones."""
        if document is None:
            there = open_documents()
            return [run for run in self.panel.runs if run.document not in there]
        key = key_of(document)
        self.panel.document = key
        if key not in self._seen:
            self._seen.add(key)
            note = read_note(document, KEY)
            if note:
                self.panel.history_from_json(key, note)
        return [run for run in self.panel.runs if run.document == key]

    def kept(self, document: Any | None) -> list[Recipe]:
        """What was made in a document before it was opened this time."""
        return self.panel.history.get(key_of(document), [])

    def shown(self, document: Any | None) -> PanelResult | None:
        """The result that is in a document's picture and not yet applied."""
        preview = self._previews.get(key_of(document))
        return preview.result if preview is not None and preview.is_attached else None

    def show(self, result: PanelResult) -> bool:
        """Put a result into its document's picture; False where it can't be."""
        run = result.run
        document = find(run.document)
        if document is None:
            return False
        place = self._places.get(run) or Placement.above(document, document.activeNode())
        preview = self._previews.get(run.document)
        if preview is None or not preview.is_attached:
            preview = self._previews[run.document] = Preview(document, place)
        elif preview.placement is not place:
            preview.move(place)
        try:
            preview.show(result)
        except MisplacedError as error:
            self.misplaced = str(error)
            return False
        self.misplaced = ""
        self.panel.select(result)
        return True

    def apply(self, document: Any | None) -> bool:
        """Keep the layer that is in the picture; False where there is none."""
        result = self.shown(document)
        if result is None:
            return False
        self._previews.pop(key_of(document)).apply(result.recipe.layer_name)
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
            self._previews.pop(key_of(document)).discard()
        self.panel.discard(result)
        if document is not None:
            self._remember(document)
        return True

    def step(self, document: Any | None, by: int) -> bool:
        """Show the next or the previous of a document's results."""
        results = [
            result for run in self.runs(document) for result in run.results if result.is_open
        ]
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
        self.show(first)
        self._remember(document)

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
