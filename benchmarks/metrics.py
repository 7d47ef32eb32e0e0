"""How good a fill is: five numbers, all taken inside the hole or on its border."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.metrics import structural_similarity

__all__ = ["Score", "score"]

Photo = NDArray[np.uint8]
Mask = NDArray[np.bool_]
# What is looked at around the hole.
MARGIN = 24
# Sliced Wasserstein distance: patches of 7×7, so many of them, projected so often, at three sizes.
PATCH, PATCHES, PROJECTIONS, LEVELS = 7, 3000, 96, 3


@dataclass(frozen=True, slots=True)
class Score:
    """One fill against the truth.

    Attributes:
        swd: distance between the textures, 0 = the same statistics. It does not reward blur.
        psnr: decibels. Rewards blur: read it with `sharpness`.
        ssim: structural similarity, at most 1. Likewise.
        sharpness: gradients as a share of the truth's: 1 is right, 0.2 is blurred.
        seam: the jump across the hole's border as a share of the truth's: 1 is invisible.
    """

    swd: float
    psnr: float
    ssim: float
    sharpness: float
    seam: float

    @classmethod
    def mean(cls, scores: Sequence[Score]) -> Score:
        """Return the mean of several scores, number by number."""
        return cls(*np.mean([astuple(score) for score in scores], axis=0).tolist())


def score(filled: Photo, truth: Photo, mask: Mask) -> Score:
    """Compare a (height, width, 3) uint8 fill with the truth where the mask is True."""
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    window = tuple(
        slice(max(0, line[0] - MARGIN), line[-1] + 1 + MARGIN) for line in (rows, columns)
    )
    filled, truth, mask = filled[window], truth[window], mask[window]
    error = filled[mask].astype(np.float64) - truth[mask]
    grey, true_grey = (
        cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY).astype(np.float32) for photo in (filled, truth)
    )
    return Score(
        swd=texture_distance(filled, truth, mask),
        psnr=float(10 * np.log10(255**2 / max(float(np.mean(error**2)), 1e-3))),
        ssim=_similarity(grey, true_grey, mask),
        sharpness=_gradient(grey, mask) / max(_gradient(true_grey, mask), 1e-3),
        seam=_jump(filled, mask) / max(_jump(truth, mask), 0.5),
    )


def texture_distance(first: Photo, second: Photo, mask: Mask) -> float:
    """Return the sliced Wasserstein distance of the patches at three sizes, in levels."""
    distances = []
    for _ in range(LEVELS):
        centers = _patch_centers(mask)
        if len(centers) == 0:
            break
        distances.append(_sliced(first, second, centers))
        first, second = (np.asarray(cv2.pyrDown(photo), np.uint8) for photo in (first, second))
        size = first.shape[1], first.shape[0]
        mask = cv2.resize(mask.view(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    return float(np.mean(distances))


def _patch_centers(mask: Mask) -> NDArray[np.intp]:
    """Return (n, 2) rows and columns: the pixels in the hole with a whole patch around them."""
    reach = PATCH // 2
    inner = np.zeros_like(mask)
    inner[reach:-reach, reach:-reach] = mask[reach:-reach, reach:-reach]
    return np.argwhere(inner)


def _sliced(first: Photo, second: Photo, centers: NDArray[np.intp]) -> float:
    """Return the mean distance of the two sets of patches, projected on random lines."""
    projected = []
    for number, photo in enumerate((first, second)):
        chosen = centers[np.random.default_rng(number).integers(0, len(centers), PATCHES)]
        around = np.arange(PATCH) - PATCH // 2
        rows = chosen[:, 0, None, None] + around[:, None]
        columns = chosen[:, 1, None, None] + around
        patches = photo[rows, columns].reshape(PATCHES, -1).astype(np.float32)
        lines = np.random.default_rng(3).normal(size=(patches.shape[1], PROJECTIONS))
        lines /= np.linalg.norm(lines, axis=0)
        projected.append(np.sort(patches @ lines.astype(np.float32), axis=0))
    return float(np.abs(projected[0] - projected[1]).mean())


def _similarity(first: NDArray[np.float32], second: NDArray[np.float32], mask: Mask) -> float:
    """Return the structural similarity of two grey pictures, averaged over the hole."""
    _, everywhere = structural_similarity(
        first,
        second,
        data_range=255,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        full=True,
    )
    return float(everywhere[mask].mean())


def _gradient(grey: NDArray[np.float32], mask: Mask) -> float:
    """Return the mean gradient inside the hole, away from its border if it has an inside."""
    inside = cv2.erode(mask.view(np.uint8), np.ones((3, 3))) > 0
    slope = np.hypot(cv2.Sobel(grey, -1, 1, 0, ksize=3), cv2.Sobel(grey, -1, 0, 1, ksize=3))
    return float(slope[inside if inside.any() else mask].mean())


def _jump(photo: Photo, mask: Mask) -> float:
    """Return the mean difference between pixels on either side of the hole's border."""
    image = photo.astype(np.float64)
    jumps = [np.abs(np.diff(image, axis=axis))[np.diff(mask, axis=axis)].ravel() for axis in (0, 1)]
    return float(np.concatenate(jumps).mean())
