"""The seam score: how much a mask's edge shows in a finished picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import masks
from .geometry import Bounds

if TYPE_CHECKING:
    from .depth import Samples
    from .masks import Mask

__all__ = ["seam_score"]

# Below one level of difference between neighbours there is only noise to compare with.
LEAST_TEXTURE = 1.0
# Where the jump is compared with the picture's own: this far to each side of the edge.
REACH = 4


def seam_score(pixels: Samples, mask: Mask) -> float:
    """Compare the jump across the mask's edge with the jumps beside it.

    The mean absolute difference of neighbours across the edge, over that of neighbours up to 4
    pixels away on both sides.

    Args:
        pixels: (height, width, channels), the finished picture.
        mask: (height, width) uint8; its edge is where it turns 0.

    Returns:
        1 where the edge shows no more than its surroundings' texture, 3 where it jumps three times
        as much; 0 for a mask without an edge.
    """
    import numpy as np

    box = masks.bounds(mask)
    if box is None:
        return 0.0
    # Only round the mask: a whole canvas of floats is a quarter of a gigabyte for nothing.
    whole = Bounds(0, 0, mask.shape[1], mask.shape[0])
    near_mask = box.grown(REACH + 2).intersection(whole).slices
    pixels, mask = pixels[near_mask], mask[near_mask]
    across: list[float] = []
    beside: list[float] = []
    counts = [0, 0]
    colors = pixels[..., : 1 if pixels.shape[2] <= 2 else 3]
    # In levels of 8 bits, whatever the depth.
    levels = colors.astype(np.float32) / np.float32(np.iinfo(pixels.dtype).max / 255)
    for axis in (0, 1):
        jump = np.abs(np.diff(levels, axis=axis)).mean(axis=2)
        edge = np.diff((mask > 0).astype(np.int8), axis=axis) != 0
        near = edge.copy()
        for step in range(1, REACH + 1):
            ahead = [slice(None)] * 2
            behind = [slice(None)] * 2
            ahead[axis], behind[axis] = slice(step, None), slice(None, -step or None)
            near[tuple(ahead)] |= edge[tuple(behind)]
            near[tuple(behind)] |= edge[tuple(ahead)]
        near &= ~edge
        across.append(float(jump[edge].sum()))
        beside.append(float(jump[near].sum()))
        counts[0] += int(edge.sum())
        counts[1] += int(near.sum())
    if counts[0] == 0:
        return 0.0
    texture = sum(beside) / counts[1] if counts[1] else 0.0
    return (sum(across) / counts[0]) / max(texture, LEAST_TEXTURE)
