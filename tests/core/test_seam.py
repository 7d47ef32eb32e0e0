from __future__ import annotations

import numpy as np
import skimage.data

from overpaint.seam import seam_score

PHOTO = skimage.data.grass()[..., np.newaxis]
MASK = np.zeros(PHOTO.shape[:2], np.uint8)
MASK[100:300, 150:350] = 255


def test_an_untouched_picture_scores_about_one() -> None:
    assert 0.9 < seam_score(PHOTO, MASK) < 1.1


def test_a_step_in_tone_at_the_edge_scores_higher() -> None:
    stepped = PHOTO.astype(np.int16)
    stepped[100:300, 150:350] += 60

    assert seam_score(np.clip(stepped, 0, 255).astype(np.uint8), MASK) > 1.5


def test_a_mask_without_an_edge_scores_nothing() -> None:
    assert seam_score(PHOTO, np.full_like(MASK, 255)) == 0.0


def test_a_flat_picture_divides_by_no_zero() -> None:
    assert seam_score(np.full((50, 50, 3), 9, np.uint8), MASK[80:130, 130:180]) == 0.0


def test_a_one_pixel_picture_has_a_score() -> None:
    assert seam_score(np.zeros((1, 1, 3), np.uint8), np.full((1, 1), 255, np.uint8)) == 0.0
