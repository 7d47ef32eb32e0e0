"""Overpaint's procedures against endpoints: what is sent, what an error says, who cancels."""

from __future__ import annotations

import base64
import contextlib
import io
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fakes.recording import RecordingServer, Reply, recording

from .chroot import PYTHON
from .conftest import chroot, photo
from .program import Program, wait_for
from .studio import CREATE, SLOW

FILL = """
image = open_image(f"{FOLDER}/photo.png")
photo = image.get_layers()[0]
image.select_ellipse(Gimp.ChannelOps.REPLACE, 90, 70, 60, 44)
Gimp.Selection.feather(image, 9)
before = hashes(image)
said = call("plug-in-overpaint-fill", image, [photo], **given)
answer = dict(said=said, unchanged=hashes(image) == before)
"""
MODEL = "stability-ai/stable-diffusion-inpainting"
EXPAND = """
image = open_image(f"{FOLDER}/photo.png")
answer = call("plug-in-overpaint-expand", image, image.get_layers(), **given)
"""
ERRORS = {
    401: "key",
    402: "credit",
    422: "HTTP 422",
    429: "HTTP 429",
    500: "HTTP 500",
}
EVERYTHING = {
    "prompt": "a spoon",
    "negative_prompt": "a fork",
    "strength": 60,
    "seed": 4294967295.0,
    "num_outputs": 2,
    "steps": 31,
    "guidance_scale": 6.5,
    "scheduler": "DDIM",
}


@pytest.fixture
def studio() -> Iterator[RecordingServer]:
    """A hosted endpoint that answers by script."""
    with recording({}) as server:
        yield server


def fill(gimp: Program, studio: RecordingServer, **given: Any) -> dict[str, Any]:  # noqa: ANN401  arguments
    answer: dict[str, Any] = gimp.do(FILL, given={"endpoint": f"{studio.url}/v1", **given})
    return answer


def test_every_argument_reaches_the_endpoint(gimp: Program, studio: RecordingServer) -> None:
    studio.say({CREATE: Reply(422, {"detail": "not today", "status": 422})})

    fill(gimp, studio, **EVERYTHING)

    sent = studio.creates[0].json["input"]
    told = {
        "prompt": "a spoon",
        "negative_prompt": "a fork",
        "seed": 4294967295,
        "num_outputs": 2,
        "num_inference_steps": 31,
        "guidance_scale": 6.5,
        "scheduler": "DDIM",
    }
    assert {name: sent.get(name) for name in told} == told
    assert sent["image"].startswith("data:image/png")
    assert sent["mask"].startswith("data:image/png")


def test_the_model_and_any_further_field_reach_the_endpoint(
    gimp: Program, studio: RecordingServer
) -> None:
    studio.say({CREATE: Reply(422, {"detail": "not today", "status": 422})})

    answer = fill(gimp, studio, model=MODEL, extra='{"extra": {"tiles": 3}, "steps": 9}')

    assert studio.creates, answer
    sent = studio.creates[0].json
    assert f"/models/{MODEL}/" in studio.creates[0].path
    assert sent["input"]["tiles"] == 3
    assert sent["input"]["num_inference_steps"] == 9


def test_the_context_says_how_much_is_sent(gimp: Program, studio: RecordingServer) -> None:
    studio.say({CREATE: Reply(422, {"detail": "not today", "status": 422})})

    for context in ("8", "whole"):
        more = {"endpoint": f"{studio.url}/v1", "context": context}
        gimp.do(FILL.replace("image.select", "image.scale(1200, 1000)\nimage.select"), given=more)

    near, whole = (np.asarray(sent_picture(one.json["input"])) for one in studio.creates)
    photographed = np.asarray(Image.open(gimp.folder / "photo.png").convert("RGB"))
    # The first shows less of the photo, larger; the last, all of it.
    assert abs(float(whole.mean()) - float(photographed.mean())) < 8
    assert abs(float(near.mean()) - float(photographed.mean())) > 8


def test_an_expansion_asks_for_its_sides_and_a_removal_for_no_prompt(
    gimp: Program, studio: RecordingServer
) -> None:
    studio.say({CREATE: Reply(422, {"detail": "not today", "status": 422})})
    more = {"endpoint": f"{studio.url}/v1", "context": "whole"}

    gimp.do(EXPAND, given={**more, "left": 40, "up": 24, "prompt": "more wood"})
    fill(gimp, studio, mode="remove", prompt="a spoon")

    expanded, removed = (one.json["input"] for one in studio.creates)
    assert expanded["prompt"] == "more wood"
    # The grown canvas, or more of it where the model wants another shape; never less.
    assert sent_picture(expanded).width >= 240 + 40
    assert sent_picture(expanded).height >= 200 + 24
    assert not removed.get("prompt")


def sent_picture(given: dict[str, Any]) -> Image.Image:
    """The picture that reached the endpoint."""
    return Image.open(io.BytesIO(base64.b64decode(given["image"].partition(",")[2])))


