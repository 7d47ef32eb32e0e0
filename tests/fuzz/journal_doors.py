"""The journal: its database and the files of its jobs, as a dying disk leaves them."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path

from overpaint.endpoints import Endpoint
from overpaint.journal import Journal
from overpaint.journal.journal import FILE
from overpaint.journal.keeping import ARRAYS, ASK, JOB, PREDICTION, kept_ask, kept_job, kept_result
from overpaint.predictions import Prediction

from .answer_doors import job
from .door import Door, raw, refusals

__all__ = ["DOORS"]

ENDPOINT = Endpoint("e", "https://h.example/v1", token="r8_k")


@cache
def kept() -> dict[str, bytes]:
    """A journal's files, by what they are: one job has been created, none has ended."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "journal"
        journal = Journal(folder)
        entry = journal.begin(job(), ENDPOINT)
        entry.created(Prediction(id="p1", status="processing"))
        files = {path.name: path.read_bytes() for path in entry.folder.iterdir()}
        journal.close()
        return files | {FILE: (folder / FILE).read_bytes()}


def database(content: bytes) -> None:
    """As the database: opened, listed, taken up, tidied."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "journal"
        folder.mkdir()
        (folder / FILE).write_bytes(content)
        with refusals():
            journal = Journal(folder)
            try:
                use(journal)
            finally:
                journal.close()


def use(journal: Journal) -> None:
    """Everything a person does with it."""
    for row in journal.rows():
        with refusals():
            journal.take(row.id)
        with refusals():
            journal.dismiss(row.id)
    with refusals():
        journal.undelivered()
    with refusals():
        journal.find(job(), ENDPOINT)
    with refusals():
        journal.begin(job(), ENDPOINT)
    journal.tidy()


def files(content: bytes) -> None:
    """As each of a job's files in turn, the others whole."""
    for name in (JOB, ASK, PREDICTION, *ARRAYS):
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "job"
            folder.mkdir()
            for other, whole in kept().items():
                (folder / other).write_bytes(content if other == name else whole)
            (folder / PREDICTION).write_bytes(content)
            with refusals():
                kept_ask(folder, kept_job(folder))
            with refusals():
                kept_result(folder, ["0" * 64])
            shutil.rmtree(folder)


def seeds() -> list[bytes]:
    """Each of a job's files."""
    return [*(whole for name, whole in kept().items() if name != FILE), b"[" * 100_000, b"1", b"{}"]


DOORS: tuple[Door, ...] = (
    raw("journal", database, lambda: [kept()[FILE], b"", kept()[FILE][:5000]], longest=1 << 16),
    raw("job files", files, seeds, longest=1 << 13),
)
