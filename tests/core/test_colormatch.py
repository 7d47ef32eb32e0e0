from __future__ import annotations

import numpy as np
import skimage.data
from numpy.typing import NDArray

from overpaint.colormatch import match_ring

PHOTO: NDArray[np.uint8] = skimage.data.astronaut()[100:356, 100:356]


def square(size: int = 256, edge: int = 90) -> NDArray[np.uint8]:
    mask = np.zeros((size, size), np.uint8)
    mask[edge:-edge, edge:-edge] = 255
    return mask


def distance(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    return float(np.abs(a.astype(np.int16) - b).mean())


def test_a_shift_of_tone_and_contrast_is_taken_back() -> None:
    shifted = np.clip(PHOTO * 0.9 + 12, 0, 255).astype(np.uint8)

    matched = match_ring(shifted, PHOTO, square())

    assert distance(matched, PHOTO) < distance(shifted, PHOTO) / 5


def test_an_answer_that_agrees_outside_the_mask_is_left_alone() -> None:
    answer = PHOTO.copy()
    answer[90:-90, 90:-90] = 200

    assert match_ring(answer, PHOTO, square()) is answer


def test_an_object_that_moved_into_the_ring_does_not_count() -> None:
    shifted = np.clip(PHOTO.astype(np.int16) + 10, 0, 255).astype(np.uint8)
    intruded = shifted.copy()
    intruded[70:90, 90:130] = 0

    matched = match_ring(intruded, PHOTO, square())

    assert distance(matched[90:-90, 90:-90], PHOTO[90:-90, 90:-90]) < 3


def test_a_mask_without_a_ring_changes_nothing() -> None:
    shifted = np.clip(PHOTO.astype(np.int16) + 10, 0, 255).astype(np.uint8)

    assert match_ring(shifted, PHOTO, np.full((256, 256), 255, np.uint8)) is shifted


def test_contrast_changes_by_a_quarter_at_the_most() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (256, 256, 1)).astype(np.uint8)
    flat = (128 + (noise.astype(np.float32) - 128) * 0.2).astype(np.uint8)

    matched = match_ring(flat, noise, square())

    assert matched.std() <= flat.std() * 1.26
