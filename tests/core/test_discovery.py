"""What an endpoint is taken for."""

from __future__ import annotations

import pytest

from fakes.recording import Reply, recording
from overpaint import Client
from overpaint.discovery import Discovery, discover
from overpaint.endpoints import EMBEDDED, Endpoint
from overpaint.errors import AnswerTimeoutError
from overpaint.models.catalogue import DEFAULT_VERSION, FILL_VERSION


def test_the_engine_inside_is_known_without_asking_however_busy_the_machine() -> None:
    with pytest.raises(StopIteration) as ended:
        next(discover(EMBEDDED))

    assert ended.value.value == Discovery("overpaint", FILL_VERSION, copies=True)


def test_an_endpoint_that_says_nothing_in_time_is_taken_for_a_hosted_one() -> None:
    flow = discover(Endpoint("given", "https://host.test/v1"))
    next(flow)

    with pytest.raises(StopIteration) as ended:
        flow.throw(AnswerTimeoutError("No answer came."))

    assert ended.value.value == Discovery("hosted", DEFAULT_VERSION)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_endpoint_that_starts_anew_is_not_taken_for_another(status: int) -> None:
    about = {"name": "overpaint", "default_version": "overpaint/fill"}
    with recording({"GET /v1/": [Reply(status), Reply(200, about)]}) as server:
        assert found_at(server.url) == [Discovery("overpaint", "overpaint/fill")]


@pytest.mark.parametrize(("engine", "copies"), [("patchmatch", True), ("diffusers", False)])
def test_a_server_tells_whether_its_engine_only_copies(engine: str, *, copies: bool) -> None:
    about = {"name": "overpaint", "default_version": "overpaint/fill", "engine": engine}
    with recording({"GET /v1/": Reply(200, about)}) as server:
        assert found_at(server.url) == [Discovery("overpaint", "overpaint/fill", copies=copies)]


def test_what_a_busy_endpoint_is_taken_for_is_not_remembered() -> None:
    about = {"cog_version": "0.9"}
    with recording({"GET /v1/": [*[Reply(503)] * 3, Reply(200, about)]}) as server:
        first, second = found_at(server.url, times=2)

    assert (first.kind, first.is_guess) == ("hosted", True)
    assert second == Discovery("cog")


def test_what_it_said_is_remembered() -> None:
    with recording({"GET /v1/": Reply(404)}) as server:
        assert found_at(server.url, times=2) == [Discovery("hosted")] * 2

        assert len(server.seen) == 1


def found_at(url: str, *, times: int = 1) -> list[Discovery]:
    place = Endpoint("given", f"{url}/v1")
    with Client(place) as client:
        return [client._run(client._says.discovery()) for _ in range(times)]
