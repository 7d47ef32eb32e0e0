"""A panel without a toolkit, over the real worker."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from typing import NoReturn

import numpy as np
import pytest
from numpy.typing import NDArray

import overpaint
from overpaint_bridge.errors import RuntimeMissingError
from overpaint_bridge.panel import Panel
from overpaint_bridge.recipe import Recipe
from overpaint_bridge.runtime import Runtime
from overpaint_bridge.session import Session
from overpaint_bridge.settings import PanelSettings

from .canvases import PictureCanvas, unpacked

SECONDS = 120
Array = NDArray[np.uint8]


def until(panel: Panel, holds: Callable[[], object]) -> None:
    """Poll as an editor's timer does."""
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end, "it never came to that"
        panel.poll()
        time.sleep(0.01)


def test_generate_brings_results_equal_to_the_librarys(
    panel: Panel, large: Array, spot: Array
) -> None:
    canvas = PictureCanvas(large, spot)

    run = panel.generate(canvas, PanelSettings(prompt="moss", seed=5, num_outputs=2))
    panel.wait(run, SECONDS)

    with overpaint.Client("embedded") as client:
        result = client.inpaint(large, spot, prompt="moss", seed=5, num_outputs=2)
    assert run.state == "done"
    assert [one.seed for one in run.results] == [5, 6]
    assert run.ignored == ["prompt"]
    assert run.sent is not None
    for one, output in zip(run.results, result.outputs, strict=True):
        assert (one.x, one.y) == (output.layer.bounds.x, output.layer.bounds.y)
        assert (unpacked(one.pixels) == output.layer.pixels).all()
        assert (unpacked(one.mask)[..., 0] == output.layer.mask).all()
        assert one.recipe.layer_name == f"Overpaint: moss ({one.seed})"


@pytest.mark.parametrize("endpoint", ["", "embedded"], ids=["by default", "by its name"])
def test_where_everything_is_selected_the_built_in_engine_is_not_even_asked(
    panel: Panel, photo: Array, endpoint: str
) -> None:
    panel.desk.ask_endpoints()
    until(panel, lambda: panel.desk.endpoints)
    everything = np.full(photo.shape[:2], 255, np.uint8)

    run = panel.generate(PictureCanvas(photo, everything), PanelSettings(endpoint=endpoint))
    panel.wait(run, SECONDS)
    but_one = everything.copy()
    but_one[0, 0] = 0
    other = panel.generate(PictureCanvas(photo, but_one), PanelSettings(endpoint=endpoint))
    panel.wait(other, SECONDS)

    assert run.trouble is not None
    assert (run.state, run.trouble.code, run.sent) == ("failed", "nothing_left", None)
    assert "expand the canvas" in run.trouble.next
    assert other.trouble is None or other.trouble.code != "nothing_left"


def test_nothing_blocks_while_the_worker_starts_and_paints(
    panel: Panel, large: Array, spot: Array
) -> None:
    run = panel.generate(PictureCanvas(large, spot), PanelSettings(seed=5))

    assert run.state == "waiting"
    until(panel, lambda: run.state == "running")
    until(panel, lambda: run.is_over)
    assert run.state == "done"
    assert run.elapsed == run.elapsed


def test_a_recipe_run_again_brings_the_same_pixels(panel: Panel, large: Array, spot: Array) -> None:
    canvas = PictureCanvas(large, spot)
    first = panel.wait(panel.generate(canvas, PanelSettings(prompt="moss")), SECONDS).results[0]

    recipe = Recipe.from_json(first.recipe.to_json())
    again = panel.wait(panel.generate(canvas, request=recipe.request()), SECONDS)

    assert again.results[0].pixels == first.pixels
    assert again.results[0].seed == first.seed


def test_several_runs_in_two_pictures_stay_apart(panel: Panel, large: Array, spot: Array) -> None:
    one = PictureCanvas(large, spot, document="one")
    other = PictureCanvas(255 - large, spot, document="other")

    runs = [panel.generate(canvas, PanelSettings(seed=3)) for canvas in (one, other, one)]
    for run in runs:
        panel.wait(run, SECONDS)

    assert [run.state for run in runs] == ["done"] * 3
    assert runs[0].results[0].pixels == runs[2].results[0].pixels
    assert runs[0].results[0].pixels != runs[1].results[0].pixels
    assert panel.runs_of("one") == [runs[0], runs[2]]


def test_an_expansion_says_where_the_original_lies(panel: Panel, large: Array) -> None:
    settings = PanelSettings(mode="expand", left=30, up=10, seed=1)

    run = panel.wait(panel.generate(PictureCanvas(large, None), settings), SECONDS)

    assert run.results[0].canvas == (730, 510)
    assert run.results[0].offset == (30, 10)
    assert run.results[0].grows_from((700, 500))


