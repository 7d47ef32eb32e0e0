"""The environments that plug-ins have made for themselves at a first start without a shell."""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path

from .placing import read_file, remove_tree
from .system import System

__all__ = ["remove_environments", "seen_from"]


def seen_from(folder: Path, system: System) -> System:
    """The machine as the editor sees it whose plug-ins lie in a folder: a sandbox has its own."""
    flatpak, snap = system.home / ".var/app", system.home / "snap"
    if folder.is_relative_to(flatpak):
        own = flatpak / folder.relative_to(flatpak).parts[0]
        inside = {"XDG_CONFIG_HOME": str(own / "config"), "XDG_DATA_HOME": str(own / "data")}
        return System(system.platform, system.home, inside, system.root)
    if folder.is_relative_to(snap):
        own = snap.joinpath(*folder.relative_to(snap).parts[:2])
        return System(system.platform, own, {}, system.root)
    return system


def remove_environments(system: System) -> list[Path]:
    """Remove the environments and the record of the one in use; return what was removed.

    Results and settings, which lie beside them, stay; and so does a link to somewhere else.

    Raises:
        OutputError: something can't be removed.
    """
    folder, record = system.environments, system.record
    if folder.is_symlink() or not folder.is_dir():
        return []
    if system.is_windows and Path(sys.prefix).is_relative_to(folder):
        return []  # Windows removes nothing that runs: it would end half removed
    recorded = _is_inside(read_file(record), folder)
    remove_tree(folder)
    if recorded:
        record.unlink()
    for parent in {folder.parent, *([record.parent] if recorded else [])}:
        with contextlib.suppress(OSError):
            parent.rmdir()  # not while anything else is in it
    return [folder, *([record] if recorded else [])]


def _is_inside(content: bytes | None, folder: Path) -> bool:
    """True where a record names an interpreter in this folder."""
    try:
        python = Path(json.loads(content or b"")["python"])
    except (ValueError, KeyError, TypeError):
        return False
    return python.is_relative_to(folder)
