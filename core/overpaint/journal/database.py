"""The journal's database: one SQLite file, its schema's versions, and its transactions."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

from overpaint.errors import JournalError

__all__ = ["Database", "as_journal_error"]

# Each brings the file from one schema to the next; none is ever changed once it was released.
MIGRATIONS = (
    """
    CREATE TABLE jobs (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        state TEXT NOT NULL,
        endpoint TEXT NOT NULL,
        base_url TEXT NOT NULL,
        version TEXT NOT NULL,
        digest TEXT NOT NULL,
        prompt TEXT NOT NULL,
        host TEXT NOT NULL,
        document TEXT NOT NULL,
        layer_format TEXT NOT NULL,
        free INTEGER NOT NULL,
        prediction TEXT,
        answers TEXT NOT NULL DEFAULT '[]',
        seeds TEXT NOT NULL DEFAULT '[]',
        error TEXT NOT NULL DEFAULT '',
        message TEXT NOT NULL DEFAULT '',
        created_at REAL NOT NULL,
        changed_at REAL NOT NULL,
        day INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        owner TEXT
    );
    CREATE INDEX jobs_state ON jobs (state);
    CREATE TABLE calendar (day INTEGER NOT NULL, date TEXT NOT NULL);
    INSERT INTO calendar VALUES (0, '');
    """,
    "ALTER TABLE jobs ADD COLUMN taken_to TEXT NOT NULL DEFAULT '[]'",
)
# Another process's transaction is over in milliseconds; this long only a stuck disk takes.
BUSY_SECONDS = 10.0


class Database:
    """One connection, used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Open the file, and bring it to today's schema.

        Raises:
            JournalError: it can't be read or written, or a newer Overpaint wrote it.
        """
        self._lock = threading.RLock()
        with as_journal_error(path):
            # SQLite makes its files readable as the umask has it; these hold what people asked for.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            self._connection = sqlite3.connect(
                path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            try:
                self._connection.row_factory = sqlite3.Row
                self._connection.execute("PRAGMA journal_mode = WAL")
                self._migrate(path)
            except BaseException:
                self._connection.close()
                raise
        self._path = path

    @contextlib.contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[sqlite3.Connection]:
        """Do several things or none of them.

        Args:
            durable: on disk when this ends, power cut or not; else safe from a crash only.

        Raises:
            JournalError: the disk refused.
        """
        with self._lock, as_journal_error(self._path):
            connection = self._connection
            connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                # A disk that is full has rolled back by itself.
                with contextlib.suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise

    def read(self, query: str, values: tuple[object, ...] = ()) -> list[sqlite3.Row]:
        """Read rows.

        Raises:
            JournalError: they can't be read.
        """
        with self._lock, as_journal_error(self._path):
            return self._connection.execute(query, values).fetchall()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def _migrate(self, path: Path) -> None:
        schema = self._schema()
        if schema > len(MIGRATIONS):
            raise JournalError(
                f"The journal {path} is a newer Overpaint's (schema {schema}).",
                hint="Update Overpaint, or move the file away to begin anew.",
            )
        if schema == len(MIGRATIONS):
            return
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            # Asked again: another process may have been quicker.
            for script in MIGRATIONS[self._schema() :]:
                for statement in script.split(";"):
                    self._connection.execute(statement)
            self._connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
            self._connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            raise

    def _schema(self) -> int:
        return int(self._connection.execute("PRAGMA user_version").fetchone()[0])


@contextlib.contextmanager
def as_journal_error(path: Path) -> Iterator[None]:
    """Say in a sentence what the disk or the file's content refused.

    Raises:
        JournalError: either did.
    """
    try:
        yield
    except OSError as error:
        why = (error.strerror or str(error)).casefold()
        raise JournalError(
            f"The journal can't be written at {path.parent}: {why}.",
            hint="Make room or give access there, or name another folder in OVERPAINT_DATA_DIR.",
        ) from error
    except sqlite3.OperationalError as error:
        raise JournalError(
            f"The journal can't be used at {path.parent}: {error}.",
            hint="Make room or give access there, or name another folder in OVERPAINT_DATA_DIR.",
        ) from error
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise JournalError(
            f"The journal {path} is damaged: {error}.",
            hint="Move the file away to begin anew; the jobs' pictures lie in `jobs` beside it.",
        ) from error
