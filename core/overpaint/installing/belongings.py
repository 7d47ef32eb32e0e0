"""What a person has made with Overpaint: endpoints, their keys, the journal of results."""

from __future__ import annotations

import contextlib
from pathlib import Path

from overpaint.credentials import keys_path
from overpaint.errors import JournalError
from overpaint.journal import Journal, journal_folder
from overpaint.journal.bounds import Bounded
from overpaint.registry import forget_key
from overpaint.settings import known_endpoints
from overpaint.settings_file import read_settings, settings_path

from .placing import remove_file, remove_tree

__all__ = ["clear_folders", "refuse_if_waiting", "remove_belongings"]


def refuse_if_waiting() -> None:
    """See that nothing is lost that was paid for, or may have been.

    Raises:
        JournalError: a result has not reached anybody yet, or the journal can't be read.
    """
    folder = journal_folder()
    if not folder.is_dir():
        return
    # Whatever the settings say: one that was turned off may hold what came before.
    kept = read_settings().journal
    bounded = Bounded(kept.keep_days, kept.max_megabytes * 2**20)
    with contextlib.closing(Journal(folder, bounded)) as journal:
        waiting = [row for row in journal.rows() if not row.is_settled]
    if waiting:
        raise JournalError(
            f"{len(waiting)} runs in the journal have not ended, or nobody has their result.",
            hint=f"`overpaint jobs resume` fetches them. To lose them, delete {folder} first.",
        )


def remove_belongings() -> list[Path]:
    """Forget every endpoint and key, and remove the journal; return what was removed.

    Raises:
        ConfigurationError: the key store is locked, or the settings can't be read.
        OutputError: a file can't be removed.
    """
    entries = read_settings().endpoints
    for known in known_endpoints():
        name = known.endpoint.name
        if known.key != "needless":
            forget_key(name)
        for header in entries[name].secret_headers if name in entries else ():
            forget_key(name, header=header)
    removed = [path for path in (settings_path(), keys_path()) if remove_file(path)]
    folder = journal_folder()
    if folder.is_dir():
        remove_tree(folder)
        removed.append(folder)
    return removed


def clear_folders() -> None:
    """Remove the folders that all of it lay in, where nothing else is in them."""
    for folder in (settings_path().parent, journal_folder().parent):
        with contextlib.suppress(OSError):
            folder.rmdir()
