"""Both clients against a real server: what is sent, what is not sent twice, what is canceled."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import email.utils
import io
import json
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fakes.clients import COLOURS, INPUT, SHORT, UNHURRIED, VERSION, endpoint
from fakes.keys import KEY
from fakes.recording import RecordingServer, Reply, Script, prediction, recording
from overpaint import AsyncClient, Client, Endpoint, Patience, Progress
from overpaint.errors import (
    AnswerTimeoutError,
    ConfigurationError,
    InputError,
    PredictionTimeoutError,
    ServerError,
)

BOTH = pytest.mark.parametrize("colour", COLOURS)
CREATE = "POST /v1/predictions"
LIST = "GET /v1/predictions"
GET = "GET /v1/predictions/p1"
CANCEL = "POST /v1/predictions/p1/cancel"
STARTED = Reply(201, prediction("starting"))
RUNNING = Reply(200, prediction("processing"))
DONE = Reply(200, prediction())
CANCELED = Reply(200, prediction("canceled"))
# Patient enough for a machine that is busy with other tests.
CALM = replace(SHORT, deadline=30.0, answer=10.0, longest_answer=20.0, outage=5.0)

PAGE_EXAMPLE: dict[str, Any] = {
    "version": VERSION,
    "input": {
        "mask": "https://replicate.delivery/pbxt/HtGQBqO9M/mask.png",
        "image": "https://replicate.delivery/pbxt/HtGQBfA5T/overture.png",
        "width": 512,
        "height": 512,
        "prompt": "Face of a yellow cat, high resolution, sitting on a park bench",
        "scheduler": "DPMSolverMultistep",
        "num_outputs": 1,
        "guidance_scale": 7.5,
        "num_inference_steps": 25,
    },
}
FLAT: dict[str, Any] = {
    "seed": 3,
    "image": "https://example.com/a.png",
    "steps": 20,
    "prompt": "a cat",
    "cfg_scale": 7,
    "scheduler": "DDIM",
    "sampler_name": "Euler a",
    "negative_prompt": "blur",
    "denoising_strength": 0.75,
    "outpaint_direction": "both",
    "overlay_original_img": True,
}


def created(server: RecordingServer, **fields: Any) -> dict[str, Any]:  # noqa: ANN401  any body field
    """What a create with these arguments sends."""
    server.say({CREATE: STARTED})
    place = endpoint(f"{server.url}/v1", flat_fields=fields.pop("flat", False))
    with Client(place, patience=SHORT) as client:
        client.create_prediction(**fields)
    return dict(server.creates[-1].json)


def listed(times: int = 1, **fields: Any) -> Reply:  # noqa: ANN401  wire values
    """A page of predictions with one or more that ask for what the tests ask for."""
    now = email.utils.formatdate(usegmt=True)
    asked = {"input": INPUT, "version": VERSION, "created_at": iso(time.time())} | fields
    page = [prediction("processing", **{"id": f"p{one + 1}"} | asked) for one in range(times)]
    return Reply(200, {"results": page}, headers={"Date": now})


def iso(moment: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.123456789Z", time.gmtime(moment))


def painted(size: tuple[int, int] = (512, 512)) -> str:
    """A model's answer as a data URI."""
    content = io.BytesIO()
    Image.new("RGB", size, "navy").save(content, "PNG")
    return "data:image/png;base64," + base64.b64encode(content.getvalue()).decode()


PICTURE = np.full((600, 700, 3), 90, np.uint8)
MASK = np.zeros((600, 700), np.uint8)
MASK[200:300, 250:400] = 255


# What is sent


def test_the_pages_example_is_created_in_one_call() -> None:
    with recording({}) as server:
        body = created(server, **PAGE_EXAMPLE)

        assert body == PAGE_EXAMPLE
        assert len(server.seen) == 1


def test_all_thirteen_fields_of_the_page_are_accepted_and_only_two_go_at_top_level() -> None:
    with recording({}) as server:
        body = created(server, version=VERSION, input={"mask": "https://example.com/m.png"}, **FLAT)

        assert body.keys() == {"version", "input"}
        assert body["input"] == {
            "mask": "https://example.com/m.png",
            "image": "https://example.com/a.png",
            "seed": 3,
            "prompt": "a cat",
            "negative_prompt": "blur",
            "num_inference_steps": 20,
            "guidance_scale": 7,
            "scheduler": "DDIM",
        }


