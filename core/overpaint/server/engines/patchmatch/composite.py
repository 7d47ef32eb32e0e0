"""One hole: drafted at one or two working scales, the likelier finished at full size."""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from overpaint.server.engines.base import PaintCanceled, Progress

from .borders import refined
from .canvas import Canvas
from .crop import Crop
from .draft import Draft, drafted
from .likeness import Likeness
from .membrane import relaxed, stretched
from .plan import Plan

__all__ = ["FAR", "NEARER", "composed", "finished"]

# Search, match and join.
STAGES = 3
# Rounds of border refinement that the enlargement needs above the factor.
MORE_ROUNDS = 4
# A coarse draft's pieces fit each other less well: it has to be nearer to what lies around the hole
# by so much, as a share of the finer one's distance. And where it is farther than so many levels,
# something else belongs into the hole, and likeness tells nothing. Measured on 40 cases: texture
# distance ×0.75 of plain PatchMatch's; with the finer draft alone ×0.82; with the nearer of both,
# without these two bounds, ×0.78.
NEARER, FAR = 0.9, 10.0
# The correction never changes a copied colour by more (levels).
MOST_CORRECTION = 60


def composed(
    crop: Crop, plans: Sequence[Plan], seed: tuple[int, ...], report: Progress
) -> NDArray[np.uint8]:
    """Return the (N, 3) colours of the N hole pixels of the crop, row by row.

    Args:
        crop: what to fill.
        plans: how; each with at least one whole patch known at its working scale.
        seed: what chance is drawn from.
        report: called before each stage, and after each stage of each draft.
    """
    drafts = _drafts(plans, seed, report)
    report("Comparing", 0.8)
    draft = _likeliest(crop, drafts)
    report("Blending", 0.9)
    return finished(draft)


def _drafts(plans: Sequence[Plan], seed: tuple[int, ...], report: Progress) -> list[Draft]:
    """Return a draft for each plan.

    Side by side: the search, which takes most of the time, lets other threads run meanwhile. This
    one alone reports, and where that raises, each draft ends after the stage it is at.
    """
    # How many drafts ended with that stage: 0 or 1.
    passed: queue.SimpleQueue[int] = queue.SimpleQueue()
    is_over = threading.Event()

    def go_on() -> None:
        passed.put(0)
        if is_over.is_set():
            raise PaintCanceled

    def draft(number: int) -> Draft:
        try:
            return drafted(plans[number], np.random.default_rng((*seed, number)), go_on)
        finally:
            passed.put(1)

    report("Searching", 0.1)
    with ThreadPoolExecutor(len(plans)) as pool:
        tasks = [pool.submit(draft, number) for number in range(len(plans))]
        stage = ended = 0
        try:
            while ended < len(plans):
                ended += passed.get()
                stage += 1
                report("Searching", 0.1 + 0.7 * stage / (STAGES * len(plans)))
        finally:
            is_over.set()
        return [task.result() for task in tasks]


def _likeliest(crop: Crop, drafts: Sequence[Draft]) -> Draft:
    """Return the finer draft, or one `NEARER` to what lies around the hole, and not `FAR`."""
    if len(drafts) == 1:
        return drafts[0]
    likeness = Likeness.of(crop)

    def distance(draft: Draft) -> float:
        filled = crop.image.copy()
        big = Canvas.of(draft.plan.full)
        filled[crop.hole] = _colors(big, draft.sources_on(big), draft.correction_on(big))
        return likeness.distance(filled)

    distances = [distance(draft) for draft in drafts]
    nearest = int(np.argmin(distances))
    return drafts[nearest if distances[nearest] < min(NEARER * distances[0], FAR) else 0]


def finished(draft: Draft) -> NDArray[np.uint8]:
    """Return the (N, 3) colours of the full crop's hole, its copies joined at full size."""
    big = Canvas.of(draft.plan.full)
    sources, correction = draft.sources_on(big), draft.correction_on(big)
    if draft.plan.factor > 1:
        sources = refined(big, sources, draft.plan.factor + MORE_ROUNDS)
        correction = relaxed(stretched(big, sources, 1), correction)
    return _colors(big, sources, correction)


def _colors(
    big: Canvas, sources: NDArray[np.int32], correction: NDArray[np.float32]
) -> NDArray[np.uint8]:
    """Return the hole pixels' (N, 3) copies, corrected."""
    copies = big.colors[sources[big.targets]].astype(np.float32)
    blended = copies + np.clip(correction, -MOST_CORRECTION, MOST_CORRECTION)
    colors: NDArray[np.uint8] = np.clip(blended + 0.5, 0, 255).astype(np.uint8)
    return colors