@pytest.mark.parametrize("status", ERRORS)
def test_an_endpoints_refusal_is_a_sentence_and_changes_nothing(
    gimp: Program, studio: RecordingServer, status: int
) -> None:
    refusal = Reply(status, {"detail": "no", "status": status}, headers={"Retry-After": "1"})
    studio.say({CREATE: refusal})

    answer = fill(gimp, studio)

    assert answer["said"][0] == "execution-error"
    assert ERRORS[status] in answer["said"][1]
    assert answer["said"][1].endswith(".")
    assert answer["unchanged"]


def test_the_exported_picture_is_what_the_command_line_makes(each_gimp: Program) -> None:
    gimp = each_gimp
    answer = gimp.do(
        """
image = open_image(f"{FOLDER}/photo.png")
photo = image.get_layers()[0]
image.select_ellipse(Gimp.ChannelOps.REPLACE, 90, 70, 60, 44)
Gimp.Selection.feather(image, 9)
rectangle = Gegl.Rectangle.new(0, 0, image.get_width(), image.get_height())
selected = image.get_selection().get_buffer()
save("selection", bytes(selected.get(rectangle, 1.0, "Y u8", Gegl.AbyssPolicy.NONE)))
said = call("plug-in-overpaint-fill", image, [photo], seed=21.0)
save("pixels", raw(image.get_layers()[0]))
new = describe(image.get_layers()[0])
path = Gio.File.new_for_path(f"{FOLDER}/exported.png")
Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, path, None)
answer = dict(said=said, new=new, size=[image.get_width(), image.get_height()])
"""
    )
    width, height = answer["size"]
    selection = np.frombuffer((gimp.folder / "selection").read_bytes(), np.uint8)
    Image.fromarray(selection.reshape(height, width)).save(gimp.folder / "mask.png")

    folder = gimp.inside
    files = [f"{folder}/photo.png", f"{folder}/mask.png", "-o", f"{folder}/filled.png"]
    layer = ["--layer", f"{folder}/layer.png", "--seed", "21", "--force", "--endpoint", "embedded"]
    gimp.chroot.run([PYTHON, "-m", "overpaint", "fill", *files, *layer])

    exported = np.asarray(Image.open(gimp.folder / "exported.png").convert("RGB"))
    filled = np.asarray(Image.open(gimp.folder / "filled.png").convert("RGB"))
    np.testing.assert_array_equal(exported, filled)
    same_layer(gimp, answer["new"])


def same_layer(gimp: Program, new: dict[str, Any]) -> None:
    """The layer's own pixels are the command line's, wherever they show."""
    pixels = np.frombuffer((gimp.folder / "pixels").read_bytes(), np.uint8)
    pixels = pixels.reshape(new["height"], new["width"], 4)
    whole = np.asarray(Image.open(gimp.folder / "layer.png"))
    there = whole[new["y"] : new["y"] + new["height"], new["x"] : new["x"] + new["width"]]
    shows = there[..., 3] > 0
    assert shows.any()
    np.testing.assert_array_equal(pixels[shows][:, :3], there[shows][:, :3])


class Outlived(Program):
    """A GIMP that is not the last of its namespace: its worker has a moment after it."""

    @property
    def command(self) -> list[str]:
        return ["sh", "-c", '"$@"; sleep 120', "sh", *super().command]


def test_a_killed_gimp_stops_the_money_and_leaves_no_files(studio: RecordingServer) -> None:
    studio.say(SLOW)
    place = chroot("trixie")
    assert place is not None
    with Outlived(place, "killed") as gimp:
        photo(gimp.folder)
        painting = threading.Thread(target=fill_in_vain, args=(gimp, studio), daemon=True)
        painting.start()
        wait_for(lambda: studio.creates, 120, gimp.said)
        folder = Path(gimp.process("overpaint.worker")[1][-1])
        assert list(folder.iterdir())

        os.kill(gimp.process("gimp-console")[0], signal.SIGKILL)

        wait_for(lambda: studio.cancels, 60, "nothing was canceled")
        wait_for(lambda: not folder.exists(), 60, "the worker's files are still there")
        painting.join(60)


def test_a_killed_worker_is_told_of_in_a_sentence(gimp: Program, studio: RecordingServer) -> None:
    studio.say(SLOW)
    said: list[dict[str, Any]] = []
    painting = threading.Thread(target=lambda: said.append(fill(gimp, studio)), daemon=True)
    painting.start()
    wait_for(lambda: studio.creates, 120, gimp.said)

    os.kill(gimp.process("overpaint.worker")[0], signal.SIGKILL)

    painting.join(120)
    assert said[0]["said"][0] == "execution-error"
    assert "Finished results are kept" in said[0]["said"][1]
    assert said[0]["unchanged"]


def fill_in_vain(gimp: Program, studio: RecordingServer) -> None:
    with contextlib.suppress(AssertionError, OSError):
        fill(gimp, studio)
