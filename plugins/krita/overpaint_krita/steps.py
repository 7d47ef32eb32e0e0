"""Krita's list of steps, which alone knows what can be redone."""

from __future__ import annotations

from krita import Krita

from .qt import QtWidgets

__all__ = ["can_redo"]


def can_redo() -> bool:
    """True where the document in front has something undone, which a new step would end.

    Krita tells that to its own list of steps alone; where a person has that off, nobody knows.
    """
    window = Krita.instance().activeWindow()
    listed = window.qwindow().findChild(QtWidgets.QDockWidget, "History") if window else None
    steps = listed.findChild(QtWidgets.QListView) if listed is not None else None
    if steps is None or steps.model() is None:
        return False
    return bool(0 <= steps.currentIndex().row() < steps.model().rowCount() - 1)
