"""The door: `PatchMatchEngine`, which loads the arithmetic when the first picture arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from overpaint.errors import ImageError
from overpaint.server.engines.base import Painting, Progress

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["PatchMatchEngine"]


class PatchMatchEngine:
    """Fills a hole with copies of its surroundings; an `Engine`."""

    name = "patchmatch"
    reads = frozenset({"image", "mask", "seed"})

    def paint(self, painting: Painting, progress: Progress) -> NDArray[np.uint8]:
        """Return the image, painted where the mask is True; the rest is untouched.

        Raises:
            ImageError: the mask covers everything, so that there is nothing to copy.
            ValueError: the image and the mask do not fit each other.
            PaintCanceled: `progress` said so.
        """
        # NumPy, SciPy and PatchMatch take a third of a second to load: not while a worker starts.
        from .fill import fill_holes

        image, mask = painting.image, painting.mask
        if image.shape != (*mask.shape, 3):
            raise ValueError(
                f"an image {image.shape} cannot be painted through a mask {mask.shape}"
            )
        if mask.all():
            raise ImageError(
                "The mask is white all over: this engine can only copy what is left black.",
                field="mask",
            )
        return fill_holes(image, mask, painting.seed, progress)
