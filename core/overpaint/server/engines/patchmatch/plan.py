"""How one hole is filled: at what scales, and whether copies should come from near by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .crop import Crop, padded, shrunk
from .holes import thickness
from .order import has_order

__all__ = ["Plan"]

# The search costs by the hole's pixels: beyond these it runs on a smaller picture
# (measured: a hole of 400 × 520 in 2048 pixels takes a third of plain PatchMatch's time).
HOLE_PIXELS = 8_900
# A second draft is made at a factor so much higher. A coarse one sees how things go on, a fine one
# what they are made of; which matters more shows only when both are there. At the next factor it
# would be too much like the first.
COARSER = 2
# A shrunk crop keeps at least this side: PatchMatch needs something to look at.
LEAST_SIDE = 48
# Scratches and lettering are up to so wide. What belongs there lies beside them, so they need no
# guide, and shrinking loses it: they are not, or if there are very many, by half.
THIN = 24
THIN_PIXELS = 40_000


@dataclass(frozen=True, slots=True)
class Plan:
    """One hole's crop at both sizes.

    Attributes:
        full: the crop at full size, its sides multiples of the factor.
        small: the same at the working scale, 1/factor.
        factor: 1 or more.
        guided: whether copies prefer to come from near by.
    """

    full: Crop
    small: Crop
    factor: int
    guided: bool

    @classmethod
    def all_of(cls, crop: Crop) -> list[Plan]:
        """Return the one or two ways to fill a crop, the finer first."""
        thin = thickness(crop.hole) <= THIN
        factors = [_thin_factor(crop)]
        if not thin:
            factors = [_wide_factor(crop), _wide_factor(crop) + COARSER]
        most = max(1, min(crop.hole.shape) // LEAST_SIDE)
        return [
            cls._at(crop, factor, thin=thin)
            for factor in sorted({min(factor, most) for factor in factors})
        ]

    @classmethod
    def _at(cls, crop: Crop, factor: int, *, thin: bool) -> Plan:
        """Return the plan to fill a crop at 1/factor."""
        full = padded(crop, factor)
        small = shrunk(full, factor)
        return cls(full, small, factor, guided=not thin and has_order(small))


def _thin_factor(crop: Crop) -> int:
    """Return by how much to shrink a crop with scratches."""
    return 2 if crop.hole.sum() > THIN_PIXELS else 1


def _wide_factor(crop: Crop) -> int:
    """Return by how much to shrink a crop with a wide hole."""
    # Not quite rounded up: that makes roofs and railings too coarse to be told apart (texture
    # distance ×1.4 of plain PatchMatch's on a temple at 1024 pixels, ×0.85 so).
    # Below 1 for the smallest, which are not enlarged.
    return max(1, int(np.ceil(np.sqrt(crop.hole.sum() / HOLE_PIXELS) - 0.3)))
