"""The plug-in's lines in Krita's own settings: switched on, and taken out again."""

from __future__ import annotations

import hashlib
from pathlib import Path

from . import kritarc
from .manifest import Changed
from .placing import make_folder, read_file, write_file

__all__ = ["enable", "forget", "restore"]


def enable(settings: Path) -> Changed | None:
    """Switch the plug-in on in Krita's settings; None where it is on.

    Raises:
        OutputError: they can't be read or written.
    """
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


def restore(changed: Changed) -> None:
    """Give Krita's settings back: exactly, or without our lines if Krita has written since.

    Raises:
        OutputError: they can't be read or written.
    """
    content = read_file(changed.path)
    if content is None:
        return
    untouched = _digest(content) == changed.after
    restored = changed.edit.undo(content) if untouched else kritarc.disabled(content)
    _write(changed.path, content, kritarc.forgotten(restored), existed=changed.existed)


def forget(settings: Path) -> bool:
    """Take our lines out of settings that no installation has changed; False where there are none.

    Raises:
        OutputError: they can't be read or written.
    """
    content = read_file(settings)
    if content is None:
        return False
    restored = kritarc.forgotten(kritarc.disabled(content))
    _write(settings, content, restored, existed=True)
    return restored != content


def _write(path: Path, content: bytes, restored: bytes, *, existed: bool) -> None:
    if not existed and not restored.strip():
        path.unlink()
    elif restored != content:
        write_file(path, restored)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
