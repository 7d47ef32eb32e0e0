"""GIMP with windows, killed while a run is paid for: nothing is paid twice, and nothing is lost."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.recording import RecordingServer, Reply, prediction

from .conftest import SETTINGS, chroot, photo
from .desktop import PATIENCE, Desktop
from .program import wait_for
from .studio import CREATE, GET, finish

CANCEL = "POST /v1/predictions/p1/cancel"
PAINTING = {
    CREATE: Reply(201, prediction("starting")),
    GET: Reply(200, prediction("processing")),
    # It was done just before it could be stopped.
    CANCEL: Reply(200, prediction("succeeded", output=["http://127.0.0.1:9/out.png"])),
}


class Outlived(Desktop):
    """A GIMP that is not the last of its namespace: its worker has a moment after it."""

    @property
    def command(self) -> list[str]:
        return ["sh", "-c", '"$@"; sleep 600', "sh", *super().command]


@pytest.fixture(scope="module")
def outlived(studio: RecordingServer) -> Iterator[Outlived]:
    place = chroot("trixie")
    assert place is not None
    desktop = Outlived(place, "outlived")
    desktop.keep("home/.config/overpaint/settings.toml", SETTINGS.format(url=studio.url))
    with desktop:
        photo(desktop.folder)
        yield desktop


@pytest.mark.parametrize("killed", ["GIMP", "GIMP and the worker"])
def test_what_was_paid_for_when_gimp_was_killed_is_recovered_after_a_restart(
    outlived: Outlived, studio: RecordingServer, killed: str
) -> None:
    desktop, prompt = outlived, f"a spoon, lost with {killed}"
    studio.say(PAINTING)
    studio.seen.clear()
    desktop.open()
    desktop.choose("Endpoint", "studio")
    desktop.write("text", "Prompt", prompt)
    desktop.click("button", "Generate")
    wait_for(lambda: studio.creates, PATIENCE, desktop.said)
    worker, arguments = desktop.process("overpaint.worker")
    folder = Path(arguments[-1])

    os.kill(desktop.process("gimp-3")[0], signal.SIGKILL)
    if killed == "GIMP":
        wait_for(lambda: studio.cancels, PATIENCE, "nobody canceled")
        wait_for(lambda: not folder.exists(), PATIENCE, "the worker's files are still there")
    else:
        os.kill(worker, signal.SIGKILL)
    wait_for(lambda: not desktop.processes("overpaint.worker"), PATIENCE, "the worker lives on")

    desktop.restart()
    finish(studio)
    desktop.open()
    assert desktop.read("text", "Prompt") == prompt
    desktop.menu("Recover Results…")
    desktop.wait_for_label("applied or discarded")
    desktop.click("button", f"Add as layer: {prompt}", window="Recover results")
    desktop.wait_until("answer = len(image.get_layers()) == 2")
    assert len(studio.creates) == 1
    desktop.click("button", "Close", window="Recover results")