def test_a_preview_shows_what_would_be_sent_and_paints_nothing(
    panel: Panel, large: Array, spot: Array
) -> None:
    canvas = PictureCanvas(large, spot)

    preview = panel.wait(panel.preview_sent(canvas), SECONDS)

    assert preview.state == "done"
    assert preview.sent is not None
    assert preview.sent.image is not None
    assert preview.results == []
    assert panel.runs == []


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        (PanelSettings(), "nothing_selected"),
        (PanelSettings(mode="remove"), "nothing_selected"),
        (PanelSettings(mode="expand"), "nothing_to_expand"),
    ],
)
def test_what_can_not_be_asked_for_is_said_before_a_worker_is_started(
    large: Array, settings: PanelSettings, code: str
) -> None:
    def start() -> Session:
        raise AssertionError("there was nothing to start a worker for")

    panel = Panel(start=start)

    run = panel.generate(PictureCanvas(large, None), settings)

    assert run.state == "failed"
    assert run.trouble is not None
    assert run.trouble.code == code


def test_a_run_canceled_before_the_worker_is_there_never_begins(
    panel: Panel, large: Array, spot: Array
) -> None:
    canvas = PictureCanvas(large, spot)
    run = panel.generate(canvas)

    panel.cancel()

    other = panel.wait(panel.generate(canvas, PanelSettings(seed=2)), SECONDS)
    assert (run.state, run.charged) == ("canceled", "no")
    assert other.state == "done"
    assert len(canvas.asked) == 1


def test_a_run_canceled_while_it_paints_is_canceled(
    panel: Panel, large: Array, spot: Array
) -> None:
    run = panel.generate(PictureCanvas(large, spot), PanelSettings(num_outputs=8))
    until(panel, lambda: run.fraction)

    panel.cancel(run)
    panel.cancel(run)  # a second click changes nothing

    assert run.stage == "canceling"
    assert panel.wait(run, SECONDS).state == "canceled"
    assert run.charged == "no"


def test_a_picture_closed_before_it_was_read_fails_that_run_alone(
    panel: Panel, large: Array, spot: Array
) -> None:
    closed = panel.generate(PictureCanvas(large, spot, is_open=False))
    good = panel.generate(PictureCanvas(large, spot), PanelSettings(seed=2))

    panel.wait(closed, SECONDS)
    panel.wait(good, SECONDS)

    assert closed.trouble is not None
    assert closed.trouble.what == "The picture was closed."
    assert good.state == "done"


def test_a_canvas_that_breaks_fails_its_run_and_is_not_hidden(
    panel: Panel, large: Array, spot: Array
) -> None:
    class Broken(PictureCanvas):
        def read(self, *where: int) -> NoReturn:
            raise RuntimeError(f"a fault of the plug-in's at {where}")

    run = panel.generate(Broken(large, spot))

    with pytest.raises(RuntimeError, match="a fault of the plug-in's"):
        panel.wait(run, SECONDS)

    assert run.state == "failed"


def test_a_worker_that_dies_fails_what_runs_keeps_what_came_and_is_started_again(
    panel: Panel, large: Array, spot: Array
) -> None:
    canvas = PictureCanvas(large, spot)
    done = panel.wait(panel.generate(canvas, PanelSettings(seed=5)), SECONDS)
    dying = panel.generate(canvas, PanelSettings(num_outputs=8))
    until(panel, lambda: dying.state == "running")
    session = panel._connection.session
    assert session is not None

    os.kill(session.pid, signal.SIGKILL)
    panel.wait(dying, SECONDS)

    assert dying.trouble is not None
    assert dying.trouble.code == "worker_gone"
    assert "Finished results are kept" in dying.trouble.what
    assert panel.trouble == dying.trouble
    assert done.results[0].thumbnail(32).width == 32
    again = panel.wait(panel.generate(canvas, PanelSettings(seed=5)), SECONDS)
    assert again.results[0].pixels == done.results[0].pixels
    assert panel.trouble is None


def test_no_python_with_overpaint_fails_every_run_with_what_to_do(
    large: Array, spot: Array
) -> None:
    def start() -> Session:
        raise RuntimeMissingError("No Python with Overpaint in it was found.", "Tried: python3")

    panel = Panel(start=start)
    runs = [panel.generate(PictureCanvas(large, spot)) for _ in range(2)]
    preview = panel.preview_sent(PictureCanvas(large, spot))

    until(panel, lambda: all(run.is_over for run in (*runs, preview)))

    assert panel.trouble is not None
    assert panel.trouble.code == "runtime_missing"
    assert "Tried: python3" in panel.trouble.details


