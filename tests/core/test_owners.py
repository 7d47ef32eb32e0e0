"""Who is at a job: the process that began it, as long as that one lives."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

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
