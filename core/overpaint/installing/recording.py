"""The record of the interpreter that plug-ins start, written and put back."""

from __future__ import annotations

import contextlib
import json

from overpaint_bridge import __version__

from .manifest import Manifest
from .placing import make_folder, read_file, write_file
from .system import System

__all__ = ["put_back", "record"]


def record(manifest: Manifest, system: System, python: str) -> None:
    """Write down what was installed and which Python has Overpaint.

    Raises:
        OutputError: it can't be written.
    """
    path = system.record
    if not manifest.made and not path.parent.exists():
        manifest.made = make_folder(path.parent)
    before = _text(read_file(path))
    now = json.dumps({"python": python, "version": __version__}, indent=2) + "\n"
    if before != now:
        if manifest.runtime_written is None:
            manifest.runtime_before = before
        manifest.runtime_written = now
        write_file(path, now.encode())
    manifest.write(path)


def put_back(manifest: Manifest, system: System) -> None:
    """Put the record back to what it said before, once the last plug-in is gone.

    Raises:
        OutputError: it can't be written.
    """
    path = system.record
    written = manifest.runtime_written
    if manifest.is_empty and written is not None and _text(read_file(path)) == written:
        if manifest.runtime_before is None:
            path.unlink()
        else:
            write_file(path, manifest.runtime_before.encode())
    manifest.write(path)


def _text(content: bytes | None) -> str | None:
    """A record's text; None where there is none, or only rubbish that no plug-in could read."""
    with contextlib.suppress(UnicodeDecodeError):
        return None if content is None else content.decode()
    return None
