"""Session folders: held by both ends, cleared away when both are dead."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from overpaint_bridge import folders
from overpaint_bridge.runtime import Runtime
from overpaint_bridge.session import Session

HOLDER = """
import sys, time
from pathlib import Path
from overpaint_bridge import folders
if sys.argv[1] == "make":
    folder, held = folders.make_folder()
else:
    folder = Path(sys.argv[1])
    held = folders.hold(folder)
print(folder, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holders() -> Iterator[list[subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []
    yield started
    for holder in started:
        holder.kill()
        holder.communicate()


def holding(holders: list[subprocess.Popen[str]], what: str) -> Path:
    """A process that makes or holds a folder, and stays."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, what],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    holders.append(holder)
    assert holder.stdout is not None
    return Path(holder.stdout.readline().strip())


def die(holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.communicate()


def test_a_folder_is_private_and_is_removed_with_its_own_files_only() -> None:
    folder, held = folders.make_folder()
    (folder / folders.HOST_PIXELS).write_bytes(b"x")
    stranger = folder / "stranger"
    stranger.touch()

    folders.remove_folder(folder)

    assert folder.stat().st_mode & 0o077 == 0
    assert [path.name for path in folder.iterdir()] == ["stranger"]
    stranger.unlink()
    folder.rmdir()
    os.close(held)


def test_a_folder_is_swept_when_both_ends_were_killed_and_not_before(
    holders: list[subprocess.Popen[str]],
) -> None:
    folder = holding(holders, "make")
    holding(holders, str(folder))

    assert folder not in folders.sweep()
    die(holders[0])
    assert folder not in folders.sweep()
    die(holders[1])

    assert folder in folders.sweep()
    assert not folder.exists()


def test_a_new_session_clears_what_a_killed_one_left(
    runtime: Runtime, holders: list[subprocess.Popen[str]]
) -> None:
    folder = holding(holders, "make")
    (folder / folders.HOST_PIXELS).write_bytes(b"x" * 100)
    die(holders[0])

    with Session(runtime) as session:
        assert session.folder.exists()

    assert not folder.exists()


@pytest.mark.parametrize("name", ["notes.txt", "owner.txt"])
def test_a_folder_with_other_files_in_it_is_left_alone(
    holders: list[subprocess.Popen[str]], name: str
) -> None:
    folder = holding(holders, "make")
    die(holders[0])
    (folder / name).touch()

    assert folder not in folders.sweep()

    (folder / name).unlink()
    assert folder in folders.sweep()


def test_a_folder_that_is_just_being_made_is_left_alone(tmp_path: Path) -> None:
    folder, held = folders.make_folder()
    (folder / "owner").unlink()

    assert folder not in folders.sweep()

    os.utime(folder, (0, 0))
    assert folder in folders.sweep()
    os.close(held)
    assert tmp_path.exists()
