"""The results a panel shows, one of them on the canvas."""

from __future__ import annotations

from .runs import PanelResult, PanelRun

__all__ = ["Gallery"]


class Gallery:
    """Runs and their results, oldest first.

    Attributes:
        runs: all of this panel's.
        current: the result on the canvas, to be looked at; None where none is.
        document: the picture in front, whose results `next` and `previous` go through.
    """

    def __init__(self) -> None:
        self.runs: list[PanelRun] = []
        self.current: PanelResult | None = None
        self.document = ""

    @property
    def results(self) -> list[PanelResult]:
        """The open results of the picture in front, in order."""
        return [
            result
            for run in self.runs_of(self.document)
            for result in run.results
            if result.is_open
        ]

    def runs_of(self, document: str) -> list[PanelRun]:
        """One picture's runs; of "", all."""
        return [run for run in self.runs if document in ("", run.document)]

    def select(self, result: PanelResult | None) -> None:
        """Put a result on the canvas; None takes the one there off again."""
        if self.current is not None and self.current.state == "shown":
            self.current.state = "new"
        self.current = result
        if result is not None and result.is_open:
            result.state = "shown"

    def next(self) -> PanelResult | None:
        """Select the next open result; after the last, the first."""
        return self._step(1)

    def previous(self) -> PanelResult | None:
        """Select the one before; before the first, the last."""
        return self._step(-1)

    def discard(self, result: PanelResult) -> None:
        """Take a result away; if it was on the canvas, the next to it is now."""
        beside = self._beside(result)
        result.decide("discarded")
        if self.current is result:
            self.current = None
            self.select(beside)

    def applied(self, result: PanelResult) -> None:
        """Note that a result has become a layer."""
        result.decide("applied")
        if self.current is result:
            self.current = None

    def _step(self, by: int) -> PanelResult | None:
        results = self.results
        if not results:
            self.select(None)
            return None
        before = -1 if by > 0 else 0
        place = results.index(self.current) if self.current in results else before
        self.select(results[(place + by) % len(results)])
        return self.current

    def _beside(self, result: PanelResult) -> PanelResult | None:
        """The open result after this one, else before it."""
        results = self.results
        if result not in results or len(results) == 1:
            return None
        place = results.index(result)
        return results[place + 1] if place + 1 < len(results) else results[place - 1]
