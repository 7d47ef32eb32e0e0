"""All holes, one after the other: cut out, filled, put back."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from overpaint.server.engines.base import Progress

from .canvas import Canvas
from .composite import composed
from .crop import Crop
from .diffusion import diffused
from .holes import find_holes
from .patches import RADIUS
from .plan import Plan

__all__ = ["fill_holes"]


def fill_holes(
    image: NDArray[np.uint8], mask: NDArray[np.bool_], seed: int, progress: Progress
) -> NDArray[np.uint8]:
    """Return the (height, width, 3) uint8 image, filled where the mask is True.

    The mask is False somewhere.
    """
    filled = image.copy()
    if not mask.any():
        return filled
    known = ~mask
    holes = find_holes(mask)
    shares = np.cumsum([0, *(hole.mask.sum() for hole in holes)]) / mask.sum()
    for number, hole in enumerate(holes):
        crop = Crop(image[hole.window], hole.mask, known[hole.window])
        report = partial(_report, progress, float(shares[number]), float(shares[number + 1]))
        filled[hole.window][hole.mask] = _fill(crop, (seed, number), report)
    if _is_grey(image[known]):
        filled[mask] = filled[mask][:, :1]
    return filled


def _report(progress: Progress, begin: float, end: float, stage: str, fraction: float) -> None:
    """Report a fraction of one hole's share of the work."""
    progress(stage, begin + fraction * (end - begin))


def _is_grey(colors: NDArray[np.uint8]) -> bool:
    """Tell whether all (n, 3) colours are neutral."""
    return bool((colors[:, 1:] == colors[:, :1]).all())


def _fill(crop: Crop, seed: tuple[int, int], report: Progress) -> NDArray[np.uint8]:
    """Return the (N, 3) colours of the crop's N hole pixels, row by row."""
    report("Looking around", 0.0)
    plans = Plan.all_of(crop)
    # Shrunk further, what is known may hold no whole patch any more.
    possible = [plan for plan in plans if Canvas.of(plan.small).inside(RADIUS).any()]
    if possible:
        return composed(crop, possible, seed, report)
    report("Blending", 0.5)
    return diffused(plans[0].full, plans[0].factor)
