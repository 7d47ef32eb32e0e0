"""Who may call a server, how much it takes, in which order it works, and how long it keeps.

The app itself, called in this process: a rule here takes milliseconds, over a socket seconds.
"""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from starlette.types import Message, Receive, Scope, Send

from fakes.keys import KEY
from fakes.serving import mask, photo
from overpaint.calls import Answer, Call
from overpaint.encoding import data_uri
from overpaint.predictions import Status
from overpaint.server.access import RequireKey
from overpaint.server.app import create_app
from overpaint.server.creation import wait_seconds
from overpaint.server.dispatch import Dispatch
from overpaint.server.engines.base import Painting, Progress
from overpaint.server.inputs import Inputs
from overpaint.server.limits import MULTIPART_ROOM, LimitBody
from overpaint.server.outward import Outward
from overpaint.server.published import FILL, FillInput
from overpaint.server.runs import LONGEST_LOGS, Run, Runs
from overpaint.server.settings import ServerSettings
from overpaint.server.uploads import Upload, Uploads

BODY: dict[str, Any] = {
    "version": "overpaint/fill",
    "input": {"image": data_uri(photo()), "mask": data_uri(mask())},
}
WAIT = {"Prefer": "wait"}


class Copying:
    """An engine that paints nothing, and remembers in which order and how many at once."""

    name = "copying"
    reads = frozenset({"seed"})

    def __init__(self) -> None:
        self.seeds: list[int] = []
        self.most = 0
        self._now = 0
        self._lock = threading.Lock()

    def paint(self, painting: Painting, progress: Progress) -> NDArray[np.uint8]:  # noqa: ARG002  the protocol
        with self._lock:
            self.seeds.append(painting.seed)
            self._now += 1
            self.most = max(self.most, self._now)
        time.sleep(0.02)  # long enough for another to begin, if it may
        with self._lock:
            self._now -= 1
        return painting.image


def served(
    settings: ServerSettings, ask: Callable[[httpx.AsyncClient], Awaitable[None]], **headers: str
) -> None:
    """Start the app, ask it something, stop it."""

    async def main() -> None:
        app = create_app(settings, Copying())
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app), base_url="http://here", headers=headers
            ) as api,
        ):
            await ask(api)

    asyncio.run(main())


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (f"Bearer {KEY}", 200),
        (f"bearer  {KEY} ", 200),
        (f"Token {KEY}", 200),
        (f"Basic {KEY}", 401),
        (KEY, 401),
        ("Bearer ", 401),
        (f"Bearer {KEY[:-1]}", 401),
        (f"Bearer {KEY}x", 401),
        (f"Bearer {KEY.swapcase()}", 401),
        (f"Bearer {KEY} {KEY}", 401),
        ("Bearer schlüssel", 401),
    ],
    # A name of its own for each: the key is in none, so that it is in no report of the tests.
    ids=[
        "as it should be",
        "in another case",
        "by the old word",
        "by another scheme",
        "without a word",
        "nothing",
        "cut short",
        "with more",
        "in the other case",
        "twice",
        "not in ASCII",
    ],
)
def test_a_key_is_taken_whole_or_not_at_all(given: str, status: int) -> None:
    async def ask(api: httpx.AsyncClient) -> None:
        header = {b"authorization": given.encode("latin-1")}
        assert (await api.get("/v1/models", headers=header)).status_code == status

    served(ServerSettings(token=KEY), ask)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST:8460", 200),
        ("[::1]:8460", 200),
        ("", 403),
        ("localhost.evil.example", 403),
        ("evil.example:8460", 403),
        ("127.0.0.1.evil.example", 403),
        ("localhost:8460:8460", 403),
        ("evil.example@localhost", 403),
    ],
)
def test_a_server_without_a_key_is_called_by_its_own_name_only(host: str, status: int) -> None:
    async def ask(api: httpx.AsyncClient) -> None:
        assert (await api.get("/v1/models", headers={"Host": host})).status_code == status

    served(ServerSettings(hosts=frozenset({"localhost", "127.0.0.1", "[::1]"})), ask)


def test_what_is_no_call_passes_the_guards_by() -> None:
    """The framework starts and stops an app through them."""
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001  the protocol
        seen.append(scope["type"])

    async def nothing() -> Message:
        raise AssertionError("nothing is read")

    async def nowhere(message: Message) -> None:
        raise AssertionError(message)

    async def main() -> None:
        await RequireKey(app, KEY, None)({"type": "lifespan"}, nothing, nowhere)
        await LimitBody(app, 1, 1)({"type": "lifespan"}, nothing, nowhere)

    asyncio.run(main())

    assert seen == ["lifespan", "lifespan"]


@pytest.mark.parametrize(
    ("prefer", "seconds"),
    [
        ("", None),
        ("wait", 60),
        ("wait=5", 5),
        ("wait=0", 1),
        ("wait=99", 60),
        ("respond-async, wait=7", 7),
        ("wait=7;outputs=inline", 7),
        ("await=7", None),
        ("wait=x", None),
        ("wait=1234567", None),
    ],
)
def test_a_wait_is_read_as_the_real_api_reads_it(prefer: str, seconds: float | None) -> None:
    assert wait_seconds(prefer) == seconds


