"""Results: one on the canvas, the others beside it."""

from __future__ import annotations

import pytest

from overpaint_bridge.gallery import Gallery
from overpaint_bridge.recipe import Recipe
from overpaint_bridge.runs import PanelResult, PanelRun
from overpaint_bridge.session import Pixels

DOT = Pixels(b"abc", 1, 1, "RGB8")


@pytest.fixture
def gallery() -> Gallery:
    """Two runs of two results in one picture, and one in another."""
    gallery = Gallery()
    for document, number in (("one", 2), ("other", 1), ("one", 2)):
        run = PanelRun(document)
        for index in range(number):
            run.results.append(
                PanelResult(run, index, DOT, DOT, 0, 0, (1, 1), (0, 0), index, 1.0, Recipe())
            )
        run.end("done")
        gallery.runs.append(run)
    gallery.document = "one"
    return gallery


def test_next_and_previous_go_round_the_picture_in_front(gallery: Gallery) -> None:
    first, *_, last = gallery.results

    assert gallery.next() is first
    assert gallery.previous() is last
    assert gallery.next() is first
    assert len(gallery.results) == 4


def test_one_result_is_shown_at_a_time(gallery: Gallery) -> None:
    first, second, *_ = gallery.results

    gallery.select(first)
    gallery.select(second)

    assert (first.state, second.state) == ("new", "shown")
    gallery.select(None)
    assert second.state == "new"


def test_discarding_what_is_shown_shows_the_one_beside_it(gallery: Gallery) -> None:
    results = gallery.results
    gallery.select(results[3])

    gallery.discard(results[3])
    assert gallery.current is results[2]
    gallery.discard(results[0])
    assert gallery.current is results[2]
    gallery.discard(results[2])
    gallery.discard(results[1])

    assert gallery.current is None
    assert gallery.results == []
    assert gallery.next() is None


def test_what_was_applied_is_no_longer_on_offer(gallery: Gallery) -> None:
    first = gallery.results[0]
    gallery.select(first)

    gallery.applied(first)

    assert first.state == "applied"
    assert gallery.current is None
    assert first not in gallery.results


@pytest.mark.parametrize("decision", ["applied", "discard"])
def test_of_what_was_decided_a_thumbnail_is_all_that_is_kept(
    gallery: Gallery, decision: str
) -> None:
    result = gallery.results[0]
    result.pixels = Pixels(bytes(1000 * 500 * 8), 1000, 500, "RGBA16")
    result.mask = Pixels(b"\xff" * 1000 * 500, 1000, 500, "L8")
    before = result.thumbnail()

    getattr(gallery, decision)(result)

    assert result.thumbnail() == before
    assert len(result.pixels.data) + len(result.mask.data) <= 96 * 48 * 3 + 1


def made(canvas: tuple[int, int], offset: tuple[int, int], **asked: object) -> PanelResult:
    return PanelResult(PanelRun(), 0, DOT, DOT, 0, 0, canvas, offset, 1, 1.0, Recipe(asked))


@pytest.mark.parametrize("extent", [(800, 600), (4000, 3000), (10, 10), (799, 600)])
def test_a_fill_never_makes_a_canvas_grow(extent: tuple[int, int]) -> None:
    assert not made((800, 600), (0, 0)).grows_from(extent)
    assert not made((800, 600), (0, 0), left=0, right=0, up=0, down=0).grows_from(extent)


@pytest.mark.parametrize(
    ("extent", "grows"),
    [((700, 500), True), ((730, 510), False), ((4000, 3000), False), ((701, 500), False)],
)
def test_an_expansion_makes_the_canvas_grow_that_it_was_asked_for_on(
    extent: tuple[int, int], *, grows: bool
) -> None:
    assert made((730, 510), (30, 10), left=30, up=10).grows_from(extent) is grows


def test_an_expansion_by_direction_grows_opposite_sides_by_as_much() -> None:
    result = made((800, 500), (50, 0), outpaint_direction="only width", outpaint_amount=50)

    assert result.grows_from((700, 500))
    assert not result.grows_from((800, 500))
    assert not result.grows_from((600, 500))
