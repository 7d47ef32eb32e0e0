"""What `hatch run fills` prints: a row a case, the means, and whether the limits hold."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from .cases import Case
from .metrics import Score

__all__ = ["Run", "head", "line", "summary", "verdict"]

# What the engine promises against plain PatchMatch: texture distance on average over all cases
# with a truth, and processor time over all cases of a size.
MOST_SWD = 0.8
MOST_TIME = {512: 1.4, 1024: 0.6}


@dataclass(frozen=True, slots=True)
class Run:
    """One case, filled both ways.

    Attributes:
        seconds: processor time of plain PatchMatch and of the engine, over all seeds.
        scores: the same two, each the mean over the seeds; None if there is no truth.
    """

    case: Case
    seconds: tuple[float, float]
    scores: tuple[Score, Score] | None


def head() -> str:
    """Return the line above a table."""
    return (
        f"{'case':28}{'SWD':>14}{'ratio':>7}{'PSNR':>14}{'SSIM':>12}{'sharp':>12}{'seam':>12}"
        f"{'CPU s':>14}{'ratio':>7}     (plain, engine)"
    )


def line(run: Run) -> str:
    """Return one case's row of the table."""
    name = f"{run.case.name:28}"
    times = f"{run.seconds[0]:7.2f}{run.seconds[1]:7.2f}{run.seconds[1] / run.seconds[0]:7.2f}"
    if run.scores is None:
        return f"{name}{'(no truth: see its sheet)':71}{times}"
    one, two = run.scores
    return (
        f"{name}{one.swd:7.2f}{two.swd:7.2f}{two.swd / one.swd:7.2f}"
        f"{one.psnr:7.2f}{two.psnr:7.2f}{one.ssim:6.2f}{two.ssim:6.2f}"
        f"{one.sharpness:6.2f}{two.sharpness:6.2f}{one.seam:6.2f}{two.seam:6.2f}{times}"
    )


def summary(runs: list[Run]) -> float | None:
    """Print the means of a table; return the texture distance's ratio, if there was a truth.

    The ratio is the arithmetic mean of the cases'. Beside it is printed the geometric mean, in
    which half as far and twice as far are no difference together.
    """
    scores = [run.scores for run in runs if run.scores]
    if not scores:
        return None
    for name in (field.name for field in fields(Score)):
        one, two = (np.mean([getattr(pair[way], name) for pair in scores]) for way in (0, 1))
        print(f"mean {name}: plain {one:.3f}, engine {two:.3f}, ratio {two / one:.3f}")
    distances = np.array([[pair[0].swd, pair[1].swd] for pair in scores])
    ratios = distances[:, 1] / distances[:, 0]
    print(f"the engine's texture is nearer in {int((ratios < 1).sum())} of {len(scores)} cases")
    print(f"SWD engine/plain, geometric mean of the ratios: {np.exp(np.log(ratios).mean()):.3f}")
    mean = float(ratios.mean())
    print(f"SWD engine/plain, arithmetic mean of the ratios: {mean:.3f}")
    return mean


def verdict(runs: list[Run]) -> bool:
    """Print the means and the limits; return whether all hold."""
    ratio = summary(runs)
    held = ratio is None or _limit("SWD engine/plain", ratio, MOST_SWD)
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
