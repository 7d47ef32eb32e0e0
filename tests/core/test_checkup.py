"""An endpoint is tried out at no cost, and what it says of the key is believed."""

from __future__ import annotations

import socket

import pytest

from fakes.clients import endpoint
from fakes.keys import KEY
from fakes.recording import Reply, Script, prediction, recording
from overpaint.checkup import check_endpoint
from overpaint.endpoints import EMBEDDED, Endpoint

LIST = Reply(200, {"next": None, "previous": None, "results": [prediction()]})
MISSING = Reply(404, {"detail": "no such prediction", "status": 404})
REFUSED = Reply(401, {"title": "Unauthenticated", "detail": "no such key", "status": 401})
PAGE = Reply(200, "<html><title>Sign in</title>", headers={"Content-Type": "text/html"})
OURS = Reply(200, {"name": "overpaint", "default_version": "overpaint/fill", "reads": []})
COG = Reply(200, {"cog_version": "0.23.1"})

ABOUT, LISTED, SINGLE = "GET /v1/", "GET /v1/predictions", "GET /v1/predictions/.+"


@pytest.mark.parametrize(
    ("script", "kind", "key", "good"),
    [
        ({LISTED: LIST}, "hosted", "accepted", True),
        ({ABOUT: OURS, LISTED: LIST}, "overpaint", "accepted", True),
        ({ABOUT: COG}, "cog", "needless", True),
        ({LISTED: REFUSED}, "hosted", "refused", False),
        ({LISTED: MISSING, SINGLE: REFUSED}, "hosted", "refused", False),
        ({LISTED: Reply(405, {}), SINGLE: MISSING}, "hosted", "unknown", True),
        ({"GET /v1/v1/predictions": LIST}, None, "unknown", False),
        ({"GET /v1/v1/predictions": REFUSED}, None, "unknown", False),
        ({LISTED: PAGE, SINGLE: PAGE}, None, "unknown", False),
        ({LISTED: Reply(200, "[]"), SINGLE: Reply(500, "oops")}, None, "unknown", False),
    ],
)
def test_what_an_endpoint_is_and_takes_is_found_out(
    script: Script, kind: str | None, key: str, *, good: bool
) -> None:
    with recording(script) as server:
        found = check_endpoint(endpoint(f"{server.url}/v1", kind=None))

        assert (found.reachable, found.kind, found.key, found.is_good) == (True, kind, key, good)
        assert {seen.method for seen in server.seen} == {"GET"}
        assert KEY not in repr(found)


@pytest.mark.parametrize(
    ("answer", "key"), [(REFUSED, "missing"), (Reply(403, {}), "missing"), (LIST, "needless")]
)
def test_a_missing_key_is_told_from_a_refused_one(answer: Reply, key: str) -> None:
    with recording({LISTED: answer}) as server:
        found = check_endpoint(endpoint(f"{server.url}/v1", token=None))

    assert found.key == key
    assert ("key set test" in found.hint) == (key == "missing")


def test_an_endpoint_that_is_not_there_is_told() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]

        found = check_endpoint(Endpoint("nobody", f"http://127.0.0.1:{port}/v1"))

    assert (found.reachable, found.kind, found.is_good) == (False, None, False)
    assert found.hint


def test_the_embedded_engine_needs_no_asking() -> None:
    assert check_endpoint(EMBEDDED).is_good
