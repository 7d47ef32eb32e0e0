"""Install and uninstall: a plug-in in one place, and the interpreter it will start."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from overpaint.errors import ConfigurationError
from overpaint_bridge import __version__

from . import kritarc
from .interpreter import NAME, needed_interpreter
from .manifest import Changed, Manifest, Settled
from .payload import OWNED, Files, plugin_files
from .places import Editor, Place
from .placing import (
    is_placed,
    make_folder,
    place,
    read_file,
    remove_made,
    take_out,
    write_file,
)
from .system import System
from .wheel import WHEELS, carried_wheel

__all__ = ["Installed", "Removed", "install", "uninstall"]


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
    _record(manifest, system, python)
    changed = _enable(spot.settings) if spot.settings is not None else None
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
    noted = [one for one in manifest.settled if one.editor == editor]
    known = {one.folder for one in noted}
    strays = [
        Settled(editor=editor, folder=place.folder, changed=_unnoted(place.settings))
        for place in places
        if place.folder not in known
    ]
    done = []
    for settled in [*noted, *strays]:
        removed = take_out(settled.folder, OWNED[editor])
        if not removed and settled not in noted:
            continue  # nothing of ours: what its settings say is about somebody's link
        for path in settled.written:
            path.unlink(missing_ok=True)
            removed.append(path)
        made = [*settled.made, *(settled.changed.made if settled.changed else ())]
        if settled.changed is not None:
            _restore(settled.changed)
        # What another plug-in still lies in goes with the last one.
        manifest.made = [*manifest.made, *remove_made(made)]
        if removed:
            done.append(Removed(settled.folder, editor, removed))
        manifest.settled = manifest.without(settled.folder)
    if noted:
        _forget(manifest, system)
    return done


def _settle_interpreter(spot: Place, system: System) -> tuple[list[Path], list[Path]]:
    """Write GIMP's interpreter file where one is needed; return it and the folders made."""
    wanted = needed_interpreter(system) if spot.editor is Editor.GIMP else None
    if wanted is None or spot.is_sandboxed:
        return [], []
    path = spot.folder.parent / "interpreters" / NAME
    made = make_folder(path.parent)
    write_file(path, wanted)
    return [path], made


def _enable(settings: Path) -> Changed | None:
    """Switch the plug-in on in Krita's settings; None where it is on."""
    before = read_file(settings)
    content = before or b""
    edit = kritarc.enabled(content)
    if edit is None:
        return None
    after = edit.apply(content)
    made = make_folder(settings.parent)
    write_file(settings, after)
    return Changed(
        path=settings,
        existed=before is not None,
        made=made,
        at=edit.at,
        was=edit.was.decode("latin-1"),
        now=edit.now.decode("latin-1"),
        after=_digest(after),
    )


def _restore(changed: Changed) -> None:
    """Give Krita's settings back: exactly, or without our line if Krita has written since."""
    content = read_file(changed.path)
    if content is None:
        return
    untouched = _digest(content) == changed.after
    restored = changed.edit.undo(content) if untouched else kritarc.disabled(content)
    if not changed.existed and not restored.strip():
        changed.path.unlink()
    elif restored != content:
        write_file(changed.path, restored)


def _unnoted(settings: Path | None) -> Changed | None:
    """Our line in a kritarc that no installation has noted, to be taken out with the plug-in."""
    if settings is None or not settings.is_file():
        return None
    return Changed(path=settings, existed=True, made=[], at=0, was="", now="", after="")


def _record(manifest: Manifest, system: System, python: str) -> None:
    """Write down what was installed and which Python has Overpaint."""
    record = system.record
    if not manifest.made and not record.parent.exists():
        manifest.made = make_folder(record.parent)
    before = _text(read_file(record))
    now = json.dumps({"python": python, "version": __version__}, indent=2) + "\n"
    if before != now:
        if manifest.runtime_written is None:
            manifest.runtime_before = before
        manifest.runtime_written = now
        write_file(record, now.encode())
    manifest.write(record)


def _forget(manifest: Manifest, system: System) -> None:
    """Put the record of the interpreter back with the last plug-in."""
    record = system.record
    written = manifest.runtime_written
    if manifest.is_empty and written is not None and _text(read_file(record)) == written:
        if manifest.runtime_before is None:
            record.unlink()
        else:
            write_file(record, manifest.runtime_before.encode())
    manifest.write(record)


def _text(content: bytes | None) -> str | None:
    """A record's text; None where there is none, or only rubbish that no plug-in could read."""
    with contextlib.suppress(UnicodeDecodeError):
        return None if content is None else content.decode()
    return None


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