def test_realisticoutpainter_reads_every_flat_field() -> None:
    with recording({}) as server:
        flat = FLAT | {"scheduler": "Karras"}

        body = created(
            server, version=f"wolverinn/realisticoutpainter:{'e68b0ec0' * 8}", input={}, **flat
        )

        assert body["input"] == flat


def test_what_input_names_wins_over_a_flat_field() -> None:
    with recording({}) as server:
        body = created(
            server, version=VERSION, input={"prompt": "inner", "image": "x"}, prompt="flat"
        )

        assert body["input"]["prompt"] == "inner"


def test_a_gateway_that_insists_gets_the_flat_fields_as_well() -> None:
    with recording({}) as server:
        body = created(server, flat=True, **PAGE_EXAMPLE)

        assert body["version"] == VERSION
        assert body["input"] == PAGE_EXAMPLE["input"]
        assert body["steps"] == 25
        assert isinstance(body["cfg_scale"], int)
        assert body.keys() == {"version", "input", *FLAT}


def test_a_flat_value_that_can_not_be_is_refused_before_anything_is_sent() -> None:
    with recording({}) as server:
        with pytest.raises(InputError, match="scheduler"):
            created(server, version=VERSION, input={}, scheduler="Karras")

        assert server.seen == []


def test_webhooks_stay_at_top_level_and_nulls_are_left_out() -> None:
    with recording({}) as server:
        body = created(
            server, version=VERSION, input={"seed": None, "a": 1}, webhook="https://example.com"
        )

        assert body == {"version": VERSION, "input": {"a": 1}, "webhook": "https://example.com"}


@BOTH
def test_a_model_without_a_version_runs_by_its_own_path(colour: str) -> None:
    path = "/v1/models/black-forest-labs/flux-fill-pro/predictions"
    with recording({f"POST {path}": STARTED}) as server:
        with Client(endpoint(f"{server.url}/v1"), patience=SHORT) as client:
            client.create_prediction(version="black-forest-labs/flux-fill-pro", input={"a": 1})

        assert [(seen.path, seen.json) for seen in server.seen] == [(path, {"input": {"a": 1}})]
        assert colour


@BOTH
@pytest.mark.parametrize("value", [float("nan"), {1, 2}, b"bytes", "half \ud800", {"x": object()}])
def test_a_value_that_can_not_be_sent_is_refused_by_its_name(colour: str, value: Any) -> None:  # noqa: ANN401  what JSON can't say
    def blocking(place: Endpoint) -> None:
        with Client(place, patience=SHORT) as client:
            client.create_prediction(version=VERSION, input={"scale": value})

    async def awaiting(place: Endpoint) -> None:
        async with AsyncClient(place, patience=SHORT) as client:
            await client.create_prediction(version=VERSION, input={"scale": value})

    with recording({CREATE: STARTED}) as server:
        place = endpoint(f"{server.url}/v1")
        with pytest.raises(InputError, match="`scale` can't be sent") as caught:
            blocking(place) if colour == "blocking" else asyncio.run(awaiting(place))

        assert caught.value.field == "scale"
        assert server.seen == []


@pytest.mark.parametrize(
    ("version", "path"),
    [
        ("some/bo dy?x=1#y", "/v1/models/some/bo%20dy%3Fx%3D1%23y/predictions"),
        ("../predictions", "/v1/predictions"),
        ("../predictions/p1/cancel?", "/v1/predictions"),
        ("a/../../files", "/v1/predictions"),
    ],
)
def test_a_version_does_not_choose_another_address(version: str, path: str) -> None:
    with recording({"POST .*": STARTED}) as server:
        with Client(endpoint(f"{server.url}/v1"), patience=SHORT) as client:
            client.create_prediction(version=version, input={"a": 1})

        assert [seen.path for seen in server.seen] == [path]


def test_a_version_does_not_choose_another_address_when_its_schema_is_read() -> None:
    with recording({".*": Reply(404, {"detail": "none"})}) as server:
        for version in ("../account/x", "some/..", "some/body:../../../account"):
            with (
                Client(endpoint(f"{server.url}/v1"), patience=SHORT) as client,
                pytest.raises(ConfigurationError, match="Nothing is known"),
            ):
                client.inpaint(PICTURE, MASK, version=version)

        assert [seen.path for seen in server.seen] == [
            "/v1/models/some/body/versions/..%2F..%2F..%2Faccount"
        ]


