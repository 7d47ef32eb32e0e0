"""The results as thumbnails, grouped by request, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .framed import Framed
from .lane import is_low
from .qt import QtCore, QtGui, QtWidgets
from .thumbnail import thumbnail
from .vendor.overpaint_bridge import wording
from .vendor.overpaint_bridge.recipe import Recipe
from .vendor.overpaint_bridge.runs import PanelResult, PanelRun
from .vendor.overpaint_bridge.wording import gettext as _

__all__ = ["Results"]

RESULT = QtCore.Qt.ItemDataRole.UserRole
RECIPE = QtCore.Qt.ItemDataRole.UserRole + 1
GONE = ("applied", "discarded")
SIDE_IN_LINES = 5
LOW_SIDE_IN_LINES = 4
GAP = 3


class Results(QtWidgets.QListWidget):
    """Click shows a result in the picture, the right button has the rest."""

    shown = QtCore.pyqtSignal(object)
    applied = QtCore.pyqtSignal(object)
    menu_asked = QtCore.pyqtSignal(object, object)
    came = QtCore.pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        side = self.fontMetrics().height() * (LOW_SIDE_IN_LINES if is_low() else SIDE_IN_LINES)
        self.setViewMode(QtWidgets.QListView.ViewMode.IconMode)
        self.setResizeMode(QtWidgets.QListView.ResizeMode.Adjust)
        self.setMovement(QtWidgets.QListView.Movement.Static)
        self.setIconSize(QtCore.QSize(side, side))
        self.setSpacing(GAP)
        self.setHorizontalScrollBarPolicy(QtCore.Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QtWidgets.QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(QtCore.Qt.TextElideMode.ElideRight)
        self.setContextMenuPolicy(QtCore.Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAutoScroll(False)
        self.setItemDelegate(Framed(self))
        self.make_room(wanted=False)
        self._drawn: tuple[Any, ...] = ()
        self._icons: dict[int, tuple[Any, Any]] = {}
        self.itemClicked.connect(self._chosen)
        self.itemDoubleClicked.connect(lambda item: self._tell(self.applied, item))
        self.customContextMenuRequested.connect(self._ask_menu)

    def draw(
        self, runs: Sequence[PanelRun], kept: Sequence[Recipe], shown: PanelResult | None
    ) -> None:
        """Show these runs' results, and older recipes; the result in the picture is marked."""
        states = tuple((id(r), r.state in GONE) for run in runs for r in run.results)
        drawn = (states, tuple(id(recipe) for recipe in kept))
        if drawn != self._drawn:
            self._drawn = drawn
            known = set(self._icons)
            self._rebuild(runs, kept)
            if not set(self._icons) <= known:
                self.came.emit()
        self._mark(shown)

    def make_room(self, *, wanted: bool) -> None:
        """Ask for a line only, where something else needs the place."""
        self.setMinimumHeight(self.fontMetrics().height() if wanted else self.sizeHint().height())

    def sizeHint(self) -> Any:  # noqa: N802  Qt's name
        """A heading and one row, or two of a low screen's small ones; more in a high docker."""
        side, line = self.iconSize().height(), self.fontMetrics().height()
        if is_low():
            return QtCore.QSize(side * 2, int((side + GAP * 3) * 2 + line * 1.3) + GAP * 3)
        return QtCore.QSize(side * 2, side + line * 2 + GAP * 6)

    def refresh_colors(self) -> None:
        """Take the colours of the theme that is on, with the next drawing."""
        self._drawn = ()

    def keyPressEvent(self, event: Any) -> None:  # noqa: N802  Qt's name
        """Show what the arrow keys come to; that the list has the keyboard alone shows nothing."""
        before = self.currentItem()
        super().keyPressEvent(event)
        if self.currentItem() is not before:
            self._chosen(self.currentItem())

    def resizeEvent(self, event: Any) -> None:  # noqa: N802  Qt's name
        """Let a group's heading take a whole row, and what is selected stay in view."""
        super().resizeEvent(event)
        self._widen()
        self._reveal()

    def _rebuild(self, runs: Sequence[PanelRun], kept: Sequence[Recipe]) -> None:
        self.blockSignals(True)
        self.clear()
        icons: dict[int, tuple[Any, Any]] = {}
        for run in reversed(runs):
            alive = [result for result in run.results if result.state not in GONE]
            if alive:
                self.addItem(_heading(_title(run), self.palette()))
            for result in alive:
                picture = self._icons.get(id(result)) or (result, self._icon(result))
                icons[id(result)] = picture
                self.addItem(self._thumb(result, picture[1]))
        self._icons = icons
        if kept:
            self.addItem(_heading(_("Earlier, from the document"), self.palette()))
        for recipe in reversed(kept):
            self.addItem(self._recipe(recipe))
        self._widen()
        self.blockSignals(False)

    def _thumb(self, result: PanelResult, picture: Any) -> QtWidgets.QListWidgetItem:
        item = QtWidgets.QListWidgetItem()
        item.setIcon(picture)
        side = self.iconSize().width() + GAP * 2
        item.setSizeHint(QtCore.QSize(side, side))
        item.setData(RESULT, result)
        lines = [result.recipe.prompt or _("No prompt")]
        if result.seed is not None:
            lines.append(_("Seed {seed}").format(seed=result.seed))
        lines.append(wording.seam(result.seam))
        item.setToolTip("\n".join(lines))
        return item

    def _recipe(self, recipe: Recipe) -> QtWidgets.QListWidgetItem:
        """A line for what has no pixels any more, and can be run again."""
        item = QtWidgets.QListWidgetItem(_said(recipe))
        item.setToolTip(recipe.prompt)
        item.setData(RECIPE, recipe)
        sides = QtCore.Qt.AlignmentFlag
        item.setTextAlignment(sides.AlignLeft | sides.AlignVCenter)
        return item

    def _icon(self, result: PanelResult) -> QtGui.QIcon:
        side = self.iconSize().width()
        small = thumbnail(result.pixels, side, self.devicePixelRatioF(), result.part(side))
        picture = QtGui.QIcon(small)
        # Without one of its own, a chosen thumbnail would be tinted: the colours would be wrong.
        picture.addPixmap(small, QtGui.QIcon.Mode.Selected)
        return picture

    def _mark(self, shown: Any | None) -> None:
        """Select the result that is in the picture, without showing it anew.

        Nothing is touched where it is selected: each touch would be drawn.
        """
        items = [self.item(index) for index in range(self.count())]
        wanted = next((each for each in items if _is_of(each, shown)), None)
        chosen = self.selectedItems()
        if wanted is self.currentItem() and chosen == ([wanted] if wanted is not None else []):
            return
        self.blockSignals(True)
        self.setCurrentItem(wanted)
        self.blockSignals(False)
        self._reveal()

    def _reveal(self) -> None:
        """Bring what is selected into view."""
        item = self.currentItem()
        if item is not None and not self.viewport().rect().contains(self.visualItemRect(item)):
            self.scrollToItem(item)

    def _widen(self) -> None:
        width = self.viewport().width() - GAP * 3
        height = int(self.fontMetrics().height() * 1.3)
        for index in range(self.count()):
            item = self.item(index)
            if item.data(RESULT) is None:
                item.setSizeHint(QtCore.QSize(max(1, width), height))

    def _chosen(self, item: Any, _old: Any = None) -> None:
        self._tell(self.shown, item)

    def _tell(self, signal: Any, item: Any) -> None:
        result = item.data(RESULT) if item is not None else None
        if result is not None:
            signal.emit(result)

    def _ask_menu(self, point: Any) -> None:
        item = self.itemAt(point)
        found = (item.data(RESULT) or item.data(RECIPE)) if item is not None else None
        if found is not None:
            self.menu_asked.emit(found, self.viewport().mapToGlobal(point))


def _is_of(item: Any, result: PanelResult | None) -> bool:
    """True for the thumbnail of a result."""
    return result is not None and item.data(RESULT) is result


def _heading(words: str, palette: Any) -> QtWidgets.QListWidgetItem:
    """A row that names a group; it can't be chosen."""
    item = QtWidgets.QListWidgetItem(words)
    item.setFlags(QtCore.Qt.ItemFlag.NoItemFlags)
    item.setToolTip(words)
    item.setForeground(palette.brush(QtGui.QPalette.ColorRole.Text))
    sides = QtCore.Qt.AlignmentFlag
    item.setTextAlignment(sides.AlignLeft | sides.AlignVCenter)
    return item


def _title(run: PanelRun) -> str:
    """What was asked for; of a recovered one only its results know."""
    prompt = run.results[0].recipe.prompt if run.results else run.prompt
    return " ".join(prompt.split()) or _("Filled from the surroundings")


def _said(recipe: Recipe) -> str:
    """An earlier request's line."""
    words = " ".join(recipe.prompt.split()) or _("Filled from the surroundings")
    return words if recipe.seed is None else f"{words} ({recipe.seed})"
