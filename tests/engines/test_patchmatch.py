"""The keyless engine: what it promises whoever serves it."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
from itertools import groupby
from typing import Any

import numpy as np
import pytest
import skimage.data
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import ndimage

import overpaint
from overpaint.errors import ImageError
from overpaint.server.engines import engine_named
from overpaint.server.engines.base import PaintCanceled, Painting
from overpaint.server.engines.patchmatch import plan
from overpaint.server.engines.patchmatch.borders import _cost, refined
from overpaint.server.engines.patchmatch.canvas import Canvas
from overpaint.server.engines.patchmatch.composite import FAR, NEARER, composed, finished
from overpaint.server.engines.patchmatch.crop import Crop, enlarged, padded, shrunk
from overpaint.server.engines.patchmatch.draft import drafted
from overpaint.server.engines.patchmatch.holes import find_holes, thickness
from overpaint.server.engines.patchmatch.likeness import Likeness
from overpaint.server.engines.patchmatch.membrane import relaxed, solved, stretched
from overpaint.server.engines.patchmatch.offsets import find_sources
from overpaint.server.engines.patchmatch.order import has_order
from overpaint.server.engines.patchmatch.patches import look_of_patches

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]
STAGES = ["Looking around", "Searching", "Comparing", "Blending"]


def photo(size: int = 96) -> Pixels:
    """A corner of a real one."""
    return np.ascontiguousarray(skimage.data.astronaut()[:size, :size])


def square(size: int, low: int, high: int) -> Mask:
    mask = np.zeros((size, size), bool)
    mask[low:high, low:high] = True
    return mask


def paint(image: Pixels, mask: Mask, seed: int = 1) -> Pixels:
    return engine_named("patchmatch").paint(
        Painting(image, mask, seed), lambda _stage, _share: None
    )


def sha256(array: NDArray[Any]) -> str:
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def test_the_same_seed_paints_the_same_and_another_seed_something_else() -> None:
    image, mask = photo(), square(96, 35, 65)

    first, again, other = paint(image, mask, 7), paint(image, mask, 7), paint(image, mask, 8)

    assert sha256(first) == sha256(again)
    assert np.mean(first[mask] != other[mask]) > 0.2


def test_several_outputs_are_those_of_the_seeds_that_follow() -> None:
    image, mask = photo(), square(96, 35, 65)
    white = mask * np.uint8(255)

    one, two = overpaint.inpaint(image, white, seed=7, num_outputs=2).outputs
    (alone,) = overpaint.inpaint(image, white, seed=8).outputs

    assert (one.seed, two.seed) == (7, 8)
    assert sha256(two.picture.pixels) == sha256(alone.picture.pixels)
    assert np.mean(one.picture.pixels[mask] != two.picture.pixels[mask]) > 0.2


def test_what_lies_under_the_mask_has_no_influence() -> None:
    image, mask = photo(), square(96, 35, 65)
    changed = np.where(mask[..., None], np.uint8(200), image)

    assert sha256(paint(image, mask)) == sha256(paint(changed, mask))


@pytest.mark.parametrize("under", [0, 255])
def test_what_lies_under_the_mask_has_no_say_in_which_draft_is_likelier(under: int) -> None:
    """Nor does another hole's that lies near by."""
    image = np.repeat(skimage.data.brick()[:256, :256, None], 3, axis=2)
    hole, other = square(256, 100, 160), square(256, 166, 178)
    changed = np.where((hole | other)[..., None], np.uint8(under), image)

    one, two = (
        Likeness.of(Crop(each, hole, ~(hole | other))).distance(
            np.where(hole[..., None], image[::-1], each)
        )
        for each in (image, changed)
    )

    assert one == two


def test_the_picture_given_is_not_written_to() -> None:
    image, mask = photo(), square(96, 35, 65)
    before = sha256(image)

    paint(image, mask)

    assert sha256(image) == before


