"""What a person is told after Ctrl-C: what became of the run, and whether it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from overpaint.endpoints import Endpoint

if TYPE_CHECKING:
    from overpaint.journal import Entry

__all__ = ["explain"]


def explain(stop: BaseException, endpoint: Endpoint, entry: Entry | None) -> None:
    """Add to an interruption what became of a run, beyond what the client has noted.

    Args:
        stop: on its way out; a client notes what it could undo.
        endpoint: where the run was, or was to be.
        entry: its page in the journal; None where it was not begun.
    """
    if endpoint.is_embedded:
        stop.__notes__ = ["Nothing is charged: the built-in engine was at it."]
        return
    if entry is None or entry.was_refused:
        stop.add_note(f"Nothing was created at {endpoint.name}, so nothing is charged.")
    elif entry.id and not entry.is_settled:
        stop.add_note(f"`overpaint jobs resume {entry.id} -o DIR` fetches what came of it.")
    else:
        stop.add_note("What it used until then may be charged.")
