"""What the docker's tests do again and again, and the endpoint they paint by."""

from __future__ import annotations

import base64
import contextlib
import time
from collections.abc import Callable, Iterator

from fakes.recording import RecordingServer, Reply, prediction, recording

from .program import Program

__all__ = [
    "INPAINTING",
    "NAMES",
    "RUNS",
    "SHOWN",
    "SLOW",
    "begin",
    "click_thumbnail",
    "finished",
    "generate",
    "open_another",
    "running",
    "settle",
    "use",
    "wait_for",
]

SHOWN = "docker().painting.shown(app.activeDocument()) is not None"
RUNS = "docker().painting.panel.runs"
NAMES = "[node.name() for node in every_node(d) if not node.type().endswith('mask')]"
# Stable Diffusion inpainting.
INPAINTING = "95b7223104132402a9ae91cc677285bc5eb997834bd2349fa486f53910fd68b3"
CREATE = r"POST /v1/predictions"
GET = r"GET /v1/predictions/p1"
CANCEL = r"POST /v1/predictions/p1/cancel"
SLOW = {
    CREATE: Reply(201, prediction("starting")),
    GET: Reply(200, prediction("processing")),
    CANCEL: Reply(200, prediction("canceled")),
}
PATIENCE = 120


def begin(docker: Program) -> None:
    """Press the button, and wait until there is a run of it."""
    count = docker.get(f"len({RUNS})")
    docker.click("board().running.generate")
    docker.wait(f"len({RUNS}) > count", count=count)


def generate(docker: Program) -> None:
    """Press the button, and wait until the first result is in the picture."""
    begin(docker)
    docker.wait(f"{RUNS}[-1].is_over")
    ended = docker.get(f"[{RUNS}[-1].state, {RUNS}[-1].trouble.text if {RUNS}[-1].trouble else '']")
    assert ended == ["done", ""], ended
    docker.wait(SHOWN)


def click_thumbnail(docker: Program, number: int, button: int = 1) -> None:
    """Press the real pointer's button over a result, once the list has come to rest."""
    docker.wait("thumbnail_stays_put(number)", number=number)
    docker.do("click_at(thumbnail_place(number), button)", number=number, button=button)


def settle(docker: Program) -> None:
    """Let Krita, and the docker, bring what they show up to date.

    Krita crashes where a picture is closed before its list of layers knows of their last change.
    """
    docker.do("[each.waitForDone() for each in app.documents()]; beats = docker()._beats")
    docker.wait("docker()._beats > beats + 12")


def use(docker: Program, server: RecordingServer) -> None:
    """Paint by an endpoint that answers as it is told."""
    docker.do(
        'docker().painting.panel.desk.add_endpoint("studio", url, version=version)',
        url=f"{server.url}/v1",
        version=INPAINTING,
    )
    docker.wait('board().form.heading.endpoint.findData("studio") >= 0')
    docker.do('board().form.load(PanelSettings(endpoint="studio", prompt="a boat"))')
    docker.do("choose_endpoint('studio')")


@contextlib.contextmanager
def running(docker: Program) -> Iterator[RecordingServer]:
    """Press the button, and go on while the endpoint is at it; it ends when it is told to."""
    with recording(SLOW) as server:
        use(docker, server)
        docker.click("board().running.generate")
        wait_for(lambda: bool(server.creates))
        yield server


def open_another(docker: Program) -> None:
    """Open a second picture, `e`, which is then in front."""
    docker.do("e = make(200, 160); view(e)")
    docker.wait("app.activeDocument() == e and e.activeNode() is not None")


def finished(server: RecordingServer) -> dict[str, Reply]:
    """What the endpoint says when the prediction has succeeded, with the picture that was sent."""
    sent = server.creates[0].json["input"]["image"].partition(",")[2]
    picture = Reply(200, base64.b64decode(sent), headers={"Content-Type": "image/png"})
    done = Reply(200, prediction("succeeded", output=[f"{server.url}/out.png"]))
    return {GET: done, CANCEL: done, r"GET /out.png": picture}


def wait_for(condition: Callable[[], object]) -> None:
    """Wait for what is seen from outside."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)