@settings(max_examples=25, deadline=None)
@given(data=st.data(), height=st.integers(1, 40), width=st.integers(1, 40))
def test_any_mask_on_any_picture_is_filled_and_the_rest_left_alone(
    data: st.DataObject, height: int, width: int
) -> None:
    image = np.random.default_rng(height * width).integers(0, 256, (height, width, 3), np.uint8)
    bits = data.draw(st.binary(min_size=height * width, max_size=height * width))
    mask = np.frombuffer(bits, np.uint8).reshape(height, width) > data.draw(st.integers(0, 255))
    assume(not mask.all())

    painted = paint(image, mask)

    assert painted.shape == image.shape
    assert painted.dtype == np.uint8
    assert sha256(painted[~mask]) == sha256(image[~mask])


def test_a_plain_colour_is_continued_exactly() -> None:
    image = np.full((80, 80, 3), (200, 120, 40), np.uint8)

    assert (paint(image, square(80, 30, 50)) == image).all()


def test_a_gray_picture_stays_gray() -> None:
    image = np.repeat(photo().mean(axis=2, keepdims=True).astype(np.uint8), 3, axis=2)

    painted = paint(image, square(96, 35, 65))

    assert (painted[..., 1:] == painted[..., :1]).all()


def test_a_mask_over_everything_is_refused_before_anything_is_painted() -> None:
    told: list[str] = []
    painting = Painting(photo(), np.ones((96, 96), bool), 1)

    with pytest.raises(ImageError, match="white all over") as caught:
        engine_named("patchmatch").paint(painting, lambda stage, _share: told.append(stage))

    assert (caught.value.field, told) == ("mask", [])


def test_a_picture_that_does_not_fit_its_mask_is_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="through a mask"):
        paint(photo(96), square(95, 30, 40))


def test_progress_names_the_stages_in_order_and_never_goes_back() -> None:
    told: list[tuple[str, float]] = []
    painting = Painting(photo(), square(96, 35, 65), 1)

    engine_named("patchmatch").paint(painting, lambda *step: told.append(step))

    shares = [share for _, share in told]
    assert [stage for stage, _ in groupby(stage for stage, _ in told)] == STAGES
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] <= 1


def test_progress_through_several_holes_gives_each_its_share() -> None:
    told: list[tuple[str, float]] = []
    image, mask = photo(400), square(400, 20, 40) | square(400, 300, 340)

    engine_named("patchmatch").paint(Painting(image, mask, 1), lambda *step: told.append(step))

    shares = [share for _, share in told]
    assert [stage for stage, _ in groupby(stage for stage, _ in told)] == STAGES * 2
    assert shares == sorted(shares)
    second = [stage for stage, _ in told].index(STAGES[0], 1)
    assert shares[second] == pytest.approx(20**2 / (20**2 + 40**2))


@pytest.mark.parametrize("last", STAGES)
def test_it_can_be_canceled_before_every_stage(last: str) -> None:
    told: list[str] = []

    def stop(stage: str, fraction: float) -> None:  # noqa: ARG001  the protocol's
        told.append(stage)
        if stage == last:
            raise PaintCanceled

    with pytest.raises(PaintCanceled):
        engine_named("patchmatch").paint(Painting(photo(), square(96, 35, 65), 1), stop)

    assert list(dict.fromkeys(told)) == STAGES[: STAGES.index(last) + 1]


@pytest.mark.parametrize("stage", [1, 2])
def test_a_draft_ends_after_the_stage_at_which_it_is_canceled(stage: int) -> None:
    (made,) = plan.Plan.all_of(Crop(photo(80), square(80, 20, 60), ~square(80, 20, 60)))
    passed: list[int] = []

    def stop() -> None:
        passed.append(len(passed) + 1)
        if passed[-1] == stage:
            raise PaintCanceled

    with pytest.raises(PaintCanceled):
        drafted(made, np.random.default_rng(1), stop)

    assert passed[-1] == stage


def test_a_cancel_is_heard_after_each_stage_of_each_draft() -> None:
    told: list[str] = []
    painting = Painting(photo(256), square(256, 90, 160), 1)

    engine_named("patchmatch").paint(painting, lambda stage, _share: told.append(stage))

    assert told.count("Searching") == 1 + 2 * 3


