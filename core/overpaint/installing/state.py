"""What there is of the plug-in in one place: its version, and whether it would start."""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import kritarc
from .payload import BRIDGE, OWNED
from .places import Place

__all__ = ["PluginState", "plugin_state"]

VERSION = re.compile(r'^__version__ = "([^"]+)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PluginState:
    """A plug-in in one place.

    Attributes:
        place: where.
        version: the plug-in's; None where there is none.
        is_enabled: the editor would start it.
    """

    place: Place
    version: str | None
    is_enabled: bool

    @property
    def is_present(self) -> bool:
        """True where there is one."""
        return self.version is not None


def plugin_state(place: Place) -> PluginState:
    """Look for the plug-in in a place."""
    present = place.folder.joinpath(OWNED[place.editor][0]).is_dir()
    enabled = present
    if present and place.settings is not None:
        content = place.settings.read_bytes() if place.settings.is_file() else b""
        enabled = kritarc.is_enabled(content)
    return PluginState(place, _version(place) if present else None, enabled)


def _version(place: Place) -> str:
    try:
        text = place.folder.joinpath(BRIDGE[place.editor], "__init__.py").read_text()
    except OSError:
        return "incomplete"
    found = VERSION.search(text)
    return found[1] if found else "incomplete"
