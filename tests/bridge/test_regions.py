"""The real worker, asking for the part of the canvas that it needs."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

import overpaint
from overpaint.results import Result
from overpaint_bridge.panel import CanvasGone
from overpaint_bridge.protocol import Canceled, Done, Failed, Needs, Output, Sent
from overpaint_bridge.session import Session

from .canvases import PictureCanvas, packed, unpacked

SECONDS = 60


def painted(image: NDArray[np.uint8], mask: NDArray[np.uint8] | None, **fields: object) -> Result:
    with overpaint.Client("embedded") as client:
        return client.inpaint(image, mask, **fields)  # type: ignore[arg-type]  # a test's own fields


def outputs(session: Session, canvas: PictureCanvas, request: dict[str, object]) -> list[Output]:
    job = session.run(request, canvas=canvas.extent, hole=canvas.hole)
    heard = session.wait(job, SECONDS, read=canvas.read)
    assert isinstance(heard[-1], Done), heard[-1]
    return [message for message in heard if isinstance(message, Output)]


def test_a_region_is_asked_for_and_gives_what_the_whole_picture_gives(
    session: Session, large: NDArray[np.uint8], spot: NDArray[np.uint8]
) -> None:
    canvas = PictureCanvas(large, spot)

    output = outputs(session, canvas, {"seed": 5})[0]

    layer = painted(large, spot, seed=5).outputs[0].layer
    assert canvas.asked == [tuple(layer.bounds)]
    assert layer.bounds.width < large.shape[1]
    assert (output.x, output.y) == (layer.bounds.x, layer.bounds.y)
    assert (output.canvas_width, output.canvas_height) == (700, 500)
    assert (unpacked(session.pixels(output.pixels)) == layer.pixels).all()
    assert (unpacked(session.pixels(output.mask))[..., 0] == layer.mask).all()


def test_an_expansion_reads_only_what_lies_at_the_side_that_grows(
    session: Session, large: NDArray[np.uint8]
) -> None:
    canvas = PictureCanvas(large, None)

    output = outputs(session, canvas, {"seed": 5, "left": 40, "context": 60})[0]

    layer = painted(large, None, seed=5, left=40, context=60).outputs[0].layer
    assert canvas.asked == [(0, 0, 120, 500)]
    assert (output.canvas_width, output.canvas_height) == (740, 500)
    assert (output.offset_x, output.offset_y) == (40, 0)
    assert (output.x, output.y) == (layer.bounds.x, layer.bounds.y)
    assert (unpacked(session.pixels(output.pixels)) == layer.pixels).all()


def test_a_selection_whose_bounds_were_said_too_large_is_planned_by_its_pixels(
    session: Session, large: NDArray[np.uint8], spot: NDArray[np.uint8]
) -> None:
    canvas = PictureCanvas(large, spot, hole=(300, 200, 300, 200))

    output = outputs(session, canvas, {"seed": 5})[0]

    layer = painted(large, spot, seed=5).outputs[0].layer
    assert len(canvas.asked) == 1
    assert (output.x, output.y) == (layer.bounds.x, layer.bounds.y)
    assert (unpacked(session.pixels(output.pixels)) == layer.pixels).all()


def test_what_is_sent_is_shown_and_a_dry_run_sends_nothing(
    session: Session, large: NDArray[np.uint8], spot: NDArray[np.uint8]
) -> None:
    canvas = PictureCanvas(large, spot)
    job = session.run({"prompt": "moss"}, canvas=canvas.extent, hole=canvas.hole, dry_run=True)

    heard = session.wait(job, SECONDS, read=canvas.read)

    kinds = [type(message) for message in heard]
    sent = next(message for message in heard if isinstance(message, Sent))
    x, y, width, height = canvas.asked[0]
    assert kinds[-2:] == [Sent, Done]
    assert Output not in kinds
    assert (sent.endpoint, sent.address) == ("embedded", "")
    assert sent.input["prompt"] == "moss"
    assert sent.input["image"].startswith("data:image/png;base64,…")
    assert len(str(sent.input)) < 1000
    assert (sent.x, sent.y, sent.width, sent.height) == (x, y, width, height)
    assert sent.image is not None
    assert sent.mask is not None
    here = slice(y, y + height), slice(x, x + width)
    assert (unpacked(session.pixels(sent.image)) == large[here]).all()
    assert (unpacked(session.pixels(sent.mask))[..., 0] == np.where(spot[here], 255, 0)).all()


@pytest.mark.parametrize("name", ["RGBA16", "BGRA16"])
def test_a_deep_layer_spreads_each_value_over_its_own_step(
    session: Session, large: NDArray[np.uint8], spot: NDArray[np.uint8], name: str
) -> None:
    canvas = PictureCanvas(large, spot)
    job = session.run({"seed": 5}, canvas=canvas.extent, hole=canvas.hole, layer_format=name)

    heard = session.wait(job, SECONDS, read=canvas.read)

    output = next(message for message in heard if isinstance(message, Output))
    shape = (output.pixels.height, output.pixels.width, 4)
    deep = np.frombuffer(session.pixels(output.pixels).data, np.uint16).reshape(shape)
    colors = deep[..., [2, 1, 0]] if name == "BGRA16" else deep[..., :3]
    flat = painted(large, spot, seed=5).outputs[0].layer.pixels
    assert output.pixels.format == name
    assert (deep[..., 3] == 65535).all()
    assert (np.rint(colors / 257) == flat).all()
    assert len(np.unique(colors[flat == 90])) > 100


def test_a_picture_that_was_closed_before_it_was_read_costs_nothing(
    session: Session, large: NDArray[np.uint8], spot: NDArray[np.uint8]
) -> None:
    canvas = PictureCanvas(large, spot, is_open=False)
    job = session.run({}, canvas=canvas.extent, hole=canvas.hole)

    with pytest.raises(CanvasGone):
        session.wait(job, SECONDS, read=canvas.read)

    assert session.wait(job, SECONDS)[-1] == Canceled(job, "no")


@pytest.mark.parametrize(
    ("canvas", "hole", "said"),
    [
        (None, None, "with its pixels, or with the canvas's size"),
        ((0, 10), (0, 0, 5, 5), "the canvas's size"),
        ((700, 500), None, "Nothing is selected"),
        ((700, 500), (900, 900, 5, 5), "nothing to paint"),
    ],
)
def test_a_canvas_that_can_be_none_is_refused_in_words(
    session: Session,
    canvas: tuple[int, int] | None,
    hole: tuple[int, int, int, int] | None,
    said: str,
) -> None:
    failed = session.wait(session.run({}, canvas=canvas, hole=hole), SECONDS)[-1]

    assert isinstance(failed, Failed)
    assert said in failed.message


def test_pixels_of_another_size_are_refused(
    session: Session, large: NDArray[np.uint8], spot: NDArray[np.uint8]
) -> None:
    job = session.run({}, canvas=(700, 500), hole=(415, 300, 55, 40))

    failed = session.wait(
        job, SECONDS, read=lambda *_: (packed(large, "RGB8"), packed(spot, "L8"))
    )[-1]

    assert isinstance(failed, Failed)
    assert "700 × 500 came" in failed.message


def test_an_empty_selection_is_refused(session: Session, large: NDArray[np.uint8]) -> None:
    nothing = np.zeros(large.shape[:2], np.uint8)
    canvas = PictureCanvas(large, nothing, hole=(10, 10, 20, 20))
    job = session.run({}, canvas=canvas.extent, hole=canvas.hole)

    failed = session.wait(job, SECONDS, read=canvas.read)[-1]

    assert isinstance(failed, Failed)
    assert "empty" in failed.message


def test_pixels_that_nobody_asked_for_are_ignored(
    session: Session, large: NDArray[np.uint8], spot: NDArray[np.uint8]
) -> None:
    session.send_pixels("job-9", packed(large, "RGB8"))
    canvas = PictureCanvas(large, spot)

    assert outputs(session, canvas, {"seed": 1})


def test_a_job_waiting_for_its_pixels_can_be_canceled(session: Session) -> None:
    job = session.run({}, canvas=(700, 500), hole=(415, 300, 55, 40))
    while not any(isinstance(message, Needs) for message in session.poll()):
        pass

    session.cancel(job)

    assert session.wait(job, SECONDS)[-1] == Canceled(job, "no")