def test_endpoints_are_listed_and_what_may_cost_is_not_called_free(panel: Panel) -> None:
    assert panel.is_free("embedded")
    assert not panel.is_free()
    panel.desk.ask_endpoints()
    until(panel, lambda: panel.desk.endpoints)
    assert panel.is_free()

    panel.desk.add_endpoint("studio", "http://127.0.0.1:9/v1", version="m/n")
    until(panel, lambda: panel.desk.endpoint("studio"))
    panel.desk.use_endpoint("studio")
    until(panel, lambda: panel.desk.default == "studio")
    studio = panel.desk.endpoint()

    assert studio is not None
    assert (studio.base_url, studio.version) == ("http://127.0.0.1:9/v1", "m/n")
    assert not panel.is_free()
    assert not panel.is_free("studio")
    panel.test_endpoint("studio")
    until(panel, lambda: panel.desk.tested)
    assert panel.desk.tested is not None
    assert not panel.desk.tested.ok


def test_a_change_that_is_refused_says_why(panel: Panel) -> None:
    panel.desk.add_endpoint("not a name", "http://127.0.0.1:9/v1")

    until(panel, lambda: panel.desk.refusal)

    assert panel.desk.refusal is not None
    assert "not a name" in panel.desk.refusal.what


def test_the_doctor_answers(panel: Panel) -> None:
    panel.desk.doctor()

    until(panel, lambda: panel.desk.diagnosis)

    assert "Overpaint" in panel.desk.diagnosis


def test_closing_while_it_paints_ends_the_worker(
    runtime: Runtime, large: Array, spot: Array
) -> None:
    panel = Panel(runtime=runtime)
    run = panel.generate(PictureCanvas(large, spot), PanelSettings(num_outputs=8))
    until(panel, lambda: run.state == "running")
    session = panel._connection.session
    assert session is not None

    panel.close()

    assert run.state == "canceled"
    assert session.exit_code is not None
    assert not session.folder.exists()


def test_a_worker_rests_only_where_nobody_waits_for_anything_of_it(
    panel: Panel, large: Array, spot: Array
) -> None:
    run = panel.generate(PictureCanvas(large, spot))
    until(panel, lambda: run.state == "running")
    first = panel._connection.session
    assert first is not None

    panel.rest()
    panel.wait(run, SECONDS)
    assert run.state == "done"
    panel.rest()
    assert first.is_alive  # its result may still be wanted
    panel.discard(run.results[0])
    panel.rest()

    until(Panel(), lambda: first.exit_code is not None)
    panel.poll()
    assert not panel._connection.is_starting  # the discard was told before
    again = panel.wait(panel.generate(PictureCanvas(large, spot)), SECONDS)
    assert again.state == "done"


def test_an_order_that_waits_for_its_worker_is_not_forgotten_by_a_rest(panel: Panel) -> None:
    panel.desk.ask_endpoints()

    panel.rest()

    until(panel, lambda: panel.desk.endpoints)


def test_a_question_to_a_worker_that_has_died_meanwhile_does_not_raise(panel: Panel) -> None:
    panel.desk.ask_endpoints()
    until(panel, lambda: panel.desk.endpoints)
    session = panel._connection.session
    assert session is not None
    os.kill(session.pid, signal.SIGKILL)
    until(Panel(), lambda: session.exit_code is not None)

    panel.desk.ask_endpoints()

    until(panel, lambda: panel.trouble)
    assert panel.trouble is not None
    assert panel.trouble.code == "worker_gone"


DYING = """
import json, sys, pathlib
from overpaint_bridge.pixels import PixelWriter
folder = pathlib.Path(sys.argv[1])
writer = PixelWriter(folder / "to-host.pixels")
place = writer.write(b"abc", width=1, height=1, format="RGB8").__dict__
shown = writer.write(b"x", width=1, height=1, format="L8").__dict__
print(json.dumps({"type": "ready", "protocol": 1}), flush=True)
sys.stdin.readline(), sys.stdin.readline()
output = {"type": "output", "job": "job-1", "x": 0, "y": 0, "pixels": place, "mask": shown,
          "canvas_width": 1, "canvas_height": 1}
for index in range(3):
    print(json.dumps({**output, "index": index}), flush=True)
(folder / "to-host.pixels").unlink()
sys.exit(3)
"""


def test_what_came_before_the_workers_end_is_kept_although_its_file_is_gone(
    runtime: Runtime, large: Array, spot: Array
) -> None:
    panel = Panel(start=lambda: Session(runtime, arguments=("-c", DYING)))
    run = panel.generate(PictureCanvas(large, spot))
    until(panel, lambda: panel._connection.session)
    session = panel._connection.session
    assert session is not None
    until(Panel(), lambda: session.exit_code is not None)

    panel.wait(run, SECONDS)

    assert run.state == "failed"
    assert [result.pixels.data for result in run.results] == [b"abc"] * 3
