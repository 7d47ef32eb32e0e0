"""Who is at a job: the process that began it, as long as that one lives."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from overpaint.errors import JournalError
from overpaint.journal import Journal

# A server that forks, say: its child ends as programs do, with all that is to be done at the end.
FORKING = """
import os, sys
from pathlib import Path
from overpaint.journal import open_journal
from overpaint.journal.owners import is_alive

journal = open_journal()
owner = journal._owner.name
child = os.fork()
if not child:
    sys.exit()
os.waitpid(child, 0)
print(is_alive(Path(sys.argv[1]) / "journal/owners", owner))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks there")
def test_a_forked_child_that_ends_does_not_end_its_parents_hold_on_its_jobs(
    tmp_path: Path,
) -> None:
    said = subprocess.run(
        [sys.executable, "-c", FORKING, str(tmp_path)],
        env={**os.environ, "OVERPAINT_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )

    assert (said.stdout.strip(), said.stderr) == ("True", "")


@pytest.mark.skipif(os.name != "posix", reason="its open files are listed nowhere there")
@pytest.mark.parametrize("refused", ["fcntl.flock", "pathlib.Path.rename"])
def test_a_lock_that_can_not_be_had_leaves_nothing_open_and_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: str
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(refused, refuse)  # as a network folder does
    before = sorted(Path("/dev/fd").iterdir())

    with pytest.raises(JournalError, match="can't be written"):
        Journal(tmp_path)

    assert sorted(Path("/dev/fd").iterdir()) == before
    assert list((tmp_path / "owners").iterdir()) == []
