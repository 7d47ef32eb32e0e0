"""`hatch run fills`: the keyless engine against plain PatchMatch, side by side in one run.

Only the ratios count: both run on the same machine, one after the other, case by case.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import patchmatch
from numpy.typing import NDArray

from overpaint.server.engines.base import Painting
from overpaint.server.engines.patchmatch import PatchMatchEngine

from .cases import Case, cases
from .metrics import Score, score
from .operations import compare_operations
from .sheets import save_sheet

__all__ = ["main"]

Photo = NDArray[np.uint8]
RESULTS = Path(__file__).parent / "results"
SEED = 1212
# What the engine promises against plain PatchMatch: texture distance on average over all cases
# with a truth, and processor time over all cases of a size.
MOST_SWD = 0.8
MOST_TIME = {512: 1.4, 1024: 0.6}


@dataclass(frozen=True, slots=True)
class Run:
    """One case, filled both ways.

    Attributes:
        seconds: processor time of plain PatchMatch and of the engine, the least of all rounds.
        scores: the same two; None if there is no truth.
    """

    case: Case
    seconds: tuple[float, float]
    scores: tuple[Score, Score] | None


def main() -> int:
    """Fill every case, print the table and the verdict; return 1 if a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2, help="the least time of so many counts")
    parser.add_argument("--only", default="", help="only cases with this in their name")
    options = parser.parse_args()
    print(HEAD)
    runs = []
    for case in cases():
        if options.only in case.name:
            runs.append(_run(case, options.rounds))
            print(_line(runs[-1]), flush=True)
    held = _verdict(runs)
    compare_operations()
    return 0 if held else 1


def plain(case: Case) -> Photo:
    """Fill a case with PatchMatch as the library does it."""
    patchmatch.set_random_seed(SEED)
    filled: Photo = patchmatch.inpaint(case.holed, case.mask, patch_size=3)
    return filled


def composed(case: Case) -> Photo:
    """Fill a case with the engine."""
    painting = Painting(case.holed, case.mask, SEED)
    return PatchMatchEngine().paint(painting, lambda _stage, _fraction: None)


def _run(case: Case, rounds: int) -> Run:
    """Fill a case both ways, in turn, and write its contact sheet."""
    times = [(_timed(plain, case), _timed(composed, case)) for _ in range(rounds)]
    fills = times[0][0][1], times[0][1][1]
    seconds = min(one[0] for one, _ in times), min(two[0] for _, two in times)
    pictures = {"truth": case.image, "hole": case.holed, "plain": fills[0], "engine": fills[1]}
    save_sheet(RESULTS / f"{case.name}.png", case.mask, pictures)
    if case.kind == "object":
        return Run(case, seconds, None)
    scores = score(fills[0], case.image, case.mask), score(fills[1], case.image, case.mask)
    return Run(case, seconds, scores)


def _timed(fill: Callable[[Case], Photo], case: Case) -> tuple[float, Photo]:
    """Return the processor seconds a fill takes, of all threads, and the fill."""
    begin = time.process_time()
    filled = fill(case)
    return time.process_time() - begin, filled


HEAD = (
    f"{'case':22}{'SWD':>14}{'ratio':>7}{'PSNR':>14}{'SSIM':>12}{'sharp':>12}{'seam':>12}"
    f"{'CPU s':>14}{'ratio':>7}     (plain, engine)"
)


def _line(run: Run) -> str:
    """Return one case's row of the table."""
    name = f"{run.case.name:22}"
    times = f"{run.seconds[0]:7.2f}{run.seconds[1]:7.2f}{run.seconds[1] / run.seconds[0]:7.2f}"
    if run.scores is None:
        return f"{name}{'(no truth: see its sheet)':71}{times}"
    one, two = run.scores
    return (
        f"{name}{one.swd:7.2f}{two.swd:7.2f}{two.swd / one.swd:7.2f}"
        f"{one.psnr:7.2f}{two.psnr:7.2f}{one.ssim:6.2f}{two.ssim:6.2f}"
        f"{one.sharpness:6.2f}{two.sharpness:6.2f}{one.seam:6.2f}{two.seam:6.2f}{times}"
    )


def _verdict(runs: list[Run]) -> bool:
    """Print the means and the limits; return whether all hold."""
    held = True
    scores = [run.scores for run in runs if run.scores]
    if scores:
        for name in ("swd", "psnr", "ssim", "sharpness", "seam"):
            one, two = (np.mean([getattr(pair[way], name) for pair in scores]) for way in (0, 1))
            print(f"mean {name}: plain {one:.3f}, engine {two:.3f}, ratio {two / one:.3f}")
        distances = np.array([[pair[0].swd, pair[1].swd] for pair in scores])
        wins = int((distances[:, 1] < distances[:, 0]).sum())
        print(f"the engine's texture is nearer in {wins} of {len(scores)} cases")
        ratio = float((distances[:, 1] / distances[:, 0]).mean())
        held &= _limit("SWD engine/plain mean ratio", ratio, MOST_SWD)
        total = distances.sum(axis=0)
        held &= _limit("SWD engine/plain ratio of means", float(total[1] / total[0]), MOST_SWD)
    for size, most in MOST_TIME.items():
        seconds = np.array([run.seconds for run in runs if run.case.size == size]).reshape(-1, 2)
        if len(seconds):
            total = seconds.sum(axis=0)
            held &= _limit(f"CPU ratio on {size} cases", float(total[1] / total[0]), most)
    return held


def _limit(name: str, value: float, most: float) -> bool:
    """Print one line of the verdict; return whether the limit holds."""
    holds = value <= most
    print(f"{name} (limit {most}): {value:.3f} {'ok' if holds else 'MISSED'}")
    return holds


if __name__ == "__main__":
    sys.exit(main())
