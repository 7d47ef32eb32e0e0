"""Uninstalling: a plug-in, all that went with it, and what it has left beside itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .enabling import forget, restore
from .environments import remove_environments, seen_from
from .manifest import Manifest, Settled
from .payload import OWNED, remembered
from .places import Editor, Place, find_places
from .placing import remove_file, remove_made, take_out
from .recording import put_back
from .system import System

__all__ = ["Removed", "uninstall"]


@dataclass(frozen=True, slots=True)
class Removed:
    """What an uninstallation did.

    Attributes:
        folder: where.
        editor: whose.
        paths: what was removed.
    """

    folder: Path
    editor: Editor
    paths: list[Path]


def uninstall(editor: Editor, system: System, places: Iterable[Place] = ()) -> list[Removed]:
    """Take a plug-in out of every place it was installed in, and undo all that went with it.

    Args:
        editor: whose.
        system: this machine.
        places: where else it may lie, unpacked by hand.

    Raises:
        OutputError: something can't be removed.
    """
    manifest = Manifest.read(system.record)
    settings = {place.folder: place.settings for place in places}
    noted = [one for one in manifest.settled if one.editor == editor]
    known = {one.folder for one in noted}
    strays = [_stray(editor, folder) for folder in settings if folder not in known]
    done = []
    for settled in [*noted, *strays]:
        removed = take_out(settled.folder, OWNED[editor])
        if settled not in noted and (settled.folder / OWNED[editor][0]).is_symlink():
            continue  # nothing of ours: what its settings say is about somebody's link
        made = [*settled.made, *(settled.changed.made if settled.changed else ())]
        if not removed and settled not in noted:
            made = []  # a folder that Krita's importer makes for a plug-in, or Krita itself
        removed += [
            path
            for path in [*settled.written, *remembered(editor, settled.folder)]
            if remove_file(path)
        ]
        if settled.changed is not None:
            restore(settled.changed)
        elif (file := settings.get(settled.folder)) is not None and forget(file):
            removed.append(file)
        # What another plug-in still lies in goes with the last one.
        manifest.made = [*manifest.made, *remove_made(made)]
        if removed:
            done.append(Removed(settled.folder, editor, removed))
        manifest.settled = manifest.without(settled.folder)
    if noted:
        put_back(manifest, system)
    for view in _views(system, [*known, *settings]):
        if not _is_used(view, system, manifest):
            done += [Removed(path, editor, [path]) for path in remove_environments(view)]
    return done


def _views(system: System, folders: Iterable[Path]) -> Iterable[System]:
    """The machine, and each sandbox that one of the folders lies in."""
    views = [system, *(seen_from(folder, system) for folder in folders)]
    return {view.environments: view for view in views}.values()


def _is_used(view: System, system: System, manifest: Manifest) -> bool:
    """True while a plug-in is left that would start a worker from the view's environments."""
    places = [(one, place.folder) for one in Editor for place in find_places(one, system)]
    noted = [(Editor(one.editor), one.folder) for one in manifest.settled]
    return any(
        seen_from(folder, system).environments == view.environments
        and (folder / OWNED[editor][0]).exists()
        for editor, folder in [*places, *noted]
    )


def _stray(editor: Editor, folder: Path) -> Settled:
    """A plug-in unpacked by hand, with the one folder that Krita's importer makes for it."""
    made = [folder / path.parts[0] for path in OWNED[editor] if path.parts[0] == "actions"]
    return Settled(editor=editor, folder=folder, made=made)