def limited(path: str, announced: str | None, sent: int) -> tuple[list[int], int]:
    """Send so many bytes through the guard: what was answered, and how many got through."""
    statuses: list[int] = []
    heard = 0

    async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
        nonlocal heard
        more = True
        while more:
            message = await receive()
            heard += len(message["body"])
            more = message["more_body"]

    pieces = [1000] * (sent // 1000)

    async def receive() -> Message:
        body = b" " * pieces.pop()
        return {"type": "http.request", "body": body, "more_body": bool(pieces)}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    headers = [] if announced is None else [(b"content-length", announced.encode())]
    scope = {"type": "http", "path": path, "headers": headers}
    asyncio.run(LimitBody(app, largest=5000, largest_file=10_000)(scope, receive, send))
    return statuses, heard


def test_a_body_announced_as_too_large_is_refused_unread() -> None:
    assert limited("/v1/predictions", "6000", 6000) == ([413], 0)
    assert limited("/v1/predictions", "5000", 5000) == ([], 5000)


def test_a_body_that_grows_too_large_is_broken_off() -> None:
    assert limited("/v1/predictions", None, 9000) == ([413], 5000)
    assert limited("/v1/predictions", "100", 9000) == ([413], 5000)


def test_an_upload_may_be_as_large_as_a_file_and_its_form() -> None:
    most = 10_000 + MULTIPART_ROOM

    assert limited("/v1/files", None, 10_000) == ([], 10_000)
    assert limited("/v1/files", str(most + 1), 10_000) == ([413], 0)
    assert limited("/v1/files", None, most + 2000)[0] == [413]


def test_there_is_no_output_before_the_first_or_past_the_last() -> None:
    async def ask(api: httpx.AsyncClient) -> None:
        made = (await api.post("/v1/predictions", json=BODY, headers=WAIT)).json()
        place = f"/v1/predictions/{made['id']}/outputs"
        assert [
            (await api.get(f"{place}/{index}.png")).status_code for index in ("0", "1", "-1", "x")
        ] == [200, 404, 404, 422]

    served(ServerSettings(), ask)


def test_pictures_are_gone_after_their_time() -> None:
    async def ask(api: httpx.AsyncClient) -> None:
        made = (await api.post("/v1/predictions", json=BODY, headers=WAIT)).json()
        shown = (await api.get(f"/v1/predictions/{made['id']}")).json()
        assert (shown["status"], shown["data_removed"], shown["output"]) == (
            "succeeded",
            True,
            None,
        )
        assert (await api.get(f"/v1/predictions/{made['id']}/outputs/0.png")).status_code == 404

    served(ServerSettings(keep_seconds=-1), ask)


@pytest.mark.parametrize("ends", ["succeeded", "failed", "canceled"])
def test_what_its_caller_has_seen_the_end_of_need_not_be_kept(ends: str) -> None:
    async def ask(api: httpx.AsyncClient) -> None:
        body = BODY if ends != "failed" else BODY | {"input": BODY["input"] | {"mask": small}}
        made = (await api.post("/v1/predictions", json=body)).json()
        place = f"/v1/predictions/{made['id']}"
        seen = (await api.post(f"{place}/cancel")).json() if ends == "canceled" else made
        while seen["completed_at"] is None:
            seen = (await api.get(place)).json()
        again = (await api.get(place)).json()

        assert seen["status"] == again["status"] == ends
        assert bool(seen["output"]) == (ends == "succeeded")
        assert (seen["data_removed"], again["data_removed"]) == (False, True)

    small = data_uri(mask(32, 32))
    served(ServerSettings(inline_outputs=True, keep_shown_bytes=0), ask)


def test_a_list_may_begin_and_end_at_a_time() -> None:
    async def ask(api: httpx.AsyncClient) -> None:
        first, second, third = [
            (await api.post("/v1/predictions", json=BODY, headers=WAIT)).json() for _ in range(3)
        ]

        async def listed(**between: str) -> list[str]:
            answer = await api.get("/v1/predictions", params=between)
            return [one["id"] for one in answer.json()["results"]]

        middle = second["created_at"]
        assert await listed() == [third["id"], second["id"], first["id"]]
        assert await listed(created_after=middle) == [third["id"]]
        assert await listed(created_before=middle) == [first["id"]]

        moment = datetime.fromisoformat(middle)
        elsewhere = moment.astimezone(timezone(timedelta(hours=5, minutes=30))).isoformat()
        assert await listed(created_after=elsewhere) == [third["id"]]
        assert await listed(created_before=elsewhere) == [first["id"]]
        begun = moment.replace(microsecond=0) - timedelta(seconds=60)
        assert len(await listed(created_after=begun.strftime("%Y-%m-%dT%H:%M:%SZ"))) == 3
        assert len(await listed(created_after=begun.strftime("%Y-%m-%dT%H:%M:%S"))) == 3
        for unread in ("long ago", "0.5", "-1", "1e3", "20260131"):
            asked = {"created_after": unread}
            assert (await api.get("/v1/predictions", params=asked)).status_code == 422

    served(ServerSettings(), ask)


def test_a_whole_second_is_not_later_than_the_moments_in_it() -> None:
    async def ask(api: httpx.AsyncClient) -> None:
        made = (await api.post("/v1/predictions", json=BODY, headers=WAIT)).json()
        whole = re.sub(r"\.\d+", "", made["created_at"])

        listed = (await api.get("/v1/predictions", params={"created_after": whole})).json()

        assert [one["id"] for one in listed["results"]] == [made["id"]]

    served(ServerSettings(), ask)


def test_the_next_page_of_a_list_is_of_the_same_time() -> None:
    async def ask(api: httpx.AsyncClient) -> None:
        made = [(await api.post("/v1/predictions", json=BODY)).json() for _ in range(103)]
        after = made[0]["created_at"]

        page = (await api.get("/v1/predictions", params={"created_after": after})).json()
        rest = (await api.get(page["next"])).json()

        assert [one["id"] for one in rest["results"]] == [made[2]["id"], made[1]["id"]]
        again = (await api.get(rest["previous"])).json()
        assert again["results"][0]["id"] == made[-1]["id"]

    served(ServerSettings(queue=200), ask)


def upload(size: int = 1000) -> Upload:
    return Upload("x.png", "image/png", b"x" * size)


def test_an_uploaded_file_is_gone_after_its_time() -> None:
    uploads = Uploads(ServerSettings(keep_seconds=-1))
    kept = upload()
    uploads.add(kept)

    assert uploads.get(kept.id) is None
    assert list(uploads) == []


def test_the_oldest_uploads_go_where_there_are_too_many_bytes() -> None:
    uploads = Uploads(ServerSettings(upload_bytes=2500))
    made = [upload() for _ in range(4)]

    for one in made:
        uploads.add(one)

    assert list(uploads) == [made[3], made[2]]
    assert uploads.get(made[0].id) is None


def prediction(seed: int = 0) -> Run:
    inputs = FillInput(image=data_uri(photo()), mask=data_uri(mask()), seed=seed)
    return Run(FILL, inputs, inputs.model_dump())


def test_the_oldest_predictions_are_forgotten_and_never_one_that_runs() -> None:
    runs = Runs(ServerSettings(keep_predictions=2))
    made = [prediction() for _ in range(5)]
    for one in made:
        runs.add(one)
        if one is not made[0]:
            one.end(Status.SUCCEEDED)

    runs.tidy()

    assert len(runs) == 2
    assert [one.id for one in runs] == [made[4].id, made[0].id]


def test_a_predictions_end_is_its_last() -> None:
    run = prediction()
    run.end(Status.CANCELED)
    ended = run.completed_at

    run.end(Status.SUCCEEDED, error="late")

    assert (run.status, run.error, run.completed_at) == (Status.CANCELED, None, ended)


def test_a_run_that_talks_without_end_does_not_fill_the_memory() -> None:
    run = prediction()

    for _ in range(LONGEST_LOGS // 50):
        run.log("x" * 99)

    assert len(run.logs) <= LONGEST_LOGS + 100


@pytest.mark.parametrize("jobs", [1, 2])
def test_predictions_are_painted_in_their_order_and_no_more_at_once_than_said(jobs: int) -> None:
    engine = Copying()

    async def main() -> None:
        settings = ServerSettings(jobs=jobs)
        runs = Runs(settings)
        inputs = Inputs(settings, Uploads(settings), None)
        dispatch = Dispatch(settings, engine, runs, inputs, lambda _: None)
        made = [prediction(seed) for seed in range(8)]
        for one in made:
            dispatch.submit(one)
        while not made[-1].is_terminal:
            # One that has no place yet says so, and counts as waiting.
            assert [one.status for one in made].count(Status.PROCESSING) <= jobs
            await asyncio.sleep(0.001)
        for one in made:
            await one.ended.wait()
        await dispatch.close()

    asyncio.run(main())

    assert engine.most == jobs
    if jobs == 1:
        assert engine.seeds == list(range(8))


class Hearing:
    """A network that answers everything with a redirect to where it came from."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    async def send(self, call: Call) -> Answer:
        self.calls.append(call)
        return Answer(302, {"location": call.url}, b"", call.url)

    async def close(self) -> None:
        """Nothing is open."""


def test_a_host_is_connected_to_where_it_was_looked_up_and_not_looked_up_again() -> None:
    """Or a name could mean a public address while it is checked, and a private one after."""
    network = Hearing()
    settings = replace(ServerSettings(), reachable_hosts=frozenset({"localhost"}))

    async def main() -> None:
        outward = Outward(settings, network)
        await outward.post("http://localhost:1/hook", b"{}", {})
        with pytest.raises(Exception, match="redirects in circles"):
            await outward.fetch("http://localhost:1/image.png")

    asyncio.run(main())

    assert {call.connect_to for call in network.calls} <= {"127.0.0.1", "::1"}
    assert not any(call.follow or call.with_key for call in network.calls)
    assert len(network.calls) == 6
