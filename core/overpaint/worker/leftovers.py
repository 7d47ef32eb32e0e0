"""Results that a host which died never got: listed, taken up, dismissed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from overpaint.errors import JournalError

if TYPE_CHECKING:
    from overpaint.journal import Journal, Taken

__all__ = ["dismissed", "leftovers", "taken_up"]

# All of them go in one line of the pipe, which has an end; a list shows no more of a prompt.
SHOWN = 500


def leftovers() -> list[dict[str, Any]]:
    """List them as the pipe tells them, newest first.

    Raises:
        OverpaintError: the journal can't be read.
    """
    journal = _journal()
    if journal is None:
        return []
    return [
        {
            "id": row.id,
            "prompt": row.prompt[:SHOWN],
            "created_at": row.created,
            "host": row.host,
            "document": row.document,
            "seeds": list(row.seeds),
            "results": len(row.answers),
        }
        for row in journal.undelivered()
    ]


def dismissed(job_id: str) -> None:
    """Drop one.

    Raises:
        OverpaintError: there is none of that name, or somebody is at it.
    """
    journal = _journal()
    if journal is not None:
        journal.dismiss(job_id)


def taken_up(job_id: str) -> Taken:
    """Take one up.

    Raises:
        OverpaintError: there is none of that name, it has ended, or somebody is at it.
    """
    journal = _journal()
    if journal is None:
        raise JournalError("The journal is turned off.", hint="Settings, [journal], enabled.")
    return journal.take(job_id)


def _journal() -> Journal | None:
    from overpaint.journal import open_journal

    return open_journal()
