"""`hatch run fills`: the keyless engine against plain PatchMatch, side by side in one run.

Only the ratios count: both run on the same machine, in turn, case by case, with three seeds each,
for one fill's texture distance differs from the next seed's by a tenth.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import patchmatch
from numpy.typing import NDArray

from overpaint.server.engines.base import Painting
from overpaint.server.engines.patchmatch import PatchMatchEngine

from .cases import Case, cases
from .metrics import Score, score
from .more import harder, unseen
from .operations import compare_operations
from .sheets import save_sheet
from .table import Run, head, line, summary, verdict

__all__ = ["main"]

Photo = NDArray[np.uint8]
RESULTS = Path(__file__).parent / "results"
SEEDS = (1, 2, 3)


def main() -> int:
    """Fill every case, print the tables and the verdict; return 1 if a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="only cases with this in their name")
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--no-more", action="store_true", help="only what the limits are for")
    options = parser.parse_args()
    runs = _table("What the limits are for", cases(), options)
    held = verdict(runs)
    if not options.no_more:
        summary(_table("More, and harder: not in the limits", harder(), options))
        summary(_table("By chance, on photos nothing was tried on", unseen(), options))
    compare_operations()
    return 0 if held else 1


def plain(case: Case, seed: int) -> Photo:
    """Fill a case with PatchMatch as the library does it."""
    patchmatch.set_random_seed(seed)
    filled: Photo = patchmatch.inpaint(case.holed, case.mask, patch_size=3)
    return filled


def composed(case: Case, seed: int) -> Photo:
    """Fill a case with the engine."""
    painting = Painting(case.holed, case.mask, seed)
    return PatchMatchEngine().paint(painting, lambda _stage, _fraction: None)


def _table(title: str, some: Iterable[Case], options: argparse.Namespace) -> list[Run]:
    """Fill some cases, and print a row for each."""
    print(f"\n{title}\n{head()}", flush=True)
    runs = []
    for case in some:
        if options.only in case.name:
            runs.append(_run(case, options.seeds))
            print(line(runs[-1]), flush=True)
    return runs


def _run(case: Case, seeds: Iterable[int]) -> Run:
    """Fill a case both ways with every seed, and write its contact sheet, of the first."""
    seconds, scores = [0.0, 0.0], []
    for number, seed in enumerate(seeds):
        fills = []
        for way, fill in enumerate((plain, composed)):
            taken, filled = _timed(fill, case, seed)
            seconds[way] += taken
            fills.append(filled)
        if number == 0:
            pictures = {"truth": case.image, "hole": case.holed}
            pictures |= {"plain": fills[0], "engine": fills[1]}
            save_sheet(RESULTS / f"{case.name}.png", case.mask, pictures)
        if case.kind != "object":
            scores.append([score(filled, case.image, case.mask) for filled in fills])
    means = [Score.mean(way) for way in zip(*scores, strict=True)]
    return Run(case, (seconds[0], seconds[1]), (means[0], means[1]) if means else None)


def _timed(fill: Callable[[Case, int], Photo], case: Case, seed: int) -> tuple[float, Photo]:
    """Return the processor seconds a fill takes, of all threads, and the fill."""
    begin = time.process_time()
    filled = fill(case, seed)
    return time.process_time() - begin, filled


if __name__ == "__main__":
    sys.exit(main())
