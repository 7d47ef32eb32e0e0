"""A panel over the real worker and an endpoint that costs money, which records every request."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from fakes.recording import RecordingServer, Reply
from fakes.studio import Studio
from overpaint.encoding import data_uri, encode_png
from overpaint_bridge import wording
from overpaint_bridge.panel import Panel
from overpaint_bridge.runs import PanelRun
from overpaint_bridge.settings import PanelSettings

from .canvases import PictureCanvas

SECONDS = 60
Array = NDArray[np.uint8]
BASE = "/replicate/v1"
STARTING: dict[str, object] = {"id": "p1", "status": "starting", "input": {}, "output": None}
CREATE = f"POST {BASE}/(predictions|models/.*)"
STOPPED = Reply(200, {**STARTING, "status": "canceled"})


@pytest.fixture
def studio(monkeypatch: pytest.MonkeyPatch) -> Iterator[RecordingServer]:
    """An endpoint whose model never comes to an end by itself."""
    script = {
        CREATE: Reply(201, STARTING),
        f"GET {BASE}/predictions/p1": Reply(200, STARTING),
        f"POST {BASE}/predictions/p1/cancel": STOPPED,
    }
    with RecordingServer(script) as server:
        monkeypatch.setenv("OVERPAINT_ENDPOINT", f"{server.url}{BASE}")
        monkeypatch.setenv("OVERPAINT_API_TOKEN", "secret-key")
        yield server


def waiting(panel: Panel, studio: RecordingServer, large: Array, spot: Array) -> PanelRun:
    """A run that the endpoint has begun."""
    run = panel.generate(PictureCanvas(large, spot), PanelSettings(prompt="moss"))
    poll(panel, studio, 1)
    while run.sent is None or (not run.fraction and run.stage != "waiting for the model"):
        panel.poll()
        time.sleep(0.01)
    return run


def poll(panel: Panel, studio: RecordingServer, creates: int) -> None:
    end = time.monotonic() + SECONDS
    while len(studio.creates) < creates:
        assert time.monotonic() < end, studio.lines
        panel.poll()
        time.sleep(0.01)


def test_a_canceled_run_is_canceled_at_the_endpoint_and_may_have_cost(
    panel: Panel, studio: RecordingServer, large: Array, spot: Array
) -> None:
    run = waiting(panel, studio, large, spot)

    panel.cancel(run)
    panel.wait(run, SECONDS)

    assert (run.state, run.charged) == ("canceled", "maybe")
    assert len(studio.cancels) == 1
    assert len(studio.creates) == 1


@pytest.mark.parametrize(("status", "charged"), [(401, "no"), (502, "maybe")])
def test_a_run_canceled_as_the_endpoint_answers_costs_nothing_only_where_that_is_sure(
    panel: Panel, studio: RecordingServer, large: Array, spot: Array, status: int, charged: str
) -> None:
    studio.say({CREATE: Reply(status, {"title": "no", "status": status}, stall=1.0)})
    run = panel.generate(PictureCanvas(large, spot), PanelSettings(prompt="moss"))
    poll(panel, studio, 1)

    panel.cancel(run)
    panel.wait(run, SECONDS)

    assert (run.state, run.charged) == ("canceled", charged)


def test_closing_the_panel_cancels_at_the_endpoint(
    panel: Panel, studio: RecordingServer, large: Array, spot: Array
) -> None:
    waiting(panel, studio, large, spot)

    panel.close()

    assert len(studio.cancels) == 1


def test_what_is_sent_is_the_region_alone_and_is_shown_with_its_address(
    panel: Panel, studio: RecordingServer, large: Array, spot: Array
) -> None:
    run = waiting(panel, studio, large, spot)

    assert run.sent is not None
    assert run.sent.address == f"127.0.0.1:{studio.port}"
    assert run.sent.image is not None
    pixels = np.frombuffer(run.sent.image.data, np.uint8)
    sent = pixels.reshape(run.sent.sent_height, run.sent.sent_width, 3)
    assert studio.creates[0].json["input"]["image"] == data_uri(encode_png(sent))
    assert studio.creates[0].key == "Bearer secret-key"


def test_a_preview_creates_nothing(
    panel: Panel, studio: RecordingServer, large: Array, spot: Array
) -> None:
    preview = panel.wait(panel.preview_sent(PictureCanvas(large, spot)), SECONDS)

    assert preview.sent is not None
    assert studio.creates == []


def test_a_refused_key_is_told_with_what_to_do_and_never_shown(
    panel: Panel, studio: RecordingServer, large: Array, spot: Array
) -> None:
    studio.say({CREATE: Reply(401, {"title": "Unauthenticated", "status": 401})})

    run = panel.wait(panel.generate(PictureCanvas(large, spot)), SECONDS)

    assert run.trouble is not None
    assert run.trouble.code == "authentication"
    assert run.trouble.next
    assert "secret-key" not in run.trouble.text


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize("is_created", [False, True])
def test_that_nothing_was_charged_is_said_only_where_it_is_known(
    panel: Panel, studio: RecordingServer, large: Array, spot: Array, *, is_created: bool
) -> None:
    wording.use_language(["de"])
    refusal = Reply(401, {"title": "Unauthenticated", "status": 401})
    created = Reply(201, STARTING) if is_created else refusal
    studio.say({CREATE: created, f"GET {BASE}/predictions/p1": refusal})

    run = panel.wait(panel.generate(PictureCanvas(large, spot)), SECONDS)

    assert run.trouble is not None
    assert run.trouble.code == "authentication"
    assert ("nichts berechnet" in run.trouble.what) is not is_created


def test_a_worker_killed_while_it_waits_leaves_the_panel_alive(
    panel: Panel, studio: RecordingServer, large: Array, spot: Array
) -> None:
    run = waiting(panel, studio, large, spot)
    session = panel._connection.session
    assert session is not None

    os.kill(session.pid, signal.SIGKILL)
    panel.wait(run, SECONDS)

    assert run.trouble is not None
    assert run.trouble.code == "worker_gone"
    assert len(studio.creates) == 1


def test_a_run_canceled_while_its_picture_is_fetched_may_have_cost(
    panel: Panel, large: Array, spot: Array, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Studio() as done:
        monkeypatch.setenv("OVERPAINT_ENDPOINT", f"{done.url}/v1")
        monkeypatch.setenv("OVERPAINT_API_TOKEN", "secret-key")
        done.hold("fetch")
        run = panel.generate(PictureCanvas(large, spot), PanelSettings(prompt="moss"))
        end = time.monotonic() + SECONDS
        while not done.reached("fetch", 0.01):
            assert time.monotonic() < end, run
            panel.poll()
        panel.cancel(run)
        panel.wait(run, SECONDS)
        done.let_go()

    assert (run.state, run.charged) == ("canceled", "maybe")
    assert done.only().status == "succeeded"
