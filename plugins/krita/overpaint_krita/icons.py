"""Krita's own icons, which follow its theme."""

from __future__ import annotations

from typing import Any

from krita import Krita

__all__ = ["MODE_ICONS", "icon"]

MODE_ICONS = {"fill": "fillLayer", "expand": "tool_crop", "remove": "krita_tool_smart_patch"}


def icon(name: str) -> Any:
    """One of Krita's icons, in the theme that is on."""
    return Krita.instance().icon(name)
