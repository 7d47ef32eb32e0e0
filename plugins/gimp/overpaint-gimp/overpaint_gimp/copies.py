"""Files that GIMP has written and no image tells of: those of Save a Copy."""

from __future__ import annotations

import mmap
import os
import time
from collections.abc import Iterator

from .host import Gio, GLib

__all__ = ["Copies", "moment"]

# Where GTK keeps which files were opened and saved last, by any program; GIMP notes its copies too.
RECENT = "recently-used.xbel"


class Copies:
    """What was saved since a moment, as the list of recent files has it."""

    def __init__(self) -> None:
        """Begin now."""
        self._since = time.time_ns()
        self._list = os.path.join(GLib.get_user_data_dir(), RECENT)  # noqa: PTH118  of GLib's own path
        self._looked = moment(self._list)

    def look(self, mark: str) -> list[str]:
        """The files of GIMP's own kind that were written since, and have a mark in them.

        Args:
            mark: a parasite's name; such a file has it as it is.
        """
        now = moment(self._list)
        if now == self._looked:
            return []
        self._looked = now
        return [path for path in self._written() if _holds(path, mark.encode())]

    def _written(self) -> Iterator[str]:
        recent = GLib.BookmarkFile.new()
        try:
            recent.load_from_file(self._list)
        except GLib.Error:
            return
        for address in recent.get_uris():
            path = Gio.File.new_for_uri(address).get_path() or ""
            if path.endswith(".xcf") and moment(path) > self._since:
                yield path


def moment(path: str) -> int:
    """When a file was written last, in nanoseconds; 0 where there is none."""
    try:
        return os.stat(path).st_mtime_ns  # noqa: PTH116  of GIMP's own path
    except OSError:
        return 0


def _holds(path: str, words: bytes) -> bool:
    """Whether a file has some words in it; it may be a gigabyte."""
    try:
        with (
            open(path, "rb") as file,  # noqa: PTH123  likewise
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole,
        ):
            return whole.find(words) >= 0
    except (OSError, ValueError):
        return False
