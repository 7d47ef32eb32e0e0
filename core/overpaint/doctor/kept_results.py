"""The journal: whether it can be written, and whether it holds results nobody has got."""

from __future__ import annotations

from collections.abc import Iterator

from overpaint.errors import OverpaintError
from overpaint.journal import journal_folder, open_journal

from .findings import Finding, Level

__all__ = ["look_at_journal"]


def look_at_journal() -> Iterator[Finding]:
    """Open the journal as a run would, and count."""
    values: dict[str, object] = {"folder": str(journal_folder())}
    try:
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
        says = f"{len(waiting)} of {len(rows)} jobs never reached their picture: {journal_folder()}"
        hint = "`overpaint jobs resume`, or Recover Results in the editor, brings them."
        yield Finding("Journal", Level.NOTE, says, hint, values)
    else:
        says = f"{len(rows)} jobs, none waiting: {journal_folder()}"
        yield Finding("Journal", Level.GOOD, says, values=values)
