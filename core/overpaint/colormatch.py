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

    from .depth import Samples
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
# Median deviations from the usual difference; for normal noise four are nearly three sigma.
OUTLIER = 4.0
# Where most of the ring differs by more, levels either way, the two show different things.
DISAGREEMENT = 24.0
OFFSET = 48.0


def match_ring(answer: Samples, document: Samples, mask: Mask) -> Samples:
    """Give the answer the document's tone, channel by channel.

    Pixel by pixel over the ring, those left out that differ from the document unlike the rest: an
    object the model moved into it does not count. In float, the gain kept within 0.8 and 1.25.

    Args:
        answer: (height, width, channels), in place over the document.
        document: the same shape and depth, what it will lie over.
        mask: (height, width) uint8, 255 = painted.

    Returns:
        The matched answer; the same array where the ring says nothing or both agree on it.
    """
    import numpy as np

    ring = _ring(mask)
    if int(ring.sum()) < LEAST_PIXELS:
        return answer
    # What follows counts in levels of 8 bits, whatever the depth.
    most = np.iinfo(answer.dtype).max
    level = np.float32(most / 255)
    theirs = answer[ring].astype(np.float32) / level
    ours = document[ring].astype(np.float32) / level
    tones = [_tone(theirs[:, channel], ours[:, channel]) for channel in range(theirs.shape[1])]
    if all(abs(gain - 1) < 0.02 and abs(offset) < 0.5 for gain, offset in tones):
        return answer
    gains, offsets = (np.array(values, np.float32) for values in zip(*tones, strict=True))
    matched: NDArray[np.float32] = np.clip(np.rint(answer * gains + offsets * level), 0, most)
    return matched.astype(answer.dtype)


def _tone(theirs: NDArray[np.float32], ours: NDArray[np.float32]) -> tuple[float, float]:
    """Gain and offset that bring one channel's ring to the document's."""
    import numpy as np

    difference = ours - theirs
    usual = np.median(difference)
    spread = np.median(np.abs(difference - usual))
    if spread > DISAGREEMENT:
        return 1.0, 0.0
    alike = np.abs(difference - usual) <= OUTLIER * max(float(spread), 1.0)
    theirs, ours = theirs[alike], ours[alike]
    contrast = float(theirs.std())
    gain = 1.0
    if contrast >= LEAST_SPREAD:
        gain = float(np.clip(ours.std() / contrast, *GAIN))
    middle = float(np.median(theirs))
    shift = float(np.median(ours - gain * theirs)) + (gain - 1) * middle
    return gain, float(np.clip(shift, -OFFSET, OFFSET)) - (gain - 1) * middle


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