def test_a_cancel_in_the_midst_of_two_drafts_ends_both() -> None:
    called: list[str] = []

    def stop(stage: str, fraction: float) -> None:  # noqa: ARG001  the protocol's
        if fraction > 0.1:
            raise PaintCanceled

    threading.setprofile(lambda frame, _event, _of: called.append(frame.f_code.co_name))
    try:
        with pytest.raises(PaintCanceled):
            engine_named("patchmatch").paint(Painting(photo(256), square(256, 90, 160), 1), stop)
    finally:
        threading.setprofile(None)

    assert "search" in called
    assert "refined" not in called


def test_thin_strokes_are_neither_shrunk_nor_guided() -> None:
    image, mask = photo(256), np.zeros((256, 256), bool)
    for line in range(20, 240, 20):
        mask[line : line + 6, 10:246] = True

    (made,) = plan.Plan.all_of(Crop(image, mask, ~mask))

    assert thickness(mask) <= plan.THIN
    assert (made.factor, made.guided) == (1, False)


def test_a_wide_hole_is_searched_at_a_bounded_size_and_at_a_coarser_one() -> None:
    image, mask = np.tile(photo(256), (4, 4, 1)), square(1024, 200, 800)

    fine, coarse = plan.Plan.all_of(Crop(image, mask, ~mask))

    assert 1 < fine.factor < coarse.factor
    assert fine.small.hole.sum() < 2.2 * plan.HOLE_PIXELS


@pytest.mark.parametrize("side", [plan.THIN + 2, 28, 40])
def test_a_hole_hardly_wider_than_a_scratch_is_searched_as_it_is(side: int) -> None:
    image, mask = photo(256), square(256, 100, 100 + side)

    made = plan.Plan.all_of(Crop(image, mask, ~mask))

    assert [one.factor for one in made] == [1, 3]


def test_a_hole_without_a_whole_patch_to_compare_is_not_far_from_anything() -> None:
    image, mask = photo(96), square(96, 40, 44)
    known = square(96, 0, 30)

    assert Likeness.of(Crop(image, mask, known)).distance(image) == 0


def test_a_crop_too_small_to_be_shrunk_is_searched_once() -> None:
    image, mask = photo(80), square(80, 20, 60)

    assert [made.factor for made in plan.Plan.all_of(Crop(image, mask, ~mask))] == [1]


def test_what_looks_like_its_surroundings_is_likelier() -> None:
    """Where a brick wall meets the sky, wall belongs into a hole in the wall, and as it is."""
    image = np.full((300, 300, 3), 220, np.uint8)
    image[:, 150:] = skimage.data.brick()[:300, :150, None]
    mask = np.zeros((300, 300), bool)
    mask[110:190, 190:270] = True
    likeness = Likeness.of(Crop(image, mask, ~mask))
    fills = {"wall": image[20:100, 190:270], "sky": image[110:190, 20:100]}
    fills["soft"] = ndimage.uniform_filter(fills["wall"], (9, 9, 0))
    fills["dark"] = fills["wall"] // 2

    distances = {}
    for name, fill in fills.items():
        filled = image.copy()
        filled[mask] = fill.reshape(-1, 3)
        distances[name] = likeness.distance(filled)

    assert min(distances, key=lambda name: distances[name]) == "wall"
    assert 2 * distances["wall"] < min(distances[name] for name in ("sky", "soft", "dark"))


def test_likeness_asks_all_that_is_known_where_the_ring_is_all_unknown() -> None:
    image, mask, known = photo(96), square(96, 30, 60), square(96, 2, 12)

    assert Likeness.of(Crop(image, mask, known)).distance(image) > 0


