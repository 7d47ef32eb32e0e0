"""The search: PatchMatch fills the hole at the working scale."""

from __future__ import annotations

import numpy as np
import patchmatch
from numpy.typing import NDArray

from .crop import Crop

__all__ = ["search"]

# Patches of 7×7: with larger ones the library is slower and fills worse (radius 5: 1.6 times the
# time, 1.2 times the texture distance).
PATCH_RADIUS = 3
# A weak "stay near": the library compares a map of positions along with the patches. The largest
# visible gain in scenes (roofs, horizons, shoulders); from 0.05 on, fur gets streaks.
GUIDE_WEIGHT = 0.02
GUIDE_SPAN = 0.25
# The seed acts through noise of one level on the picture that is searched. It never shows, for the
# copies are taken from the original; the fills differ as they do by the library's own seeds; and
# patches that differ only by rounding no longer win (measured: texture distance ×0.82, was ×0.85).
NOISE = 1
# The library's seed is one for the whole process and read when a call starts: two threads could
# swap theirs. So all calls set the same one.
LIBRARY_SEED = 1212


def search(crop: Crop, random: np.random.Generator, *, guided: bool) -> NDArray[np.uint8]:
    """Return the crop's image, (height, width, 3) uint8, with the hole filled; see `NOISE`.

    Args:
        crop: what to fill; at least one whole patch is known.
        random: what the seed decides.
        guided: whether copies prefer to come from near by.
    """
    noise = random.integers(-NOISE, NOISE + 1, (*crop.hole.shape, 1), dtype=np.int16)
    image = np.clip(crop.image + noise, 0, 255).astype(np.uint8)
    hole = np.ascontiguousarray(crop.hole)
    elsewhere = ~(crop.hole | crop.known)
    closed = elsewhere if elsewhere.any() else None
    patchmatch.set_random_seed(LIBRARY_SEED)
    found: NDArray[np.uint8]
    if guided:
        found = patchmatch.inpaint_regularity(
            image,
            hole,
            _places(crop.hole.shape),
            global_mask=closed,
            patch_size=PATCH_RADIUS,
            guide_weight=GUIDE_WEIGHT,
        )
    else:
        found = patchmatch.inpaint(image, hole, global_mask=closed, patch_size=PATCH_RADIUS)
    return found


def _places(shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Return (height, width, 3) float32: the map of positions, 0 to `GUIDE_SPAN`."""
    places = np.zeros((*shape, 3), np.float32)
    longest = max(shape)
    places[..., 0] = np.arange(shape[0])[:, None] * (GUIDE_SPAN / longest)
    places[..., 1] = np.arange(shape[1]) * (GUIDE_SPAN / longest)
    return places
