"""Results of a picture that was closed, when its file is opened again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from .delivery import fits
from .documents import key_of
from .vendor.overpaint_bridge.runs import PanelRun

__all__ = ["Reopened"]


class Reopened:
    """Remembers which file each document is."""

    def __init__(self) -> None:
        self._files: dict[str, str] = {}

    def note(self, document: Any) -> None:
        """Remember a document's file, which is another after Save As."""
        name = document.fileName()
        if name:
            self._files[key_of(document)] = name

    def find(
        self, document: Any, runs: Sequence[PanelRun], there: Collection[str]
    ) -> list[PanelRun]:
        """The runs that were made in this document's file when it was open before.

        Only those whose results fit: it may have been scaled in between, by any program.

        Args:
            document: an open document, noted already.
            runs: all there are.
            there: the keys of all open documents.
        """
        name = self._files.get(key_of(document))
        if name is None:
            return []
        return [
            run
            for run in runs
            if run.document not in there
            and self._files.get(run.document) == name
            and run.is_over
            and _fits(run, document)
        ]


def _fits(run: PanelRun, document: Any) -> bool:
    """True where a run has something to decide about yet, and all of that fits."""
    undecided = [result for result in run.results if result.is_open]
    return bool(undecided) and all(fits(result, document) for result in undecided)
