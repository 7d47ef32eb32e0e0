"""Dropping a result: whole or not at all, whatever comes in between."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.clients import endpoint
from fakes.studio import MASK, PATIENCE, PICTURE, VERSION, Studio
from overpaint import Client, PaintRequest
from overpaint.errors import JournalError
from overpaint.journal import Journal, State

# Dismisses a job, and is killed as it comes to a step of that for the nth time.
KILLED = """
import os, signal, sys
from pathlib import Path
from overpaint.journal import Journal

folder, job, step, number = sys.argv[1:]
journal = Journal(Path(folder))
left = [int(number)]

def look(event, arguments):
    if event == step:
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(look)
journal.dismiss(job)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "journal"


@pytest.fixture
def left(folder: Path) -> Iterator[str]:
    """A job that was paid for, and whose process is no more."""
    with Studio() as studio:
        journal = Journal(folder)
        place = endpoint(f"{studio.url}/v1", version=VERSION)
        with Client(place, patience=PATIENCE, journal=journal) as one:
            job = one.prepare(PaintRequest(), PICTURE, MASK)
            entry = one.begin(job)
            one.paint(job, entry=entry)
        journal.close()
        yield entry.id


@pytest.mark.skipif(sys.platform == "win32", reason="a process can't kill itself so there")
@pytest.mark.parametrize(
    ("step", "number"),
    [("shutil.rmtree", 1), ("os.remove", 1), ("os.remove", 4), ("os.rmdir", 1)],
)
def test_a_result_that_was_being_dropped_is_whole_or_gone_after_the_next_start(
    folder: Path, left: str, step: str, number: int
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder), left, step, str(number)], check=False
    )

    assert done.returncode == -9
    journal = Journal(folder)
    (row,) = journal.rows()
    assert row.state is State.DELIVERED
    assert journal.undelivered() == []
    assert list((folder / "jobs").iterdir()) == []
    journal.close()


def test_a_result_that_is_taken_up_in_that_moment_is_not_dropped(folder: Path, left: str) -> None:
    asks, works = Journal(folder), Journal(folder)
    said: list[str] = []

    def dismiss() -> None:
        try:
            asks.dismiss(left)
        except JournalError as error:
            said.append(str(error))

    asking = threading.Thread(target=dismiss)
    # `take` in slow motion: the other has had all the time to look before it is over.
    with works._database.transaction() as connection:
        asking.start()
        asking.join(0.3)
        connection.execute("UPDATE jobs SET owner = ?", (works._owner.name,))
    asking.join()

    assert len(said) == 1
    assert "another process" in said[0]
    assert (folder / "jobs" / left / "answer-0").exists()
    asks.close()
    works.close()
