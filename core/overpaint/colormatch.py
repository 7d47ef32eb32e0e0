"""Colour match: a model's answer brought to the document's tone, by what both show round the mask.

Models shift colours, and every latent round trip does. On a ring just outside the mask both the
answer and the document show the same things, so their difference there is the model's shift.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import masks
from .geometry import Bounds

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .images import Pixels
    from .masks import Mask

__all__ = ["match_ring"]

# Wide enough for a few hundred pixels round a small mask, near enough to be the same surface.
RING = 24
# The model's own seam lies in the first pixels past the mask, where its mask was grown.
GAP = 2
# Fewer say nothing; a flat ring says nothing about contrast.
LEAST_PIXELS = 64
LEAST_SPREAD = 2.0
# A larger change of contrast is another picture, not a shift; larger offsets likewise.
GAIN = (0.8, 1.25)
OFFSET = 48.0


def match_ring(answer: Pixels, document: Pixels, mask: Mask) -> Pixels:
    """Give the answer the document's tone, channel by channel.

    Median and median deviation over the ring, so that an object the model moved in or out of it
    does not count; in float, the gain kept within 0.8 and 1.25.

    Args:
        answer: (height, width, channels) uint8, in place over the document.
        document: the same shape, what it will lie over.
        mask: (height, width) uint8, 255 = painted.

    Returns:
        The matched answer; the same array where the ring says nothing or both agree on it.
    """
    import numpy as np

    ring = _ring(mask)
    if int(ring.sum()) < LEAST_PIXELS:
        return answer
    theirs = answer[ring].astype(np.float32)
    ours = document[ring].astype(np.float32)
    middle, wanted = np.median(theirs, axis=0), np.median(ours, axis=0)
    spread = np.median(np.abs(theirs - middle), axis=0)
    wanted_spread = np.median(np.abs(ours - wanted), axis=0)
    known = (spread >= LEAST_SPREAD) & (wanted_spread >= LEAST_SPREAD)
    gain = np.clip(np.where(known, wanted_spread / np.maximum(spread, 1e-6), 1.0), *GAIN)
    offset = wanted - gain * middle
    shift = np.clip(wanted - middle, -OFFSET, OFFSET)
    if np.abs(shift).max() < 0.5 and np.abs(gain - 1).max() < 0.02:
        return answer
    offset = np.where(np.abs(wanted - middle) > OFFSET, middle + shift - gain * middle, offset)
    matched = np.clip(np.rint(answer * gain.astype(np.float32) + offset), 0, 255)
    return matched.astype(np.uint8)


def _ring(mask: Mask) -> NDArray[np.bool_]:
    """Outside the mask, from a small gap to `RING` pixels away."""
    import numpy as np

    box = masks.bounds(mask)
    ring = np.zeros(mask.shape, np.bool_)
    if box is None:
        return ring
    near = box.grown(RING).intersection(Bounds(0, 0, mask.shape[1], mask.shape[0])).slices
    crop = mask[near]
    ring[near] = (masks.grow(crop, RING) > 0) & (masks.grow(crop, GAP) == 0)
    return ring
