"""Installing: a plug-in in one place, and the interpreter it will start."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from overpaint.errors import ConfigurationError

from .enabling import enable
from .interpreter import NAME, needed_interpreter
from .manifest import Manifest, Settled
from .payload import OWNED, Files, plugin_files
from .places import Editor, Place
from .placing import is_placed, make_folder, place, write_file
from .recording import record
from .system import System
from .wheel import WHEELS, carried_wheel

__all__ = ["Installed", "install"]


@dataclass(frozen=True, slots=True)
class Installed:
    """What an installation did.

    Attributes:
        place: where.
        plugin: the folder or file that is the plug-in.
        was_there: exactly this version was there already.
        enabled: Krita's settings had to be changed to switch it on.
        interpreter: the file that tells GIMP which Python starts plug-ins, where one was needed.
    """

    place: Place
    plugin: Path
    was_there: bool
    enabled: bool = False
    interpreter: Path | None = None


def install(spot: Place, system: System, python: str = sys.executable) -> Installed:
    """Put a plug-in into one place and record the interpreter its worker runs in.

    Raises:
        ConfigurationError: there is no plug-in to install.
        OutputError: the place can't be written.
    """
    files = _files(spot)
    manifest = Manifest.read(system.record)
    earlier = manifest.at(spot.folder) or Settled(editor=spot.editor, folder=spot.folder)
    was_there = is_placed(files, spot.folder)
    made = [] if was_there else place(files, spot.folder, OWNED[spot.editor])
    settled = earlier.model_copy(update={"made": [*earlier.made, *made]})
    manifest.settled = [*manifest.without(spot.folder), settled]
    # Before anything else is touched: what is there can be taken out again from here on.
    record(manifest, system, python)
    changed = enable(spot.settings) if spot.settings is not None else None
    interpreter, more = _settle_interpreter(spot, system)
    settled = settled.model_copy(
        update={
            "made": [*settled.made, *more],
            "written": sorted({*earlier.written, *interpreter}),
            "changed": changed or earlier.changed,
        }
    )
    manifest.settled = [*manifest.without(spot.folder), settled]
    manifest.write(system.record)
    return Installed(
        place=spot,
        plugin=spot.folder / OWNED[spot.editor][0],
        was_there=was_there,
        enabled=changed is not None,
        interpreter=next(iter(settled.written), None),
    )


def _files(spot: Place) -> Files:
    """What goes into a place.

    Raises:
        ConfigurationError: this installation does not have it.
    """
    files = plugin_files(spot.editor)
    if spot.is_sandboxed:
        # Nothing of this machine's runs in there: the plug-in makes an environment of its own.
        wheel = {WHEELS[spot.editor] / name: content for name, content in carried_wheel()}
        if not wheel:
            raise ConfigurationError(
                f"{spot.title} needs the wheel, and this Overpaint was not installed from one.",
                hint="Install it with pip from a folder or a wheel, without `-e`, and try again.",
            )
        files |= wheel
    return files


def _settle_interpreter(spot: Place, system: System) -> tuple[list[Path], list[Path]]:
    """Write GIMP's interpreter file where one is needed; return it and the folders made."""
    wanted = needed_interpreter(system) if spot.editor is Editor.GIMP else None
    if wanted is None or spot.is_sandboxed:
        return [], []
    path = spot.folder.parent / "interpreters" / NAME
    made = make_folder(path.parent)
    write_file(path, wanted)
    return [path], made
