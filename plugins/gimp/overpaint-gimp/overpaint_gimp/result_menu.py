"""What a thumbnail's right button offers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeAlias

from overpaint_bridge.runs import PanelResult
from overpaint_bridge.wording import gettext as _

from .gtk import Gtk, copy

__all__ = ["Act", "open_menu"]

Act: TypeAlias = Callable[[PanelResult], None]


def open_menu(result: PanelResult, acts: Mapping[str, Act]) -> Gtk.Menu:
    """A result's menu, to be popped up.

    Args:
        result: whose.
        acts: what `apply`, `use` and `discard` do.
    """
    recipe = result.recipe
    entries: tuple[tuple[str, bool, Act] | None, ...] = (
        (_("Apply"), result.is_open, acts["apply"]),
        None,
        (_("Copy prompt"), bool(recipe.prompt), lambda _result: copy(recipe.prompt)),
        (_("Copy seed"), recipe.seed is not None, lambda _result: copy(str(recipe.seed))),
        None,
        (_("Use these settings"), True, acts["use"]),
        None,
        (_("Discard"), result.is_open, acts["discard"]),
    )
    menu = Gtk.Menu()
    for entry in entries:
        if entry is None:
            menu.append(Gtk.SeparatorMenuItem())
            continue
        words, is_possible, act = entry
        item = Gtk.MenuItem(label=words, sensitive=is_possible)
        item.connect("activate", partial(_activated, act=act, result=result))
        menu.append(item)
    menu.show_all()
    return menu


def _activated(_item: Gtk.MenuItem, *, act: Act, result: PanelResult) -> None:
    act(result)
