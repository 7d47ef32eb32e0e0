"""Every answer and fault on record ends in the right error, in time, without a second create."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import pytest

from fakes.clients import COLOURS, SHORT, endpoint
from fakes.keys import KEY
from fakes.recording import Reply, Script, prediction, recording
from overpaint.errors import (
    AnswerTimeoutError,
    APIError,
    AuthenticationError,
    NotFoundError,
    NotSentError,
    OutOfCreditError,
    OutputError,
    OverpaintError,
    PredictionCanceledError,
    PredictionFailedError,
    PredictionTimeoutError,
    RateLimitedError,
    RefusedInputError,
    ServerError,
    TooLargeError,
    TransportError,
    UnexpectedAnswerError,
)

CREATE = "POST /v1/predictions"
GET = "GET /v1/predictions/p1"
FILE = "GET /out.png"
STARTED = Reply(201, prediction("starting"))
DONE = Reply(200, prediction(output=["{url}/out.png"]))


@dataclass(frozen=True)
class Fault:
    """One row: what the endpoint does, and what must become of it."""

    script: Mapping[str, Any]
    error: type[OverpaintError]
    says: str = ""
    creates: int = 1
    cancels: int = 0
    facts: Mapping[str, object] = field(default_factory=dict)


def refusal(
    reply: Reply,
    error: type[OverpaintError],
    says: str = "",
    *,
    creates: int = 1,
    facts: Mapping[str, object] = MappingProxyType({}),
) -> Fault:
    """The endpoint answers a create so."""
    return Fault({CREATE: reply}, error, says, creates=creates, facts=facts)


def poll(reply: Reply, error: type[OverpaintError], says: str = "", *, cancels: int = 0) -> Fault:
    """The endpoint answers a poll so."""
    return Fault({CREATE: STARTED, GET: reply}, error, says, cancels=cancels)


def download(reply: Reply, error: type[OverpaintError], says: str = "") -> Fault:
    """The endpoint answers a download so."""
    return Fault({CREATE: DONE, FILE: reply}, error, says)


def ended(error: type[OverpaintError], says: str = "", /, **fields: Any) -> Fault:  # noqa: ANN401  wire values
    """The prediction ends so."""
    return poll(Reply(200, prediction(**fields)), error, says)


HTML = {"content-type": "text/html"}
LATER = {"Retry-After": "3600"}
NOW = {"Retry-After": "0"}

REFUSALS: dict[str, Fault] = {
    # Replicate's own, api.md 2.4.
    "no key": refusal(
        Reply(
            401,
            {
                "title": "Unauthenticated",
                "detail": "You did not pass an authentication token",
                "status": 401,
            },
        ),
        AuthenticationError,
        "did not pass",
        facts={"title": "Unauthenticated", "status": 401},
    ),
    "wrong key": refusal(
        Reply(
            401,
            {
                "title": "Unauthenticated",
                "detail": "You did not pass a valid authentication token",
                "status": 401,
            },
        ),
        AuthenticationError,
        "overpaint key set",
    ),
    "payment required": refusal(Reply(402, {"detail": "No billing"}), OutOfCreditError, "credit"),
    "no such resource": refusal(
        Reply(404, {"detail": "The requested resource could not be found.", "status": 404}),
        NotFoundError,
        "base URL",
    ),
    "no such version": refusal(
        Reply(
            422,
            {
                "title": "Invalid version or not permitted",
                "detail": "The specified version does not exist",
                "status": 422,
            },
        ),
        RefusedInputError,
        "does not exist",
    ),
    "input refused by name": refusal(
        Reply(
            422,
            {
                "title": "Input validation failed",
                "detail": "- width: must be one of 64, 128\n",
                "status": 422,
                "invalid_fields": [
                    {"type": "enum", "field": "width", "description": "must be one of 64, 128"}
                ],
            },
        ),
        RefusedInputError,
        "width",
    ),
    "unknown top-level field": refusal(
        Reply(422, {"detail": "Additional property signal is not allowed", "status": 422}),
        RefusedInputError,
        "signal",
    ),
    "throttled for good": refusal(
        Reply(
            429,
            {
                "detail": "Request was throttled. Your rate limit resets in ~0s.",
                "status": 429,
                "retry_after": 0,
            },
        ),
        RateLimitedError,
        "throttled",
        creates=3,
        facts={"retry_after": 0.0},
    ),
    "throttled for an hour": refusal(
        Reply(429, {"detail": "slow down"}, headers=LATER),
        RateLimitedError,
        "3600",
        facts={"retry_after": 3600.0},
    ),
    "throttled in plain text": refusal(
        Reply(429, "slow down", headers=NOW), RateLimitedError, "slow down", creates=3
    ),
    "too large": refusal(
        Reply(413, {"detail": "Files must be less than 100MB"}), TooLargeError, "smaller area"
    ),
    # The gateways', api.md 1.4.
    "new-api: bad key": refusal(
        Reply(
            401,
            {
                "error": {
                    "message": "invalid token (request id: 20260101-abc)",
                    "type": "new_api_error",
                    "code": "",
                }
            },
        ),
        AuthenticationError,
        "20260101-abc",
        facts={"request_id": "20260101-abc"},
    ),
    "new-api: out of credit": refusal(
        Reply(
            403,
            {
                "error": {
                    "message": "user quota is not enough",
                    "type": "new_api_error",
                    "code": "insufficient_user_quota",
                }
            },
        ),
        OutOfCreditError,
        "credit",
    ),
    "new-api: key may not use the model": refusal(
        Reply(
            403,
            {"error": {"message": "this token has no access to model x", "type": "new_api_error"}},
        ),
        AuthenticationError,
        "no access",
    ),
    "new-api: no channel": refusal(
        Reply(
            503, {"error": {"message": "no available channel for model", "type": "new_api_error"}}
        ),
        ServerError,
        "gateway without this model",
    ),
    "new-api: origin path": refusal(
        Reply(
            400,
            {
                "type": "error",
                "error": {"type": "invalid_request", "message": "bad steps"},
                "request_id": "req-9",
            },
        ),
        RefusedInputError,
        "bad steps",
        facts={"request_id": "req-9", "title": "invalid_request"},
    ),
    "midjourney style": refusal(
        Reply(400, {"description": "quota_parse_failed", "type": "new_api_error", "code": 4}),
        RefusedInputError,
        "quota_parse_failed",
    ),
    "bytepower": refusal(
        Reply(422, {"error": {"error_type": "validation", "message": "no image"}}),
        RefusedInputError,
        "no image",
        facts={"title": "validation"},
    ),
    "plain error and code": refusal(
        Reply(401, {"error": "key not found", "code": "api_key_invalid"}),
        AuthenticationError,
        "key not found",
    ),
    "429 for an empty account": refusal(
        Reply(429, {"error": {"message": "no", "code": "insufficient_quota"}}), OutOfCreditError
    ),
    "a web page": refusal(
        Reply(403, "<html><title>Access  denied</title><body>…</body></html>", headers=HTML),
        AuthenticationError,
        "Access denied",
    ),
    "nothing at all": refusal(Reply(401), AuthenticationError, "no reason"),
    "request id in a header": refusal(
        Reply(500, {"detail": "oops"}, headers={"X-Request-Id": "hdr-1"}),
        ServerError,
        "hdr-1",
        facts={"request_id": "hdr-1"},
    ),
    # Cog's, api.md 1.4 and 4.
    "cog: fields": refusal(
        Reply(
            422,
            {
                "detail": [
                    {
                        "loc": ["body", "input", "width"],
                        "msg": "value is not one of 64",
                        "type": "enum",
                    }
                ]
            },
        ),
        RefusedInputError,
        "input.width",
    ),
    "cog: text": refusal(Reply(422, {"detail": "no image"}), RefusedInputError, "no image"),
    "cog: busy, old": refusal(
        Reply(409, {"detail": "Already running a prediction"}, headers=LATER),
        RateLimitedError,
        "Already running",
    ),
    "cog: busy, new": refusal(
        Reply(409, {"error": "At capacity", "status": "failed"}, headers=LATER),
        RateLimitedError,
        "At capacity",
    ),
    "cog: bad JSON": refusal(
        Reply(400, "Failed to parse the request body as JSON"), RefusedInputError, "parse"
    ),
    "cog: no input": refusal(Reply(500, "Internal Server Error"), ServerError, "Internal"),
    "method not allowed": refusal(
        Reply(405, {"detail": "Method Not Allowed"}), RefusedInputError, "Not Allowed"
    ),
    "unsupported type": refusal(Reply(415, "no"), RefusedInputError),
    # Its own faults: never sent again, since the model may have been started.
    "server error": refusal(Reply(500, {"detail": "oops"}), ServerError, "oops"),
    "bad gateway page": refusal(
        Reply(502, "<html><head><title>502 Bad Gateway</title></head></html>", headers=HTML),
        ServerError,
        "502 Bad Gateway",
    ),
    "unavailable": refusal(Reply(503, headers=NOW), ServerError),
    "gateway timeout": refusal(Reply(504), ServerError, "no reason"),
    "binary rubbish": refusal(Reply(500, bytes(range(128, 256))), ServerError),
    "a teapot": refusal(Reply(418, {"detail": "I am"}), UnexpectedAnswerError),
    "moved elsewhere": refusal(
        Reply(307, headers={"Location": "https://elsewhere.invalid/v1"}),
        UnexpectedAnswerError,
        "elsewhere.invalid",
    ),
    "https only": refusal(
        Reply(301, headers={"Location": "https://127.0.0.1/v1"}), UnexpectedAnswerError, "redirects"
    ),
}

ODD_ANSWERS: dict[str, Fault] = {
    "the page's example": refusal(Reply(200, {}), UnexpectedAnswerError, "instead of a prediction"),
    "another API's answer": refusal(
        Reply(200, {"created": 1, "data": [{"url": "https://x.invalid"}]}), UnexpectedAnswerError
    ),
    "an error with 200": refusal(
        Reply(200, {"error": {"message": "quota exhausted", "type": "new_api_error"}}),
        UnexpectedAnswerError,
        "quota exhausted",
    ),
    "a login page": refusal(
        Reply(200, "<!doctype html><title>Sign in</title>", headers=HTML),
        UnexpectedAnswerError,
        "Sign in",
    ),
    "nothing with 200": refusal(Reply(200), UnexpectedAnswerError, "nothing"),
    "half a JSON": refusal(Reply(201, '{"id": "p1", "sta'), UnexpectedAnswerError),
    "an array": refusal(Reply(200, [1, 2]), UnexpectedAnswerError),
    "a string": refusal(Reply(200, '"p1"'), UnexpectedAnswerError),
    "null": refusal(Reply(200, "null"), UnexpectedAnswerError),
    "an empty id": refusal(Reply(200, prediction(id="")), UnexpectedAnswerError),
    "an id that is a list": refusal(
        Reply(200, prediction() | {"id": ["p1"]}), UnexpectedAnswerError
    ),
    "an id that is an object": refusal(
        Reply(200, prediction() | {"id": {"id": "p1"}}), UnexpectedAnswerError
    ),
    "no id": refusal(Reply(200, {"status": "starting"}), UnexpectedAnswerError),
    "bytes": refusal(Reply(200, bytes(range(256))), UnexpectedAnswerError),
    "nested without end": refusal(Reply(200, "[" * 30_000), UnexpectedAnswerError),
    "false compression": refusal(
        Reply(200, prediction("starting"), headers={"Content-Encoding": "gzip"}), AnswerTimeoutError
    ),
}

BROKEN_LINES: dict[str, Fault] = {
    "hung up": refusal(Reply(hang_up=True), AnswerTimeoutError, "may have started"),
    "cut off": refusal(Reply(201, '{"id"', announce=900), AnswerTimeoutError, "broke off"),
    "cut off in the head": refusal(Reply(raw=b"HTTP/1.1 201 Cre"), AnswerTimeoutError),
    "not HTTP": refusal(Reply(raw=b"SSH-2.0-OpenSSH_9.7\r\n\r\n"), AnswerTimeoutError),
    "silent": refusal(Reply(201, prediction(), stall=5), AnswerTimeoutError, "in time"),
    "trickling": refusal(
        Reply(201, prediction(logs="x" * 200), drip=0.02), AnswerTimeoutError, "given up"
    ),
    "huge": refusal(Reply(200, prediction(logs="x" * 100_000)), OutputError, "larger than"),
    "huge by its own account": refusal(Reply(200, b"{", announce=2**40), OutputError, "larger"),
    "huge without saying": refusal(
        Reply(raw=b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b" " * 100_000), OutputError
    ),
}

POLLS: dict[str, Fault] = {
    "key withdrawn": poll(Reply(401, {"detail": "revoked"}), AuthenticationError, "revoked"),
    "forgotten": poll(Reply(404, {"detail": "gone"}), NotFoundError),
    "server errors": poll(Reply(500, {"detail": "oops"}), ServerError, "p1 may have gone on"),
    "unavailable": poll(Reply(503), ServerError, "p1 may have gone on"),
    "throttled": poll(Reply(429, {"retry_after": 0}), RateLimitedError, "p1"),
    "a web page": poll(Reply(200, "<html>", headers=HTML), UnexpectedAnswerError),
    "half a JSON": poll(Reply(200, '{"id": "p'), UnexpectedAnswerError),
    "nothing": poll(Reply(200), UnexpectedAnswerError),
    "hung up": poll(Reply(hang_up=True), AnswerTimeoutError, "p1 may have gone on"),
    "silent": poll(Reply(200, prediction(), stall=5), AnswerTimeoutError, "p1"),
    "cut off": poll(Reply(200, "{", announce=50), AnswerTimeoutError, "p1"),
    "huge": poll(Reply(200, b"", announce=2**40), OutputError, "larger"),
    "in circles": poll(Reply(302, headers={"Location": "p1"}), TransportError, "circles"),
    "failed": ended(PredictionFailedError, "no luck", status="failed", error="no luck"),
    "failed, not safe": ended(
        PredictionFailedError,
        "safety filter",
        status="failed",
        error="NSFW content detected. Try running it again, or try a different prompt.",
    ),
    "failed, out of memory": ended(
        PredictionFailedError, "smaller size", status="failed", error="CUDA (E1001)"
    ),
    "failed, no start": ended(
        PredictionFailedError, "try again", status="failed", error="timeout (E6716)"
    ),
    "failed without a word": ended(PredictionFailedError, "no reason", status="failed"),
    "failed with an object": ended(
        PredictionFailedError, "shape", status="failed", error={"shape": 3}
    ),
    "canceled": ended(PredictionCanceledError, "was canceled", status="canceled"),
    "aborted": ended(PredictionCanceledError, "before it began", status="aborted"),
    "never ending": poll(
        Reply(200, prediction("processing")), PredictionTimeoutError, "could not be", cancels=1
    ),
    "a status nobody knows": poll(
        Reply(200, prediction("queued-again")), PredictionTimeoutError, "1 s", cancels=1
    ),
    "never ending, canceled": Fault(
        {
            CREATE: STARTED,
            GET: Reply(200, prediction("processing")),
            "POST /v1/predictions/p1/cancel": Reply(200, prediction("canceled")),
        },
        PredictionTimeoutError,
        "It was canceled",
        cancels=1,
    ),
}

DOWNLOADS: dict[str, Fault] = {
    "expired": download(Reply(404), OutputError, "about an hour"),
    "gone": download(Reply(410), OutputError, "about an hour"),
    "refused with and without the key": download(Reply(403), OutputError, "no longer there"),
    "server errors": download(Reply(500), ServerError),
    "empty": download(Reply(200), OutputError, "empty"),
    "cut off": download(Reply(200, b"\x89PNG", announce=999), AnswerTimeoutError, "broke off"),
    "hung up": download(Reply(hang_up=True), AnswerTimeoutError),
    "silent": download(Reply(200, b"x", stall=5), AnswerTimeoutError),
    "huge": download(Reply(200, b"x" * 100_000), OutputError, "larger"),
    "trickling": download(Reply(200, b"x" * 200, drip=0.02), AnswerTimeoutError, "given up"),
    "in circles": download(Reply(302, headers={"Location": "/out.png"}), TransportError, "circles"),
    "removed": Fault(
        {CREATE: Reply(200, prediction(output=None, data_removed=True))}, OutputError, "hour"
    ),
    "a damaged data URI": Fault(
        {CREATE: Reply(200, prediction(output="data:image/png;base64,A"))}, OutputError, "damaged"
    ),
    "no data URI": Fault(
        {CREATE: Reply(200, prediction(output="data:hello"))}, OutputError, "not a data URI"
    ),
    "no address": Fault(
        {CREATE: Reply(200, prediction(output="http://[/x"))}, OutputError, "not an address"
    ),
    "a host that is none": Fault(
        {CREATE: Reply(200, prediction(output="http://nobody.invalid/x"))},
        NotSentError,
        "nobody.invalid",
    ),
}

FAULTS = {
    f"{group}: {name}": fault
    for group, faults in (
        ("create", REFUSALS),
        ("answer", ODD_ANSWERS),
        ("line", BROKEN_LINES),
        ("poll", POLLS),
        ("download", DOWNLOADS),
    )
    for name, fault in faults.items()
}


def with_address(script: Mapping[str, Any], url: str) -> Script:
    """Put the server's own address into the answers that name it."""
    return {
        line: Reply(reply.status, reply.content.decode().replace("{url}", url), reply.headers)
        if isinstance(reply, Reply) and b"{url}" in reply.content
        else reply
        for line, reply in script.items()
    }


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_ends_in_its_error_and_creates_once(name: str, colour: str) -> None:
    fault = FAULTS[name]
    # On a busy machine a short deadline comes before what is waited for here.
    is_late = fault.error is PredictionTimeoutError
    patience = SHORT if is_late else replace(SHORT, deadline=60.0)
    with recording(fault.script) as server:
        server.say(with_address(fault.script, server.url))
        with pytest.raises(OverpaintError) as caught:
            COLOURS[colour](endpoint(f"{server.url}/v1"), "run", patience)
        error = caught.value

        assert type(error) is fault.error
        assert fault.says in str(error)
        assert KEY not in f"{error!r} {error}"
        assert {name: getattr(error, name) for name in fault.facts} == dict(fault.facts)
        assert (len(server.creates), len(server.cancels)) == (fault.creates, fault.cancels)
        assert not isinstance(error, APIError) or error.status > 0


def test_the_table_is_as_long_as_promised() -> None:
    assert len(FAULTS) >= 60
