"""Putting the plug-ins into GIMP and Krita, and taking them out again without a trace."""

from __future__ import annotations

from .handshake import Greeting, greet
from .installation import Installed, install
from .places import Editor, Place, find_places
from .removal import Removed, uninstall
from .state import PluginState, plugin_state
from .system import System

__all__ = [
    "Editor",
    "Greeting",
    "Installed",
    "Place",
    "PluginState",
    "Removed",
    "System",
    "find_places",
    "greet",
    "install",
    "plugin_state",
    "uninstall",
]