@pytest.mark.parametrize(
    ("picture", "hole", "taken"),
    [
        pytest.param("grass", (250, 130), 1, id="much-likelier"),
        pytest.param("grass", (20, 20), 0, id="less-likely"),
        pytest.param("grass", (60, 330), 0, id="hardly-likelier"),
        pytest.param("astronaut", (330, 20), 0, id="neither-is-likely"),
    ],
)
def test_the_finer_draft_is_finished_unless_the_coarser_is_much_likelier(
    picture: str, hole: tuple[int, int], taken: int
) -> None:
    image, mask = getattr(skimage.data, picture)(), np.zeros((512, 512), bool)
    image = np.broadcast_to(image.reshape(512, 512, -1), (512, 512, 3)).copy()
    mask[hole[0] : hole[0] + 130, hole[1] : hole[1] + 130] = True
    crop = Crop(image, mask, ~mask)
    plans = plan.Plan.all_of(crop)
    likeness = Likeness.of(crop)
    fills, distances = [], []
    for number, made in enumerate(plans):
        filled = image.copy()
        filled[mask] = finished(drafted(made, np.random.default_rng((1, 0, number)), lambda: None))
        fills.append(filled[mask])
        distances.append(likeness.distance(filled))

    chosen = composed(crop, plans, (1, 0), lambda _stage, _share: None)

    assert (distances[1] < min(NEARER * distances[0], FAR)) == bool(taken)
    assert sha256(chosen) == sha256(fills[taken])


