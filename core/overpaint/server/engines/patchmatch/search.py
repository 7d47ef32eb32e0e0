"""The search: PatchMatch fills the hole at the working scale."""

from __future__ import annotations

import numpy as np
import patchmatch
from numpy.typing import NDArray
from scipy import ndimage

from .crop import Crop

__all__ = ["flattened", "search"]

# Patches of 7×7: with larger ones the library is slower and fills worse (5: ×1.6 time, ×1.2 SWD).
PATCH_RADIUS = 3
# A weak "stay near": the library compares a map of positions with the patches. The largest visible
# gain in scenes (roofs, horizons, shoulders); from 0.05 on fur gets streaks.
GUIDE_WEIGHT = 0.02
GUIDE_SPAN = 0.25
# The seed acts through noise on that map, some four pixels of a 320 pixel crop: fills then differ
# as much as the library's own seeds make them.
GUIDE_NOISE = 0.003
# The library's seed is one for the whole process and read when a call starts, so two threads could
# swap theirs. All calls set the same one.
LIBRARY_SEED = 1212
# How much of the smooth shading the search does not see (measured: +0.1 dB, cleaner skies than 0;
# 1 loses the sense of light and dark), and how smooth: a share of the hole's length.
SHADING = 0.5
SHADING_REACH = 0.25
LEAST_REACH = 6.0


def search(crop: Crop, random: np.random.Generator, *, guided: bool = True) -> NDArray[np.uint8]:
    """Return the crop's image, (height, width, 3) uint8, with the hole filled.

    Args:
        crop: what to fill; at least one whole patch is known.
        random: what the seed decides.
        guided: whether copies prefer to come from near by.
    """
    height, width = crop.hole.shape
    longest = max(height, width)
    places = np.zeros((height, width, 3), np.float32)
    places[..., 0] = np.arange(height)[:, None] * (GUIDE_SPAN / longest)
    places[..., 1] = np.arange(width) * (GUIDE_SPAN / longest)
    places[..., :2] += random.uniform(-GUIDE_NOISE, GUIDE_NOISE, (height, width, 2))
    patchmatch.set_random_seed(LIBRARY_SEED)
    found: NDArray[np.uint8] = patchmatch.inpaint_regularity(
        np.ascontiguousarray(crop.image),
        np.ascontiguousarray(crop.hole),
        places,
        global_mask=np.ascontiguousarray(~(crop.hole | crop.known)),
        patch_size=PATCH_RADIUS,
        guide_weight=GUIDE_WEIGHT if guided else 0.0,
    )
    return found


def flattened(crop: Crop) -> Crop:
    """Return the crop without half of its smooth shading, so that it does not decide the match.

    The shading is the known pixels' blur, carried into the hole.
    """
    reach = max(LEAST_REACH, SHADING_REACH * float(np.sqrt(crop.hole.sum())))
    known = crop.known.astype(np.float32)
    weight = np.maximum(_blur(known, reach), 1e-4)
    image = crop.image.astype(np.float32)
    flat = np.empty_like(image)
    for channel in range(3):
        base = _blur(image[..., channel] * known, reach) / weight
        flat[..., channel] = image[..., channel] - SHADING * (base - base[crop.known].mean())
    return Crop(np.clip(flat, 0, 255).astype(np.uint8), crop.hole, crop.known)


def _blur(plane: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """Return a plane blurred by three boxes, which is a Gaussian within 3 % and much faster."""
    box = max(1, round(float(np.sqrt(4 * sigma * sigma + 1))))
    for _ in range(3):
        plane = ndimage.uniform_filter(plane, box)
    return plane
