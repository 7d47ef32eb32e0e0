"""How often the docker is drawn: where OpenGL draws the canvas, the whole window is each time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fakes.recording import recording

from .program import Program
from .steps import RUNS, SLOW, begin, generate, use

# A pointer that leaves, or a button's last moments, may draw a little more.
BESIDES = 3
LOOKS = 24


@pytest.fixture
def drawn(docker: Program) -> Iterator[Program]:
    """The docker; a test puts what watches one of its widgets into `drawn`."""
    docker.do("drawn = None")
    yield docker
    docker.do("drawn.end() if drawn else None")


def test_a_run_with_no_end_in_sight_moves_its_bar_with_the_words(drawn: Program) -> None:
    with recording(SLOW) as server:
        use(drawn, server)
        begin(drawn)
        drawn.wait(f"{RUNS}[-1].state == 'running' and {RUNS}[-1].fraction is None")
        drawn.do("drawn = Drawn(board().running.bar)")

        drawn.wait(f"drawn.looks >= {LOOKS}")

        times, looks = drawn.get("[drawn.times, drawn.looks]")
        drawn.click("board().running.cancel")
        drawn.wait(f"{RUNS}[-1].is_over")
    assert LOOKS / 2 < times <= looks + BESIDES


def test_the_bar_waits_until_all_is_drawn(drawn: Program) -> None:
    drawn.do("drawn = Drawn(board().running.bar); docker().beat.stop()")

    at_once = drawn.do("board().running.bar.tell(0.5); answer = drawn.times")

    drawn.wait("drawn.times == 1")
    drawn.do("docker().beat.start()")
    assert at_once == 0


def test_a_result_that_is_looked_at_is_not_drawn_again_and_again(drawn: Program) -> None:
    generate(drawn)
    drawn.do("drawn = Drawn(board().results.viewport())")
    drawn.wait("drawn.looks > 2")
    drawn.do("drawn.clear()")

    drawn.wait(f"drawn.looks >= {LOOKS}")

    assert drawn.get("drawn.times") <= BESIDES
