"""How much a fill looks like what lies around it: what tells the better of two drafts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from .crop import Crop
from .patches import RADIUS

__all__ = ["Likeness"]

# What belongs into a hole is what lies round it: a ring so wide, as a share of the hole's width.
# From 0.2 to 0.4 it tells fills apart as well; at 0.12 it is too narrow.
RING = 0.25
# Less leaves no patch of the coarsest size beside the hole.
LEAST_RING = 20
# The sliced Wasserstein distance: so many patches, projected on so many lines, at so many sizes,
# each half the one before.
PATCHES, LINES, LEVELS = 3000, 96, 3
SIDE = 2 * RADIUS + 1


@dataclass(frozen=True, slots=True)
class Likeness:
    """What lies around one hole, made ready to be compared with.

    Attributes:
        window: the rows and columns of the crop that are looked at.
        centers: for each size the numbers, row by row in the window, of those pixels of the hole
            whose patch reaches into no other hole.
        known: for each size (patches, lines) float32, the ring's patches on each line, sorted.
    """

    window: tuple[slice, slice]
    centers: tuple[NDArray[np.intp], ...]
    known: tuple[NDArray[np.float32], ...]

    @classmethod
    def of(cls, crop: Crop) -> Likeness:
        """Look around a crop's hole; some of the crop is known."""
        reach = max(LEAST_RING, round(RING * float(np.sqrt(crop.hole.sum()))))
        window = _window(crop.hole, reach + RADIUS * 2 ** (LEVELS - 1))
        hole, known = crop.hole[window], crop.known[window]
        away = ndimage.distance_transform_edt(~hole).astype(np.float32)
        if not (_whole(known) & (away < reach)).any():
            window = slice(0, len(crop.hole)), slice(0, crop.hole.shape[1])
            hole, known = crop.hole, crop.known
            away = np.zeros(hole.shape, np.float32)
        image = crop.image[window].astype(np.float32)
        seen = known | hole
        centers, projected = [], []
        for _ in range(LEVELS):
            # Patches of what is known alone, or what lies under the mask would have a say: at each
            # size they reach twice as far.
            ring = _whole(known) & (away < reach)
            around, inside = np.flatnonzero(ring), np.flatnonzero(hole & _whole(seen))
            if len(around) == 0 or len(inside) == 0:
                break
            centers.append(inside)
            projected.append(_projected(image, around))
            image, known, seen = _halved(image), _all_of_four(known), _all_of_four(seen)
            away, hole = away[::2, ::2], hole[::2, ::2]
        return cls(window, tuple(centers), tuple(projected))

    def distance(self, image: NDArray[np.uint8]) -> float:
        """Return how far the patches in the hole are from those around it, in levels.

        0 where there is none to compare: in a hole that others hem in.

        Args:
            image: (height, width, 3) uint8, the crop with its hole filled.
        """
        looked_at = image[self.window].astype(np.float32)
        distances = []
        for inside, known in zip(self.centers, self.known, strict=True):
            distances.append(float(np.abs(_projected(looked_at, inside) - known).mean()))
            looked_at = _halved(looked_at)
        return float(np.mean(distances)) if distances else 0.0


def _window(hole: NDArray[np.bool_], margin: int) -> tuple[slice, slice]:
    """Return the rows and columns of the hole and so many around it."""
    rows, columns = np.flatnonzero(hole.any(axis=1)), np.flatnonzero(hole.any(axis=0))
    return (
        slice(max(0, int(rows[0]) - margin), int(rows[-1]) + 1 + margin),
        slice(max(0, int(columns[0]) - margin), int(columns[-1]) + 1 + margin),
    )


def _halved(image: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the image at half the size, its pixels the means of four."""
    height, width = image.shape[:2]
    even = np.pad(image, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    total: NDArray[np.float32] = even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2]
    total += even[1::2, 1::2]
    total *= np.float32(0.25)
    return total


def _whole(known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the pixels whose patch is known throughout; beyond the edge it goes on as there."""
    least: NDArray[np.uint8] = ndimage.minimum_filter(known.view(np.uint8), SIDE, mode="nearest")
    return least.astype(bool)


def _all_of_four(known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return at half the size what is known of a halved image: only what is so throughout."""
    height, width = known.shape
    even = np.pad(known, ((0, height % 2), (0, width % 2)), mode="edge")
    whole: NDArray[np.bool_] = even[::2, ::2] & even[1::2, ::2] & even[::2, 1::2]
    return whole & even[1::2, 1::2]


def _projected(image: NDArray[np.float32], pixels: NDArray[np.intp]) -> NDArray[np.float32]:
    """Return (patches, lines) float32: some of the pixels' patches on every line, sorted.

    Which ones, and the lines, are the same at every call: only the pictures differ.
    """
    random = np.random.default_rng(len(pixels))
    chosen = pixels[random.integers(0, len(pixels), PATCHES)]
    rows, columns = np.divmod(chosen, image.shape[1])
    around = np.pad(image, ((RADIUS, RADIUS), (RADIUS, RADIUS), (0, 0)), mode="edge")
    offsets = np.arange(SIDE)
    patches = around[
        rows[:, None, None] + offsets[:, None], columns[:, None, None] + offsets
    ].reshape(PATCHES, -1)
    lines = np.random.default_rng(LINES).normal(size=(patches.shape[1], LINES)).astype(np.float32)
    lines /= np.linalg.norm(lines, axis=0)
    projected: NDArray[np.float32] = np.sort(patches @ lines, axis=0)
    return projected
