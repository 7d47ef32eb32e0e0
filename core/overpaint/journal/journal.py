"""The journal itself: jobs begun, taken up again, listed and dropped."""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from overpaint.errors import JournalError

from . import keeping
from .bounds import Bounded, drop_old, make_room
from .database import Database, as_journal_error
from .entry import Entry
from .owners import Owner, is_alive
from .rows import Asker, Row, State
from .taken import Taken

if TYPE_CHECKING:
    from overpaint.endpoints import Endpoint
    from overpaint.job import Job

__all__ = ["Journal"]

FILE, JOBS, OWNERS = "journal.sqlite3", "jobs", "owners"


class Journal:
    """What was asked, what was paid, what came back; shared by all of a user's processes."""

    def __init__(
        self,
        folder: Path,
        bounded: Bounded | None = None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Open it, and clear away what dead processes have left half-made.

        Args:
            folder: of its own; made if it is not there.
            bounded: how much of it is kept, and how long.
            clock: seconds since 1970, for tests.

        Raises:
            JournalError: the folder or the file in it can't be used.
        """
        self._folder = folder
        self._bounded = bounded or Bounded()
        self._clock = clock
        with as_journal_error(folder / FILE):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._jobs = folder / JOBS
            self._jobs.mkdir(mode=0o700, exist_ok=True)
            self._database = Database(folder / FILE)
            try:
                self._owner = Owner(folder / OWNERS)
            except BaseException:
                self._database.close()
                raise
        try:
            self.tidy()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the files; jobs that have not ended are anybody's."""
        self._database.close()
        self._owner.close()

    def folder_of(self, job_id: str) -> Path:
        """Where a job's files are."""
        return self._jobs / job_id

    def begin(self, job: Job, endpoint: Endpoint, asker: Asker | None = None) -> Entry:
        """Write an intent down, with everything that lays the result out later.

        Args:
            job: as it will be sent.
            endpoint: where to.
            asker: the editor that asks, if one does.

        Raises:
            JournalError: it could not be written, or the journal is full; nothing was sent.
        """
        free = endpoint.is_embedded
        job_id = f"{datetime.fromtimestamp(self._clock(), UTC):%Y%m%d}-{secrets.token_hex(4)}"
        part = self._jobs / f"{job_id}.{self._owner.name}{keeping.PART}"
        try:
            with as_journal_error(self._folder / FILE):
                size = keeping.keep_job(job, part, durable=not free)
            self._make_room(size, free=free)
            now = self._clock()
            row = {
                "id": job_id,
                "state": State.INTENT,
                "endpoint": endpoint.name,
                "base_url": endpoint.base_url,
                "version": job.ask.version,
                "digest": keeping.digest_of(job.ask),
                "prompt": job.request.prompt or "",
                **asdict(asker or Asker()),
                "free": free,
                "created_at": now,
                "changed_at": now,
                "bytes": size,
                "owner": self._owner.name,
            }
            self._insert(row, part, durable=not free)
        except BaseException:
            keeping.remove(part)
            raise
        return Entry(self, job_id, free=free)

    def change(
        self, job_id: str, state: State, values: Mapping[str, str | int | None], *, durable: bool
    ) -> None:
        """Bring a job to a state, in one transaction.

        Raises:
            JournalError: the disk refused.
        """
        changed = {"state": state, "changed_at": self._clock(), **values}
        names = ", ".join(f"{name} = :{name}" for name in changed)
        with self._database.transaction(durable=durable) as connection:
            connection.execute(
                f"UPDATE jobs SET {names} WHERE id = :id",  # noqa: S608  names of ours
                {**changed, "id": job_id},
            )

    def rows(self) -> list[Row]:
        """Every job, newest first.

        Raises:
            JournalError: it can't be read.
        """
        return [
            Row.read(row) for row in self._database.read("SELECT * FROM jobs ORDER BY number DESC")
        ]

    def row(self, job_id: str) -> Row:
        """One job, by its id or the beginning of it that no other has.

        Raises:
            JournalError: there is none, or there are several.
        """
        found = [row for row in self.rows() if row.id.startswith(job_id)]
        exact = [row for row in found if row.id == job_id] or found
        if len(exact) != 1 or not job_id:
            many = "several jobs" if exact else "no job"
            raise JournalError(
                f"There {'are' if exact else 'is'} {many} called {job_id}.",
                hint="`overpaint jobs list` names them.",
            )
        return exact[0]

    def undelivered(self) -> list[Row]:
        """Jobs that a process which is no more began, and whose result is here or may be had.

        Those that cost nothing and have no result are left out: there is nothing to lose.

        Raises:
            JournalError: it can't be read.
        """
        return [
            row
            for row in self.rows()
            if not row.is_settled and (row.has_results or not row.free) and not self.is_held(row)
        ]

    def find(self, job: Job, endpoint: Endpoint) -> Row | None:
        """The oldest job that asks for the same, and that nobody is at.

        Raises:
            JournalError: it can't be read.
        """
        digest = keeping.digest_of(job.ask)
        same = [
            row
            for row in self.undelivered()
            if (row.digest, row.base_url) == (digest, endpoint.base_url)
        ]
        return same[-1] if same else None

    def fetched(self, job: Job, endpoint: Endpoint) -> Row | None:
        """The oldest job that asked for the same, whose results somebody else was handed.

        None of those that cost nothing to paint again.

        Raises:
            JournalError: it can't be read.
        """
        digest = keeping.digest_of(job.ask)
        rows = self._database.read(
            "SELECT * FROM jobs WHERE (state, digest, base_url) = (?, ?, ?) AND taken_to != '[]'"
            " AND NOT free ORDER BY number LIMIT 1",
            (State.DELIVERED, digest, endpoint.base_url),
        )
        return Row.read(rows[0]) if rows else None

    def claim(self, row: Row) -> None:
        """Note that who began a job now has its results too, so that they are handed on once.

        Raises:
            JournalError: the disk refused.
        """
        self.change(row.id, row.state, {"taken_to": "[]"}, durable=True)

    def rival(self, job_id: str) -> Row | None:
        """An earlier job of another process that lives, which asks the same and is not ended.

        Of two that begin at once, exactly one finds the other: the database numbers them.

        Raises:
            JournalError: it can't be read.
        """
        rows = self.rows()
        at = next(index for index, row in enumerate(rows) if row.id == job_id)
        asked = (rows[at].digest, rows[at].base_url)
        for row in rows[at + 1 :]:
            is_theirs = row.owner != self._owner.name and self.is_held(row)
            if (row.digest, row.base_url) == asked and not row.is_settled and is_theirs:
                return row
        return None

    def is_held(self, row: Row) -> bool:
        """Whether a process that lives is at it."""
        if row.owner is None:
            return False
        return row.owner == self._owner.name or is_alive(self._folder / OWNERS, row.owner)

    def _insist_on_nobody(self, row: Row, hint: str) -> None:
        """Refuse a job that a process which lives is at.

        Raises:
            JournalError: one is.
        """
        if self.is_held(row):
            raise JournalError(
                f"The job {row.id} is being worked on by another process.", hint=hint
            )

    def take(self, job_id: str) -> Taken:
        """Take a job up that nobody is at.

        Raises:
            JournalError: there is none of that name, it has ended, somebody is at it, or what is
                kept of it is damaged.
        """
        with self._database.transaction() as connection:
            row = self.row(job_id)
            if row.is_settled:
                raise JournalError(
                    f"The job {row.id} has ended: it was {row.state}.", hint=row.message
                )
            self._insist_on_nobody(row, "Wait for it, or end that process.")
            connection.execute("UPDATE jobs SET owner = ? WHERE id = ?", (self._owner.name, row.id))
        entry = Entry(self, row.id, free=row.free, state=row.state, taken_up=True)
        try:
            return self._taken(row, entry)
        except BaseException:
            entry.let_go()
            raise

    def dismiss(self, job_id: str) -> None:
        """Drop a job that nobody wants any more.

        Raises:
            JournalError: there is none of that name, or somebody is at it.
        """
        with self._database.transaction() as connection:
            # Looked at in here, or another process could take it up in between.
            row = self.row(job_id)
            self._insist_on_nobody(row, "Cancel it there.")
            if row.is_settled:
                return
            ended = State.DELIVERED if row.has_results else State.CANCELED
            connection.execute(
                "UPDATE jobs SET state = ?, changed_at = ?, owner = NULL, bytes = 0 WHERE id = ?",
                (ended, self._clock(), row.id),
            )
        keeping.remove(self.folder_of(row.id))

    def tidy(self) -> None:
        """Drop what is too old, and clear away what dead processes have left half-made.

        Raises:
            JournalError: the disk refused.
        """
        today = datetime.fromtimestamp(self._clock(), UTC).strftime("%Y-%m-%d")
        with self._database.transaction(durable=False) as connection:
            for job_id in drop_old(connection, self._bounded, today, self.is_held):
                keeping.remove(self.folder_of(job_id))
        self._sweep()

    def _taken(self, row: Row, entry: Entry) -> Taken:
        folder = self.folder_of(row.id)
        job = keeping.kept_job(folder)
        if row.has_results:
            prediction, answers = keeping.kept_result(folder, row.answers)
            return Taken(row, entry, job, job.ask, prediction, answers)
        newest_first = self.rows()
        at = next(index for index, one in enumerate(newest_first) if one.id == row.id)
        older = [one for one in newest_first[at + 1 :] if one.base_url == row.base_url]
        return Taken(
            row,
            entry,
            job,
            keeping.kept_ask(folder, job),
            others=frozenset(one.prediction for one in newest_first if one.prediction),
            earlier=frozenset(one.prediction for one in older if one.prediction),
        )

    def _make_room(self, size: int, *, free: bool) -> None:
        """Drop what may be dropped so that a new job fits.

        Raises:
            JournalError: what is left was paid for and nobody has got it yet.
        """
        with self._database.transaction(durable=False) as connection:
            dropped, left = make_room(connection, self._bounded.bytes - size, self.is_held)
        for job_id in dropped:
            keeping.remove(self.folder_of(job_id))
        if left > self._bounded.bytes - size and left and not free:
            raise JournalError(
                f"The journal is full: {left // 2**20} MB of results wait to be fetched.",
                hint="`overpaint jobs resume` fetches them; max_megabytes under [journal] in the"
                " settings is the limit.",
            )

    def _insert(self, row: Mapping[str, object], part: Path, *, durable: bool) -> None:
        """Give a job its row and its folder its name, as one: a folder without a row is left over.

        Raises:
            JournalError: the disk refused.
        """
        names = ", ".join(row)
        places = ", ".join(f":{name}" for name in row)
        with self._database.transaction(durable=durable) as connection:
            connection.execute(
                f"INSERT INTO jobs ({names}, day)"  # noqa: S608  names of ours
                f" VALUES ({places}, (SELECT day FROM calendar))",
                dict(row),
            )
            part.rename(self.folder_of(str(row["id"])))

    def _sweep(self) -> None:
        """Remove what belongs to no row, and what dead processes have left half-made.

        That is files half-written, and those of a job that has ended: its state is stored first.
        """
        owners = self._folder / OWNERS
        with self._database.transaction(durable=False) as connection:
            found = connection.execute("SELECT id, owner FROM jobs WHERE bytes > 0")
            rows = {row["id"]: row["owner"] for row in found}
            for folder in self._jobs.iterdir():
                name, _, rest = folder.name.partition(".")
                owner = rest.removesuffix(keeping.PART) or rows.get(name)
                if owner and (owner == self._owner.name or is_alive(owners, owner)):
                    continue
                if rest or name not in rows:
                    keeping.remove(folder)
                    continue
                for part in folder.glob(f"*{keeping.PART}"):
                    with contextlib.suppress(OSError):
                        part.unlink()
        for lock in owners.iterdir():
            if lock.stem != self._owner.name:
                is_alive(owners, lock.stem)  # removes a dead one's
