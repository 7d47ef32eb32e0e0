"""The quickest cells of every kind; `hatch run faults` has all of them."""

from __future__ import annotations

import subprocess
import sys

import pytest

if sys.platform != "linux":
    pytest.skip("processes are watched and starved by Linux's own means", allow_module_level=True)

from .__main__ import table
from .cells import CELLS, Cell
from .lab import Outcome


@pytest.mark.parametrize("cell", [cell for cell in CELLS if cell.quick], ids=lambda cell: cell.name)
def test_a_fault_loses_nothing_and_pays_for_nothing_twice(cell: Cell) -> None:
    outcome = cell.run()

    assert outcome.became in ("kept", "refused cleanly")
    assert outcome.creates <= 1 or cell.who.startswith("two")


def test_the_table_has_every_stage_and_fault() -> None:
    assert len(CELLS) >= 80
    assert len({cell.name for cell in CELLS}) == len(CELLS)


def test_a_cell_that_breaks_off_is_a_row_of_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    def late() -> Outcome:
        subprocess.run([sys.executable, "-c", "import time; time.sleep(60)"], timeout=0.1)
        raise AssertionError("it did not take too long")

    def kept() -> Outcome:
        return Outcome("kept", 1, 1, 1)

    bad = table([Cell("nobody", "poll", "too slow", late), Cell("nobody", "poll", "none", kept)])

    rows = capsys.readouterr().out
    assert bad == 1
    assert "FAULT: TimeoutExpired" in rows
    assert "2 cells: 1 kept, 0 refused cleanly, 1 faults; 1 creates, 1 results." in rows
