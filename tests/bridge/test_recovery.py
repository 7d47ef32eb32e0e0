"""What a host never took is offered to the next one."""

from __future__ import annotations

import os
import signal
import time
from contextlib import AbstractContextManager, closing
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from overpaint_bridge.desk import Leftover
from overpaint_bridge.panel import Panel
from overpaint_bridge.protocol import Done, Output
from overpaint_bridge.runs import PanelRun
from overpaint_bridge.runtime import Runtime
from overpaint_bridge.session import Pixels, Session
from overpaint_bridge.settings import PanelSettings

from .canvases import PictureCanvas
from .test_panel import until

SECONDS = 120
Array = NDArray[np.uint8]


@pytest.fixture
def lost(runtime: Runtime, large: Array, spot: Array) -> Pixels:
    """The pixels of a result whose host ended before it took them."""
    canvas = PictureCanvas(large, spot)
    with Session(runtime, host="an editor that dies") as session:
        job = session.run(
            {"prompt": "moss", "seed": 5}, canvas=canvas.extent, hole=canvas.hole, document="one"
        )
        heard = session.wait(job, SECONDS, read=canvas.read)
        assert isinstance(heard[-1], Done)
        output = next(message for message in heard if isinstance(message, Output))
        return session.pixels(output.pixels)


def test_a_result_that_nobody_took_is_offered_and_delivered_once(
    panel: Panel, lost: Pixels
) -> None:
    panel.recover()
    until(panel, lambda: panel.desk.leftovers)
    assert panel.desk.leftovers is not None
    leftover = panel.desk.leftovers[0]

    run = panel.wait(panel.deliver(leftover.id, "other"), SECONDS)

    assert (leftover.prompt, leftover.document, leftover.results) == ("moss", "one", 1)
    assert leftover.host == "an editor that dies"
    assert run.state == "done", run.trouble
    assert run.document == "other"
    assert [result.seed for result in run.results] == [5]
    assert same_colors(run.results[0].pixels, lost)
    assert run.results[0].recipe.prompt == "moss"
    panel.applied(run.results[0])
    panel.poll()
    panel.recover()
    until(panel, lambda: panel.desk.leftovers == [])


def test_a_result_that_is_not_wanted_is_not_offered_again(panel: Panel, lost: Pixels) -> None:
    panel.recover()
    until(panel, lambda: panel.desk.leftovers)
    assert panel.desk.leftovers is not None

    panel.desk.dismiss(panel.desk.leftovers[0].id)

    until(panel, lambda: panel.desk.leftovers == [])
    assert lost.width


@pytest.mark.parametrize("decision", ["apply", "discard"])
@pytest.mark.parametrize("end", ["quit", "killed"])
def test_what_the_person_decided_about_is_not_offered_again(
    runtime: Runtime, large: Array, spot: Array, decision: str, end: str
) -> None:
    with opened(runtime) as panel:
        (result,) = painted(panel, large, spot).results
        (panel.applied if decision == "apply" else panel.discard)(result)
        if end == "killed":
            panel.poll()
            settled(panel)
            kill(panel)

    with opened(runtime) as other:
        assert offered(other) == []


@pytest.mark.parametrize("end", ["quit", "killed"])
def test_a_result_that_was_only_looked_at_is_offered_after_the_end(
    runtime: Runtime, large: Array, spot: Array, end: str
) -> None:
    with opened(runtime) as panel:
        run = painted(panel, large, spot)
        assert offered(panel) == [], "the panel still shows it"
        if end == "killed":
            kill(panel)

    with opened(runtime) as other:
        assert offered(other) == [run.id]
        again = other.wait(other.deliver(run.id), SECONDS)
        assert same_colors(again.results[0].pixels, run.results[0].pixels)
        other.applied(again.results[0])

    with opened(runtime) as third:
        assert offered(third) == []


@pytest.mark.parametrize(("end", "left"), [("quit", 0), ("killed", 1)])
def test_of_several_one_taken_is_enough_for_a_quiet_end_but_not_for_a_crash(
    runtime: Runtime, large: Array, spot: Array, end: str, left: int
) -> None:
    with opened(runtime) as panel:
        run = painted(panel, large, spot, num_outputs=2)
        panel.applied(run.results[0])
        if end == "killed":
            kill(panel)

    with opened(runtime) as other:
        assert len(offered(other)) == left


def test_what_is_decided_after_the_worker_died_is_settled_by_the_next(
    runtime: Runtime, large: Array, spot: Array
) -> None:
    with opened(runtime) as panel:
        run = painted(panel, large, spot)
        kill(panel)
        until(panel, lambda: panel.trouble is not None)
        panel.applied(run.results[0])
        until(panel, lambda: run.is_settled and panel.desk.leftovers == [])

    with opened(runtime) as other:
        assert offered(other) == []


def opened(runtime: Runtime) -> AbstractContextManager[Panel]:
    return closing(Panel(host="test", runtime=runtime))


def painted(panel: Panel, large: Array, spot: Array, **fields: Any) -> PanelRun:  # noqa: ANN401  the settings'
    run = panel.generate(PictureCanvas(large, spot), PanelSettings(seed=1, **fields))
    assert panel.wait(run, SECONDS).state == "done", run.trouble
    return run


def offered(panel: Panel) -> list[str]:
    panel.desk.leftovers = None
    panel.recover()
    until(panel, lambda: panel.desk.leftovers is not None)
    left: list[Leftover] = panel.desk.leftovers or []
    return [leftover.id for leftover in left]


def settled(panel: Panel) -> None:
    """Wait until the worker has read what was said to it before."""
    offered(panel)


def kill(panel: Panel) -> None:
    session = panel._connection.session
    assert session is not None
    os.kill(session.pid, signal.SIGKILL)
    end = time.monotonic() + SECONDS
    while session.is_alive and time.monotonic() < end:
        time.sleep(0.01)


def test_a_result_that_is_unknown_is_refused_in_words(panel: Panel) -> None:
    run = panel.wait(panel.deliver("nobody"), SECONDS)

    assert run.state == "failed"
    assert run.trouble is not None
    assert run.trouble.what


def same_colors(one: Pixels, other: Pixels) -> bool:
    """Whether two pictures show the same, whatever alpha they carry."""
    arrays = [
        np.frombuffer(pixels.data, np.uint8).reshape(pixels.height, pixels.width, -1)[..., :3]
        for pixels in (one, other)
    ]
    return bool((arrays[0] == arrays[1]).all())