def test_a_model_that_has_no_path_of_its_own_runs_by_its_latest_version() -> None:
    about = Reply(200, {"latest_version": {"id": "f00d"}})
    with recording({"GET /v1/models/some/body": about, CREATE: STARTED}) as server:
        with Client(endpoint(f"{server.url}/v1"), patience=SHORT) as client:
            client.create_prediction(version="some/body", input={"a": 1})

        assert server.creates[-1].json == {"version": "f00d", "input": {"a": 1}}


@pytest.mark.parametrize(
    ("asked", "header"), [(0, None), (5, "wait=5"), (60, "wait=60"), (99, "wait=60")]
)
def test_the_endpoint_is_asked_to_hold_its_answer_as_long_as_it_may(
    asked: int, header: str | None
) -> None:
    with recording({CREATE: DONE}) as server:
        with Client(endpoint(f"{server.url}/v1"), patience=Patience()) as client:
            client.create_prediction(version=VERSION, input=INPUT, prefer_wait=asked)

        assert server.creates[0].headers.get("prefer") == header


def test_a_held_answer_that_ended_in_processing_is_waited_for() -> None:
    with recording({CREATE: RUNNING, GET: [RUNNING, DONE]}) as server:
        with Client(endpoint(f"{server.url}/v1"), patience=SHORT) as client:
            ended = client.wait(
                client.create_prediction(version=VERSION, input=INPUT, prefer_wait=1)
            )

        assert ended.status == "succeeded"


@pytest.mark.parametrize(
    "listener", [None, lambda _progress: None], ids=["nobody listens", "somebody listens"]
)
def test_an_answer_is_held_only_where_nobody_listens_to_progress(
    listener: Callable[[Progress], None] | None,
) -> None:
    with recording({CREATE: Reply(200, prediction(output=[painted()]))}) as server:
        place = endpoint(f"{server.url}/v1", prefer_wait=30)
        with Client(place, patience=Patience()) as client:
            client.inpaint(PICTURE, MASK, version=VERSION, on_progress=listener)

        assert ("prefer" in server.creates[0].headers) == (listener is None)


def test_only_replicate_is_known_to_hold_answers_and_to_take_a_deadline() -> None:
    gateway = Endpoint("g", "https://gateway.example/replicate/v1")
    replicate = Endpoint("r", "https://api.replicate.com/v1")

    assert (gateway.held_seconds, gateway.is_replicate) == (0, False)
    assert (replicate.held_seconds, replicate.is_replicate) == (60, True)


# Money


@BOTH
@pytest.mark.parametrize("reply", [Reply(429, {"retry_after": 0}), Reply(409, {"detail": "busy"})])
def test_a_create_is_sent_again_where_nothing_was_created(colour: str, reply: Reply) -> None:
    with recording({CREATE: [reply, reply, DONE]}) as server:
        COLOURS[colour](endpoint(f"{server.url}/v1"), "run", UNHURRIED)

        assert len(server.creates) == 3


@BOTH
@pytest.mark.parametrize(
    "lost",
    [
        Reply(hang_up=True),
        Reply(201, '{"id": "p1", "st', announce=500),
        Reply(201, '{"id": "p1", "sta'),
        Reply(504, "<title>gateway timeout</title>"),
        Reply(200, {}),
        Reply(200, b"", announce=2**40),
    ],
    ids=["hung up", "cut off", "half", "gateway", "empty", "huge"],
)
def test_a_create_without_an_answer_is_found_in_the_endpoints_list(
    colour: str, lost: Reply
) -> None:
    with recording({CREATE: lost, LIST: listed(), GET: DONE}) as server:
        COLOURS[colour](endpoint(f"{server.url}/v1"), "run")

        assert len(server.creates) == 1
        assert server.lines[-1] == GET


