"""What a host never took is offered to the next one."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from overpaint_bridge.panel import Panel
from overpaint_bridge.protocol import Done, Output
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
    panel.recover()
    until(panel, lambda: panel.desk.leftovers == [])


def test_a_result_that_is_not_wanted_is_not_offered_again(panel: Panel, lost: Pixels) -> None:
    panel.recover()
    until(panel, lambda: panel.desk.leftovers)
    assert panel.desk.leftovers is not None

    panel.desk.dismiss(panel.desk.leftovers[0].id)

    until(panel, lambda: panel.desk.leftovers == [])
    assert lost.width


def test_a_result_that_was_taken_is_not_offered(panel: Panel, large: Array, spot: Array) -> None:
    run = panel.wait(panel.generate(PictureCanvas(large, spot), PanelSettings(seed=1)), SECONDS)
    assert run.state == "done"

    panel.recover()

    until(panel, lambda: panel.desk.leftovers == [])


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
