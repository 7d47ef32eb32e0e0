"""How much the journal keeps, and how long; what was paid for and not delivered goes last."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from .rows import SETTLED, Row, State

__all__ = ["Bounded", "drop_old", "make_room"]

# Rows of jobs that have ended, for `overpaint jobs list`; about half a kilobyte each.
MOST_ROWS = 2000
ENDED = ", ".join(f"'{state}'" for state in sorted(SETTLED))


@dataclass(frozen=True, slots=True)
class Bounded:
    """The limits.

    Attributes:
        days: on which Overpaint was used since; a clock that jumps ahead is one day, not years.
        bytes: of pictures, all jobs together.
    """

    days: int = 30
    bytes: int = 2048 * 2**20


def drop_old(
    connection: sqlite3.Connection,
    bounded: Bounded,
    today: str,
    is_held: Callable[[Row], bool],
) -> list[str]:
    """Drop the rows of jobs that are too old or too many; returns their ids."""
    date = connection.execute("SELECT date FROM calendar").fetchone()["date"]
    if date != today:
        connection.execute("UPDATE calendar SET day = day + 1, date = ?", (today,))
    old = connection.execute(
        "SELECT * FROM jobs WHERE day < (SELECT day FROM calendar) - ?", (bounded.days,)
    ).fetchall()
    many = connection.execute(
        f"SELECT * FROM jobs WHERE state IN ({ENDED})"  # noqa: S608  names of ours
        " ORDER BY number DESC LIMIT -1 OFFSET ?",
        (MOST_ROWS,),
    ).fetchall()
    dropped = [row.id for row in map(Row.read, (*old, *many)) if not is_held(row)]
    _delete(connection, dropped)
    return dropped


def make_room(
    connection: sqlite3.Connection, most: int, is_held: Callable[[Row], bool]
) -> tuple[list[str], int]:
    """Drop jobs until the rest is as small as it should be, the oldest first.

    Those that have ended go first, then those that cost nothing, then those whose results an
    editor that lives is showing.

    Returns:
        Their ids, and the bytes that are left.
    """
    left = int(connection.execute("SELECT coalesce(sum(bytes), 0) FROM jobs").fetchone()[0])
    dropped: list[str] = []
    if left <= most:
        return dropped, left
    for row in connection.execute(
        f"SELECT * FROM jobs WHERE bytes > 0 AND (free OR state IN ({ENDED}) OR state = ?)"  # noqa: S608  names of ours
        f" ORDER BY state IN ({ENDED}) DESC, free DESC, number",
        (State.SHOWN,),
    ).fetchall():
        if left <= most:
            break
        held = is_held(Row.read(row))
        # What an editor that died was showing waits to be recovered, if it was paid for.
        if row["state"] == State.SHOWN if held else row["free"] or row["state"] != State.SHOWN:
            dropped.append(row["id"])
            left -= row["bytes"]
    _delete(connection, dropped)
    return dropped, left


def _delete(connection: sqlite3.Connection, ids: list[str]) -> None:
    connection.executemany("DELETE FROM jobs WHERE id = ?", [(job_id,) for job_id in ids])