def test_a_texture_without_order_is_not_guided_and_a_pattern_or_a_scene_is() -> None:
    mask = square(256, 100, 160)
    noise = np.random.default_rng(1).integers(0, 256, (256, 256, 1), np.uint8).repeat(3, axis=2)
    rows, columns = np.mgrid[:256, :256]
    checks = (
        (((rows // 20 + columns // 20) % 2) * 200).astype(np.uint8)[..., None].repeat(3, axis=2)
    )

    assert not has_order(Crop(noise, mask, ~mask))
    assert has_order(Crop(checks, mask, ~mask))
    assert has_order(Crop(photo(256), mask, ~mask))


def test_every_pixel_of_a_mask_is_in_exactly_one_hole() -> None:
    mask = np.zeros((300, 400), bool)
    mask[10:30, 10:40] = mask[200:260, 300:390] = mask[32:40, 12:20] = mask[299, 0] = True

    holes = find_holes(mask)

    count = np.zeros(mask.shape, int)
    for hole in holes:
        count[hole.window] += hole.mask
    assert (count == mask).all()
    assert len(holes) >= 2


def test_the_cost_follows_the_hole_not_the_picture() -> None:
    mask = np.zeros((3000, 3000), bool)
    mask[1500:1540, 1500:1560] = True

    (hole,) = find_holes(mask)

    assert hole.mask.shape == (168, 188)


def test_shrinking_looks_at_known_pixels_alone() -> None:
    image = np.full((4, 4, 3), 100, np.uint8)
    image[0, 0] = 255
    hole = np.zeros((4, 4), bool)
    hole[0, 0] = True

    small = shrunk(Crop(image, hole, ~hole), 2)

    assert (small.image == 100).all()
    assert small.hole.tolist() == [[True, False], [False, False]]
    assert small.known.tolist() == [[False, True], [True, True]]


def test_padding_reaches_the_factor_and_adds_nothing_to_fill_or_to_copy() -> None:
    crop = Crop(photo(50), square(50, 10, 20), ~square(50, 10, 20))

    more = padded(crop, 8)

    assert more.hole.shape == (56, 56)
    assert (more.hole.sum(), more.known.sum()) == (crop.hole.sum(), crop.known.sum())


def test_enlarging_a_slope_keeps_it_a_slope() -> None:
    slope = np.tile(np.arange(8, dtype=np.float32)[:, None, None] * 3, (1, 8, 3))
    rows, columns = np.mgrid[6:18, 6:18].reshape(2, -1).astype(np.int32)

    large = enlarged(slope, 3, (rows, columns))

    assert np.allclose(large[:, 0], (rows + 0.5) - 1.5, atol=1e-4)


def test_looks_differ_as_the_patches_do() -> None:
    image = photo(64)
    random = np.random.default_rng(0)

    look = look_of_patches(image, np.arange(64 * 64), random)

    padded_image = np.pad(image.astype(np.float64), ((3, 3), (3, 3), (0, 0)), mode="edge")
    places = random.integers(0, 64, (200, 2))
    patches = np.array([padded_image[y : y + 7, x : x + 7].ravel() for y, x in places])
    looks = look[places[:, 0] * 64 + places[:, 1]]
    true = ((patches[:100] - patches[100:]) ** 2).mean(axis=1)
    seen = ((looks[:100] - looks[100:]) ** 2).sum(axis=1)
    assert np.corrcoef(true, seen)[0, 1] > 0.98
    assert (seen <= true * 1.01 + 1).all()


def test_what_the_search_has_softened_finds_copies_that_are_sharper_again() -> None:
    image, mask = gravel(128), square(128, 48, 80)
    soft = ndimage.gaussian_filter(image.astype(np.float32), (1.2, 1.2, 0)).astype(np.uint8)
    found = np.where(mask[..., None], soft, image)
    canvas = Canvas.of(Crop(image, mask, ~mask))

    sources = find_sources(canvas, found, np.random.default_rng(1))

    copies = canvas.colors[sources].reshape(*canvas.shape, 3)[1:-1, 1:-1]
    assert slope(copies, mask) > 1.15 * slope(found, mask)


def gravel(size: int) -> Pixels:
    """A corner of a photo of it."""
    return np.repeat(skimage.data.gravel()[:size, :size, None], 3, axis=2)


def slope(image: NDArray[Any], mask: Mask) -> float:
    """How much neighbours differ inside a mask."""
    gray = image[..., 0].astype(np.float64)
    return float(np.hypot(ndimage.sobel(gray, 0), ndimage.sobel(gray, 1))[mask].mean())


def test_borders_move_to_where_two_copies_agree() -> None:
    image, mask = photo(64), square(64, 24, 40)
    canvas = Canvas.of(Crop(image, mask, ~mask))
    sources = np.arange(len(canvas.hole), dtype=np.int32)
    pixels = canvas.targets
    either = np.random.default_rng(2).integers(0, 2, len(pixels)).astype(bool)
    sources[pixels] += np.where(either, 18, -18).astype(np.int32)

    better = refined(canvas, sources, 8)

    assert visible(canvas, better) < visible(canvas, sources) / 2
    assert (better[~canvas.hole] == sources[~canvas.hole]).all()


def visible(canvas: Canvas, sources: NDArray[np.int32]) -> int:
    """How badly all hole pixels' sources fit those of their neighbours."""
    pixels = canvas.targets.astype(np.intp)
    return int(_cost(canvas, sources, canvas.inside(1), pixels, sources[pixels]).sum())


def test_the_membrane_lifts_a_copy_that_is_darker_than_its_surroundings() -> None:
    image, mask = np.full((40, 40, 3), 140, np.uint8), square(40, 14, 26)
    image[:, 30:] = 120
    canvas = Canvas.of(Crop(image, mask, ~mask))
    sources = np.arange(len(canvas.hole), dtype=np.int32)
    sources[canvas.targets] += 18

    correction = solved(stretched(canvas, sources, 1))
    start = np.zeros_like(correction)

    copied = canvas.colors[sources[canvas.targets]] + correction
    dark = canvas.colors[sources[canvas.targets]][:, 0] == 120
    assert dark.any()
    assert copied[dark].mean() > 130
    assert np.abs(relaxed(stretched(canvas, sources, 1), start) - correction).mean() < 2


def test_a_large_picture_is_filled_within_bounded_memory() -> None:
    """4096 × 4096 with a hole of 1024: picture, mask and fill are 118 MB of what is measured."""
    script = """
import resource, numpy as np, skimage.data
from overpaint.server.engines import engine_named
from overpaint.server.engines.base import Painting
image = np.tile(skimage.data.astronaut(), (8, 8, 1))
mask = np.zeros((4096, 4096), bool)
mask[1500:2524, 1500:2524] = True
engine_named("patchmatch").paint(Painting(image, mask, 1), lambda *_: None)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert int(done.stdout) < 800
