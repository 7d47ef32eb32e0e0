"""Which journal is the user's: its place, its limits, and one connection a process."""

from __future__ import annotations

import atexit
import os
import threading
from pathlib import Path

import platformdirs

from overpaint.settings_file import read_settings

from .bounds import Bounded
from .journal import Journal

__all__ = ["journal_folder", "open_journal"]

FOLDER = "OVERPAINT_DATA_DIR"

_open: dict[tuple[int, Path, Bounded], Journal] = {}
_lock = threading.Lock()


def journal_folder() -> Path:
    """Where the journal is: OVERPAINT_DATA_DIR, else the system's place for a user's data."""
    given = os.environ.get(FOLDER, "").strip()
    root = Path(given) if given else platformdirs.user_data_path("overpaint", appauthor=False)
    return root / "journal"


def open_journal() -> Journal | None:
    """The journal as the settings have it, open until the process ends; None = turned off.

    Raises:
        ConfigurationError: the settings can't be read.
        JournalError: the journal can't be used.
    """
    wanted = read_settings().journal
    if not wanted.enabled:
        return None
    folder = journal_folder()
    bounded = Bounded(wanted.keep_days, wanted.max_megabytes * 2**20)
    # A forked process must not go on with its parent's connection.
    name = os.getpid(), folder, bounded
    with _lock:
        if name not in _open or not folder.is_dir():
            journal = _open[name] = Journal(folder, bounded)
            atexit.register(_close, journal, os.getpid())
        return _open[name]


def _close(journal: Journal, process: int) -> None:
    """Close it at the end of the process that opened it; a forked one's end is not that."""
    if os.getpid() == process:
        journal.close()
