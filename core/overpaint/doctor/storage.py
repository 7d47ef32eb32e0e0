"""Where settings and results are kept, and whether there is room."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from overpaint.journal import journal_folder
from overpaint.settings_file import settings_path
from overpaint_bridge.folders import LEAST_MEMORY, places

from .findings import Finding, Level

__all__ = ["look_at_disk"]

# Below this a large document's pixels, or an environment, may not find room.
LITTLE = 2**30


def look_at_disk() -> Iterator[Finding]:
    """Free room where results and pixels in flight lie, and the settings file."""
    pixels = places()[0]
    on_disk = pixels == Path(tempfile.gettempdir())
    for what, folder, least in (
        ("results", journal_folder(), LITTLE),
        ("pixels in flight", pixels, LITTLE if on_disk else LEAST_MEMORY),
    ):
        there = next(path for path in (folder, *folder.parents) if path.exists())
        free = shutil.disk_usage(there).free
        is_writable = os.access(there, os.W_OK)
        good = free >= least and is_writable
        says = f"{free / 2**30:.1f} GiB free for {what}: {folder}"
        hint = "" if good else "Make room." if is_writable else "You may not write there."
        yield Finding(
            "Disk",
            Level.GOOD if good else Level.BAD,
            says,
            hint,
            {"folder": str(folder), "free": free, "writable": is_writable},
        )
    path = settings_path()
    says = f"{path}" if path.is_file() else f"none yet; they would be {path}"
    yield Finding("Settings", Level.GOOD, says, values={"path": str(path)})
