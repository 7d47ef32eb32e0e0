"""What a person has made with Overpaint: endpoints, their keys, the journal of results."""

from __future__ import annotations

import contextlib
from pathlib import Path

from overpaint.credentials import keys_path
from overpaint.errors import JournalError
from overpaint.journal import journal_folder, open_journal
from overpaint.registry import forget_key
from overpaint.settings import known_endpoints
from overpaint.settings_file import read_settings, settings_path

from .placing import remove_file, remove_tree

__all__ = ["refuse_if_waiting", "remove_belongings"]


def refuse_if_waiting() -> None:
    """See that nothing is lost that was paid for, or may have been.

    Raises:
        JournalError: a result has not reached anybody yet, or the journal can't be read.
    """
    folder = journal_folder()
    journal = open_journal() if folder.exists() else None
    waiting = [row for row in journal.rows() if not row.is_settled] if journal else []
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
        journal = open_journal()
        if journal is not None:
            journal.close()
        remove_tree(folder)
        removed.append(folder)
    for parent in (settings_path().parent, folder.parent):
        with contextlib.suppress(OSError):
            parent.rmdir()  # not while anything else is in it
    return removed
