"""What there is of the plug-in in one place: its version, and whether it would start."""

from __future__ import annotations

import re
from dataclasses import dataclass

from overpaint.errors import ConfigurationError
from overpaint_bridge import __version__

from . import kritarc
from .payload import BRIDGE, OWNED, plugin_files
from .places import Place
from .placing import is_placed

__all__ = ["PluginState", "plugin_state"]

VERSION = re.compile(r'^__version__ = "([^"]+)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PluginState:
    """A plug-in in one place.

    Attributes:
        place: where.
        version: the plug-in's; None where there is none, empty where it does not tell.
        is_enabled: the editor would start it.
        is_whole: every file is there, as this version has it.
    """

    place: Place
    version: str | None
    is_enabled: bool
    is_whole: bool

    @property
    def is_present(self) -> bool:
        """True where there is one."""
        return self.version is not None


def plugin_state(place: Place) -> PluginState:
    """Look for the plug-in in a place.

    Raises:
        OSError: one of its folders, or Krita's settings, may not be read.
    """
    own = place.folder.joinpath(OWNED[place.editor][0])
    if not own.is_dir():
        return PluginState(place, None, is_enabled=False, is_whole=False)
    enabled = True
    if place.settings is not None:
        content = place.settings.read_bytes() if place.settings.is_file() else b""
        enabled = kritarc.is_enabled(content)
    version = _version(place)
    # A developer's link leads to a checkout, which is laid out in another way.
    whole = own.is_symlink() or (bool(version) and (version != __version__ or _is_whole(place)))
    return PluginState(place, version, enabled, whole)


def _version(place: Place) -> str:
    path = place.folder.joinpath(BRIDGE[place.editor], "__init__.py")
    try:
        found = VERSION.search(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return ""
    return found[1] if found else ""


def _is_whole(place: Place) -> bool:
    try:
        return is_placed(plugin_files(place.editor), place.folder)
    except ConfigurationError:
        return True  # there is nothing here to compare it with