@BOTH
@pytest.mark.parametrize(
    "other",
    [
        listed(input=INPUT | {"prompt": "somebody else's"}),
        listed(version="0" * 64),
        listed(created_at=iso(time.time() - 3600)),
        listed(times=2),
        Reply(404),
        Reply(200, "<html>"),
    ],
    ids=["another prompt", "another version", "an hour ago", "two alike", "no list", "a page"],
)
def test_nobody_elses_prediction_is_taken_for_the_lost_one(colour: str, other: Reply) -> None:
    with recording({CREATE: Reply(hang_up=True), LIST: other}) as server:
        with pytest.raises(AnswerTimeoutError):
            COLOURS[colour](endpoint(f"{server.url}/v1"), "run")

        assert len(server.creates) == 1
        assert server.cancels == []


@pytest.mark.parametrize(
    ("kept", "is_ours"), [(b"\0\0\0", True), (b"somebody else's", False), (None, False)]
)
def test_a_picture_the_endpoint_put_into_its_own_files_is_compared_with_ours(
    kept: bytes | None, *, is_ours: bool
) -> None:
    with recording({}) as server:
        filed = {name: f"{server.url}/{name}" for name in ("image", "mask")} | {"prompt": "a bench"}
        lost = {CREATE: Reply(502), LIST: listed(input=filed), GET: DONE}
        files = {"GET /mask": Reply(200, b"\x04\x10A"), "GET /image": Reply(404)}
        if kept is not None:
            files["GET /image"] = Reply(200, kept)
        server.say(lost | files)
        with contextlib.nullcontext() if is_ours else pytest.raises(ServerError):
            COLOURS["blocking"](endpoint(f"{server.url}/v1"), "run")

        assert (GET in server.lines) == is_ours
        assert [seen for seen in server.seen if seen.path == "/image"]
        assert [seen.key for seen in server.seen if seen.path == "/image" and seen.key] == []
        assert server.cancels == []


def test_a_clients_own_earlier_run_is_not_taken_for_the_lost_one() -> None:
    with recording({CREATE: [DONE, Reply(500)], LIST: listed()}) as server:
        with Client(endpoint(f"{server.url}/v1"), patience=SHORT) as client:
            client.create_prediction(version=VERSION, input=INPUT)
            with pytest.raises(ServerError):
                client.create_prediction(version=VERSION, input=INPUT)

        assert len(server.creates) == 2


@BOTH
@pytest.mark.parametrize("fault", [Reply(500), Reply(429), Reply(hang_up=True), Reply(504)])
def test_a_poll_that_fails_is_repeated(colour: str, fault: Reply) -> None:
    with recording({CREATE: STARTED, GET: [fault, fault, DONE]}) as server:
        COLOURS[colour](endpoint(f"{server.url}/v1"), "run", CALM)

        assert server.lines == [CREATE, GET, GET, GET]


@BOTH
def test_addresses_are_built_from_the_base_and_never_from_what_the_answer_says(colour: str) -> None:
    with recording({}) as other:
        urls = {"get": f"{other.url}/v1/predictions/p1", "cancel": f"{other.url}/x"}
        script = {
            CREATE: Reply(201, prediction("starting", urls=urls)),
            GET: Reply(200, prediction("processing", urls=urls)),
        }
        with recording(script) as server, pytest.raises(PredictionTimeoutError):
            COLOURS[colour](endpoint(f"{server.url}/v1"), "run")

        assert len(server.cancels) == 1
        assert other.seen == []


def test_an_id_stays_inside_its_path() -> None:
    script = {CREATE: Reply(201, prediction("starting", id="../account?x=1")), ".*": DONE}
    with recording(script) as server:
        COLOURS["blocking"](endpoint(f"{server.url}/v1"), "run")

        assert server.seen[1].path == "/v1/predictions/..%2Faccount%3Fx%3D1"


def test_a_run_that_ends_while_it_is_given_up_is_not_lost() -> None:
    script = {CREATE: STARTED, GET: RUNNING, CANCEL: DONE}
    with recording(script) as server:
        outputs = COLOURS["blocking"](
            endpoint(f"{server.url}/v1"), "run", replace(SHORT, deadline=0.05)
        )

        assert outputs == []


# Interruptions


