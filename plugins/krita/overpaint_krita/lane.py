"""On a low screen: the form and, below it, the results, in one place that scrolls."""

from __future__ import annotations

from typing import Any

from .qt import QtCore, QtGui, QtWidgets

__all__ = ["Lane", "is_low"]

# On a screen as low as this the form above the results would push Krita's window beyond its edge.
LOW = 900

# What is left of it where an error needs the place.
LEAST_LINES = 4


def is_low() -> bool:
    """True on a screen where there is no room to spare."""
    return bool(QtGui.QGuiApplication.primaryScreen().availableGeometry().height() < LOW)


class Lane(QtWidgets.QScrollArea):
    """Each of its parts at its full height; shows those that a person looks at next."""

    def __init__(self, form: Any, held: Any, results: Any, facts: Any) -> None:
        """Put them below one another.

        Args:
            form: what is filled in.
            held: why a result is not shown; to be seen with the results.
            results: what the lane is never lower than, where nothing else needs the place.
            facts: what there is to know; it comes and goes, and is below, so that nothing jumps.
        """
        super().__init__()
        self._form, self._held, self._results = form, held, results
        self._is_short = False
        self._given = 0
        inside = QtWidgets.QWidget()
        column = QtWidgets.QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        form.setVerticalScrollBarPolicy(QtCore.Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        form.is_whole = True
        column.addWidget(form)
        column.addWidget(held)
        column.addWidget(results, 1)
        column.addWidget(facts)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(QtCore.Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def make_room(self, *, wanted: bool) -> None:
        """Take little place, where something else needs it."""
        self._is_short = wanted
        self.updateGeometry()

    def give(self, height: int) -> None:
        """Be lower by so much, as long as something beside it is higher by that."""
        if height != self._given:
            self._given = height
            self.updateGeometry()

    def show_form(self) -> None:
        """Bring what is filled in into view."""
        self.verticalScrollBar().setValue(0)

    def show_results(self) -> None:
        """Bring the results into view, once those that have just come are laid out."""
        QtCore.QTimer.singleShot(0, self._show_results)

    def minimumSizeHint(self) -> Any:  # noqa: N802  Qt's name
        """As wide as the form, as high as the results."""
        bar = self.verticalScrollBar().sizeHint().width()
        height = self.fontMetrics().height() * LEAST_LINES
        if not self._is_short:
            height = max(height, self._results.minimumHeight() - self._given)
        return QtCore.QSize(self._form.minimumSizeHint().width() + bar, height)

    def sizeHint(self) -> Any:  # noqa: N802  Qt's name
        """All of it."""
        return self.widget().sizeHint()

    def _show_results(self) -> None:
        self.widget().layout().activate()
        first = self._results if self._held.isHidden() else self._held
        self.verticalScrollBar().setValue(first.y())
