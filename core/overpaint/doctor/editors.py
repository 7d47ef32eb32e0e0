"""The editors: which are here, and whether each has the plug-in."""

from __future__ import annotations

from collections.abc import Iterator

from overpaint.installing import Editor, PluginState, System, find_places, plugin_state
from overpaint.installing.programs import full_versions
from overpaint_bridge import __version__

from .findings import Finding, Level, looking_at

__all__ = ["look_at_editors"]


def look_at_editors(system: System) -> Iterator[Finding]:
    """Each editor's versions, and the plug-in's state in each of its folders."""
    for editor in Editor:
        with looking_at(editor.label) as trouble:
            places = find_places(editor, system)
            versions = full_versions(system, editor.value)
        yield from trouble
        if trouble:
            continue
        if not places:
            says = f"Not found on this machine{_found(versions)}."
            yield Finding(editor.label, Level.NOTE, says, values={"versions": versions})
        for place in places:
            with looking_at(place.title) as trouble:
                yield _state(plugin_state(place), versions)
            yield from trouble


def _found(versions: list[str]) -> str:
    return f" in a version the plug-in works with, only {', '.join(versions)}" if versions else ""


def _state(state: PluginState, versions: list[str]) -> Finding:
    editor = state.place.editor
    known = f" (versions here: {', '.join(versions)})" if versions else ""
    values = {
        "versions": versions,
        "folder": str(state.place.folder),
        "plugin": state.version,
        "enabled": state.is_enabled,
        "whole": state.is_whole,
    }
    again = f"Run `overpaint install {editor}`."
    if not state.is_present:
        level, says, hint = Level.NOTE, "The plug-in is not installed", again
    elif not state.is_whole:
        level, says, hint = Level.BAD, "The plug-in's files are damaged or changed", again
    elif not state.is_enabled:
        level, says = Level.BAD, "The plug-in is installed and switched off"
        hint = "Switch it on in Krita: Settings > Configure Krita > Python Plugin Manager."
    elif state.version != __version__:
        level, says = Level.NOTE, f"The plug-in is of version {state.version}, not {__version__}"
        hint = again
    else:
        level, says, hint = Level.GOOD, f"The plug-in is installed, version {state.version}", ""
    return Finding(state.place.title, level, f"{says}{known}: {state.place.folder}", hint, values)
