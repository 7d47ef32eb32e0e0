"""`hatch run faults`: every cell, its outcome, and what it cost."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Sequence

from .cells import CELLS, Cell
from .lab import Outcome

__all__ = ["table"]


def table(cells: Sequence[Cell]) -> int:
    """Run every cell and print its row, whatever becomes of it; returns how many are faults."""
    bad, kept, creates, results = 0, 0, 0, 0
    print(f"{'who':<22} {'stage':<8} {'fault':<26} {'outcome':<16} creates results")
    for cell in cells:
        started = time.monotonic()
        outcome = _tried(cell)
        bad += not outcome.is_good
        kept += outcome.became == "kept"
        creates += outcome.creates
        results += outcome.results
        seconds = time.monotonic() - started
        print(
            f"{cell.who:<22} {cell.stage:<8} {cell.fault:<26} {outcome.became:<16}"
            f" {outcome.creates:>7} {outcome.results:>7}   {seconds:5.1f} s",
            flush=True,
        )
    refused = len(cells) - kept - bad
    print(
        f"\n{len(cells)} cells: {kept} kept, {refused} refused cleanly, {bad} faults;"
        f" {creates} creates, {results} results."
    )
    return bad


def _tried(cell: Cell) -> Outcome:
    """What became of a cell; one that broke off is a fault, and the next has its turn."""
    try:
        return cell.run()
    except Exception as error:  # noqa: BLE001  a table that ends half-way says nothing of the rest
        traceback.print_exc()
        said = " ".join(str(error).split())[:200]
        return Outcome(f"FAULT: {type(error).__name__}: {said}", 0, 0, 0)


def main() -> int:
    wanted = " ".join(sys.argv[1:])
    return 1 if table([cell for cell in CELLS if wanted in cell.name]) else 0


if __name__ == "__main__":
    sys.exit(main())
