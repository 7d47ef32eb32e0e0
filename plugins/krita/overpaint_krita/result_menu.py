"""What a thumbnail's right button offers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .icons import icon
from .qt import QtWidgets
from .vendor.overpaint_bridge.recipe import Recipe
from .vendor.overpaint_bridge.runs import PanelResult
from .vendor.overpaint_bridge.wording import gettext as _

__all__ = ["ResultMenu"]


class ResultMenu(QtWidgets.QMenu):
    """A result's menu, or a recipe's; `chosen` is called with what was picked."""

    def __init__(
        self,
        parent: Any,
        result: PanelResult | Recipe,
        chosen: Callable[[str, PanelResult | Recipe], None],
    ) -> None:
        super().__init__(parent)
        has_pixels = isinstance(result, PanelResult)
        prompt = result.recipe.prompt if isinstance(result, PanelResult) else result.prompt
        entries = (
            ("apply", _("Apply"), "dialog-ok", has_pixels),
            ("", "", "", True),
            ("copy_prompt", _("Copy prompt"), "edit-copy", bool(prompt)),
            ("copy_seed", _("Copy seed"), "edit-copy", result.seed is not None),
            ("save", _("Save image…"), "document-save", has_pixels),
            ("", "", "", True),
            ("use", _("Use these settings"), "configure", True),
            ("again", _("Run again"), "view-refresh", True),
            ("", "", "", True),
            ("discard", _("Discard"), "edit-delete", has_pixels),
        )
        for name, words, picture, is_possible in entries:
            if not name:
                self.addSeparator()
                continue
            action = self.addAction(icon(picture), words)
            action.setObjectName(name)
            action.setEnabled(is_possible)
            action.triggered.connect(lambda _checked=False, name=name: chosen(name, result))
