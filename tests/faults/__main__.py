"""`hatch run faults`: every cell, its outcome, and what it cost."""

from __future__ import annotations

import sys
import time
import traceback

from .cells import CELLS


def main() -> int:
    wanted = " ".join(sys.argv[1:])
    chosen = [cell for cell in CELLS if wanted in cell.name]
    bad, kept, creates, results = 0, 0, 0, 0
    print(f"{'who':<22} {'stage':<8} {'fault':<26} {'outcome':<16} creates results")
    for cell in chosen:
        started = time.monotonic()
        try:
            outcome = cell.run()
        except (AssertionError, OSError, RuntimeError) as error:
            bad += 1
            print(f"{cell.who:<22} {cell.stage:<8} {cell.fault:<26} FAULT: {error}", flush=True)
            traceback.print_exc()
            continue
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
    refused = len(chosen) - kept - bad
    print(
        f"\n{len(chosen)} cells: {kept} kept, {refused} refused cleanly, {bad} faults;"
        f" {creates} creates, {results} results."
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
