"""A canvas that has grown, brought into sight: Krita leaves the view where it was."""

from __future__ import annotations

from krita import Krita

from .documents import is_in_front
from .qt import QtCore

__all__ = ["show_whole"]

# Krita tells its views of another size by and by; fitted at once, they would take the old one.
MILLISECONDS = 250


def show_whole(key: str) -> None:
    """Fit a picture into its window, if it is in front when its view knows its size."""
    QtCore.QTimer.singleShot(MILLISECONDS, lambda: _fit(key))


def _fit(key: str) -> None:
    fit = Krita.instance().action("zoom_to_fit")
    if fit is not None and is_in_front(key):
        fit.trigger()
