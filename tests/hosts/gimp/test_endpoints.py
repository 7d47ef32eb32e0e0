"""Overpaint's procedures against endpoints: what is sent, what an error says, who cancels."""

from __future__ import annotations

import contextlib
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