def interrupt() -> None:
    """Press Ctrl-C: the main thread gets the signal a terminal sends."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    else:
        os.kill(os.getpid(), signal.SIGINT)


def interrupted(server: RecordingServer, patience: Patience = CALM) -> list[str]:
    """Run until Ctrl-C arrives, and return what the interruption says."""
    with pytest.raises(KeyboardInterrupt) as caught:
        COLOURS["blocking"](endpoint(f"{server.url}/v1"), "run", patience)
    return list(getattr(caught.value, "__notes__", ()))


def test_ctrl_c_while_waiting_cancels_at_the_endpoint() -> None:
    polled = Reply(200, prediction("processing"), meanwhile=interrupt)
    with recording({CREATE: STARTED, GET: polled, CANCEL: CANCELED}) as server:
        notes = interrupted(server)

        assert len(server.cancels) == 1
        assert notes == ["The prediction p1 was canceled."]


def test_ctrl_c_during_the_create_still_hears_the_id_and_cancels() -> None:
    create = Reply(201, prediction("starting"), meanwhile=interrupt, stall=0.2)
    with recording({CREATE: create, CANCEL: CANCELED}) as server:
        notes = interrupted(server)

        assert len(server.creates) == len(server.cancels) == 1
        assert notes == ["The prediction p1 was canceled."]


def test_ctrl_c_during_a_create_that_brings_no_answer_finds_it_in_the_list() -> None:
    create = Reply(hang_up=True, meanwhile=interrupt, stall=0.4)  # the signal comes well before
    with recording({CREATE: create, LIST: listed(), CANCEL: CANCELED}) as server:
        notes = interrupted(server)

        assert len(server.cancels) == 1
        assert notes == ["The prediction p1 was canceled."]


def test_ctrl_c_where_nothing_tells_what_was_created_says_so() -> None:
    create = Reply(hang_up=True, meanwhile=interrupt, stall=0.4)  # the signal comes well before
    with recording({CREATE: create}) as server:
        notes = interrupted(server)

        assert server.cancels == []
        assert "may have been created" in notes[0]


def test_ctrl_c_during_a_create_that_is_refused_has_nothing_to_cancel() -> None:
    create = Reply(422, {"detail": "no"}, meanwhile=interrupt, stall=0.1)
    with recording({CREATE: create}) as server:
        notes = interrupted(server)

        assert server.lines == [CREATE]
        assert notes == []


@pytest.mark.parametrize("status", [500, 502, 504, 524, 302])
def test_ctrl_c_during_a_create_that_a_gateway_answers_finds_it_in_the_list(status: int) -> None:
    create = Reply(status, "Bad Gateway", meanwhile=interrupt, stall=0.2)
    with recording({CREATE: create, LIST: listed(), CANCEL: CANCELED}) as server:
        notes = interrupted(server)

        assert len(server.creates) == len(server.cancels) == 1
        assert notes == ["The prediction p1 was canceled."]


def test_ctrl_c_during_a_create_that_a_gateway_answers_does_not_deny_it() -> None:
    create = Reply(502, "Bad Gateway", meanwhile=interrupt, stall=0.2)
    with recording({CREATE: create}) as server:
        notes = interrupted(server)

        assert len(server.creates) == 1
        assert "may have been created" in notes[0]


def test_ctrl_c_at_an_endpoint_that_can_not_cancel_says_that_it_may_run_on() -> None:
    polled = Reply(200, prediction("processing"), meanwhile=interrupt)
    with recording({CREATE: STARTED, GET: polled, CANCEL: Reply(405)}) as server:
        notes = interrupted(server)

        assert "may run on and be charged" in notes[0]


def test_an_embedded_run_hears_ctrl_c_too() -> None:
    def stop(_progress: Progress) -> None:
        interrupt()

    with Client("embedded") as client, pytest.raises(KeyboardInterrupt):
        client.inpaint(PICTURE, MASK, on_progress=stop)


@pytest.mark.parametrize(
    ("script", "on"),
    [
        ({CREATE: STARTED, GET: RUNNING, CANCEL: CANCELED}, GET),
        ({CREATE: replace(STARTED, stall=0.2), CANCEL: CANCELED}, CREATE),
        ({CREATE: Reply(hang_up=True, stall=0.1), LIST: listed(), CANCEL: CANCELED}, CREATE),
    ],
    ids=["while waiting", "during the create", "without an answer"],
)
def test_a_task_that_is_canceled_cancels_at_the_endpoint(script: dict[str, Reply], on: str) -> None:
    async def main(server: RecordingServer) -> None:
        loop, arrived = asyncio.get_running_loop(), asyncio.Event()
        said = replace(script[on], meanwhile=lambda: loop.call_soon_threadsafe(arrived.set))
        server.say(script | {on: said})
        async with AsyncClient(endpoint(f"{server.url}/v1"), patience=CALM) as client:

            async def run() -> None:
                await client.wait(await client.create_prediction(version=VERSION, input=INPUT))

            running = asyncio.create_task(run())
            await arrived.wait()
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running

    with recording(script) as server:
        asyncio.run(main(server))

        assert len(server.creates) == len(server.cancels) == 1


# The whole way


@BOTH
@pytest.mark.parametrize(
    "output",
    [painted(), [painted()], [[painted()]], {"image": painted(), "payload": {"a": 1}}],
    ids=["single", "list", "nested", "object"],
)
def test_every_shape_of_output_becomes_a_picture(colour: str, output: object) -> None:
    with recording({CREATE: Reply(200, prediction(output=output))}) as server:
        place = endpoint(f"{server.url}/v1")
        if colour == "blocking":
            with Client(place, patience=CALM) as client:
                result = client.inpaint(PICTURE, MASK, version=VERSION)
        else:

            async def main() -> Any:  # noqa: ANN401  a Result
                async with AsyncClient(place, patience=CALM) as client:
                    return await client.inpaint(PICTURE, MASK, version=VERSION)

            result = asyncio.run(main())

        picture = np.asarray(result.image)
        assert np.array_equal(picture[MASK == 0], PICTURE[MASK == 0])
        assert not np.array_equal(picture[MASK > 0], PICTURE[MASK > 0])


def test_an_iterators_output_is_read_when_it_has_stopped_growing() -> None:
    growing = Reply(200, prediction("processing", output=[painted()]))
    done = Reply(200, prediction(output=[painted(), painted()]))
    with recording({CREATE: STARTED, GET: [growing, done]}) as server:
        with Client(endpoint(f"{server.url}/v1"), patience=SHORT) as client:
            outputs = client.outputs(
                client.wait(client.create_prediction(version=VERSION, input=INPUT))
            )

        assert len(outputs) == 2


def test_progress_is_told_in_the_logs_own_words() -> None:
    logs = "Using seed: 3\npainting:  40%|####  | 10/25"
    told: list[Progress] = []
    script: Script = {CREATE: STARTED, GET: [Reply(200, prediction("processing", logs=logs)), DONE]}
    with (
        recording(script) as server,
        Client(endpoint(f"{server.url}/v1"), patience=SHORT) as client,
    ):
        client.wait(client.create_prediction(version=VERSION, input=INPUT), on_progress=told.append)

    assert told == [Progress("waiting for the model"), Progress("painting", 0.4)]


def test_a_list_is_read_page_by_page() -> None:
    script: Script = {
        r"GET /v1/predictions\?cursor=abc": Reply(200, {"results": [prediction(id="p2")]}),
        LIST: Reply(200, {"results": [prediction()], "next": "https://x.invalid?cursor=abc"}),
    }
    with (
        recording(script) as server,
        Client(endpoint(f"{server.url}/v1"), patience=SHORT) as client,
    ):
        first, second = client.list_predictions(), client.list_predictions(cursor="abc")

    assert [page.results[0].id for page in (first, second)] == ["p1", "p2"]


def test_a_model_nobody_knows_is_asked_for_its_inputs() -> None:
    schema = {
        "components": {
            "schemas": {
                "Input": {
                    "properties": {
                        "init_image": {"type": "string"},
                        "mask_image": {"type": "string", "description": "black is inpainted"},
                        "steps": {"type": "integer", "maximum": 50},
                    }
                }
            }
        }
    }
    about = Reply(200, {"id": "f00d", "openapi_schema": schema})
    script = {
        "GET /v1/models/some/body/versions/f00d": about,
        CREATE: Reply(200, prediction(output=painted((1024, 880)))),
    }
    with recording(script) as server:
        with Client(endpoint(f"{server.url}/v1"), patience=CALM) as client:
            result = client.inpaint(PICTURE, MASK, version="some/body:f00d", steps=20, prompt="x")

        sent = server.creates[0].json["input"]
        assert sent.keys() == {"init_image", "mask_image", "steps"}
        assert result.ignored == ("prompt",)
        shown = Image.open(io.BytesIO(base64.b64decode(sent["mask_image"].partition(",")[2])))
        assert (shown.getpixel((20, 20)), shown.getpixel((450, 350))) == (255, 0)


def test_a_model_nothing_is_known_of_is_not_run() -> None:
    with recording({}) as server:
        with (
            Client(endpoint(f"{server.url}/v1"), patience=SHORT) as client,
            pytest.raises(ConfigurationError, match="Nothing is known"),
        ):
            client.inpaint(PICTURE, MASK, version="some/body:f00d")

        assert server.creates == []


def test_a_cog_server_is_recognised_and_runs_in_one_call() -> None:
    ran = Reply(200, {"status": "succeeded", "output": [painted()], "id": None, "logs": ""})
    with recording({"GET /": Reply(200, {"cog_version": "0.23"}), "PUT .*": ran}) as server:
        place = Endpoint("cog", server.url)
        with Client(place, patience=CALM) as client:
            made = client.wait(client.create_prediction(input={"a": 1, "b": None}))

        assert made.status == "succeeded"
        assert server.lines[0] == "GET /"
        assert server.creates[0].json == {"input": {"a": 1}}
        assert server.creates[0].path == f"/predictions/{made.id}"


def test_the_key_never_stands_in_a_request_body() -> None:
    with recording({}) as server:
        created(server, **PAGE_EXAMPLE)

        assert KEY not in json.dumps([seen.body.decode() for seen in server.seen])


AMISS: dict[str, Any] = {
    "status": None,
    "model": None,
    "version": 7,
    "input": None,
    "logs": ["a", "b"],
    "created_at": 1732550000,
    "started_at": False,
    "completed_at": 0,
    "deadline": {},
    "data_removed": None,
    "source": 1,
    "urls": None,
    "metrics": None,
}


@BOTH
@pytest.mark.parametrize("name", AMISS)
def test_a_run_that_was_paid_for_is_not_lost_over_a_null(colour: str, name: str) -> None:
    created = Reply(201, prediction("starting") | {name: AMISS[name]})
    with recording({CREATE: created, GET: DONE}) as server:
        COLOURS[colour](endpoint(f"{server.url}/v1"), "run")

        assert server.lines == [CREATE, GET]


def test_a_number_is_an_id_too() -> None:
    script = {CREATE: Reply(201, prediction("starting", id=7)), "GET /v1/predictions/7": DONE}
    with recording(script) as server:
        COLOURS["blocking"](endpoint(f"{server.url}/v1"), "run")

        assert server.lines == [CREATE, "GET /v1/predictions/7"]


def test_one_row_that_is_amiss_hides_no_other_of_the_list() -> None:
    rows = [None, {"status": "failed"}, prediction(id="p2") | {"metrics": None}, 5, prediction()]
    with (
        recording({LIST: Reply(200, {"results": rows, "next": 7})}) as server,
        Client(endpoint(f"{server.url}/v1"), patience=SHORT) as client,
    ):
        listed = client.list_predictions()

    assert [one.id for one in listed.results] == ["p2", "p1"]


LATE = replace(SHORT, deadline=0.6, answer=30.0, longest_answer=60.0, outage=30.0)


@BOTH
@pytest.mark.parametrize(
    "answer",
    [Reply(stall=60.0), Reply(429, headers={"retry-after": "20"}), Reply(503), Reply(500)],
    ids=["silent", "busy", "away", "broken"],
)
def test_the_deadline_holds_whatever_the_polls_meet(colour: str, answer: Reply) -> None:
    script = {CREATE: STARTED, GET: answer, CANCEL: CANCELED}
    with recording(script) as server, pytest.raises(PredictionTimeoutError):
        COLOURS[colour](endpoint(f"{server.url}/v1"), "run", LATE)

    assert len(server.cancels) == 1


class ListenerError(Exception):
    """What a listener raises."""


@pytest.mark.parametrize("fault", [ListenerError, MemoryError, SystemExit])
def test_a_listener_that_fails_leaves_nothing_running(fault: type[BaseException]) -> None:
    def listen(_progress: Progress) -> None:
        raise fault

    with recording({CREATE: STARTED, GET: RUNNING, CANCEL: CANCELED}) as server:
        with Client(endpoint(f"{server.url}/v1"), patience=SHORT) as client:
            created = client.create_prediction(version=VERSION, input=INPUT)
            with pytest.raises(fault):
                client.wait(created, on_progress=listen)

        assert len(server.cancels) == 1
