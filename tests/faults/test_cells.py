"""The quickest cells of every kind; `hatch run faults` has all of them."""

from __future__ import annotations

import sys

import pytest

if sys.platform != "linux":
    pytest.skip("processes are watched and starved by Linux's own means", allow_module_level=True)

from .cells import CELLS, Cell


@pytest.mark.parametrize("cell", [cell for cell in CELLS if cell.quick], ids=lambda cell: cell.name)
def test_a_fault_loses_nothing_and_pays_for_nothing_twice(cell: Cell) -> None:
    outcome = cell.run()

    assert outcome.became in ("kept", "refused cleanly")
    assert outcome.creates <= 1 or cell.who.startswith("two")


def test_the_table_has_every_stage_and_fault() -> None:
    assert len(CELLS) >= 80
    assert len({cell.name for cell in CELLS}) == len(CELLS)
