"""The journal: whether it can be written, and whether it holds results nobody has got."""

from __future__ import annotations

from collections.abc import Iterator

from overpaint.errors import OverpaintError
from overpaint.journal import journal_folder, open_journal
from overpaint.settings_file import read_settings

from .findings import Finding, Level

__all__ = ["look_at_journal"]


def look_at_journal() -> Iterator[Finding]:
    """Open the journal as a run would, and count; one that is not there is not made."""
    folder = journal_folder()
    values: dict[str, object] = {"folder": str(folder)}
    try:
        is_kept = read_settings().journal.enabled
        if is_kept and not folder.exists():
            says = f"Nothing in it yet; it would be {folder}"
            yield Finding("Journal", Level.GOOD, says, values=values | {"jobs": 0})
            return
        journal = open_journal()
        rows = [] if journal is None else journal.rows()
        waiting = [] if journal is None else journal.undelivered()
    except OverpaintError as error:
        yield Finding("Journal", Level.BAD, error.message, error.hint, values)
        return
    values |= {"jobs": len(rows), "undelivered": len(waiting)}
    if journal is None:
        says, hint = "It is turned off: a crash may lose results that were paid for.", ""
        yield Finding("Journal", Level.NOTE, says, hint, values)
    elif waiting:
        says = f"{len(waiting)} of {_jobs(len(rows))} never reached their picture: {folder}"
        hint = "`overpaint jobs resume`, or Recover Results in the editor, brings them."
        yield Finding("Journal", Level.NOTE, says, hint, values)
    else:
        says = f"{_jobs(len(rows))}, none waiting: {folder}"
        yield Finding("Journal", Level.GOOD, says, values=values)


def _jobs(number: int) -> str:
    return f"{number} job{'s' * (number != 1)}"
