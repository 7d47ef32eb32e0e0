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


def test_a_closed_pictures_runs_are_forgotten_but_not_what_still_runs(gallery: Gallery) -> None:
    gallery.runs[0].state = "running"
    gallery.select(gallery.runs[2].results[0])

    gallery.forget("one")

    assert [run.document for run in gallery.runs] == ["one", "other"]
    assert gallery.current is None
