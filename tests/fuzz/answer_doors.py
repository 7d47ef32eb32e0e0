"""Endpoints: whatever one answers, to whatever is asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import hypothesis.strategies as st
import numpy as np

from overpaint.calls import Answer, Call, Flow
from overpaint.conversation import Conversation
from overpaint.endpoints import Endpoint
from overpaint.errors import AnswerTimeoutError, NotSentError, TransportError
from overpaint.job import Job, finish, prepare
from overpaint.journal import Entry
from overpaint.lifecycle import Patience
from overpaint.models import adapter_for
from overpaint.models.catalogue import DEFAULT_VERSION
from overpaint.request import PaintRequest

from .door import Door, Finding, raw, refusals, structured
from .pictures import samples
from .pipe_doors import values
from .server_doors import picture, plain

__all__ = ["DOORS"]

# A flow that takes more steps than this goes round in circles.
MOST_STEPS = 400
SWIFT = Patience(deadline=5.0, tries=3, outage=0.0, longest_pause=1.0, largest=2**22)
OUTPUT = st.one_of(
    st.sampled_from([picture(content) for _, content in samples() if len(content) < 1500]),
    st.just(plain((512, 512), 90)),
    st.sampled_from(("https://h.example/1.png", "http://[", "data:,", "file:///x", "")),
    values(),
)
PREDICTION = st.fixed_dictionaries(
    {
        "id": st.one_of(st.just("p1"), values()),
        "status": st.sampled_from(("starting", "processing", "succeeded", "failed", "x", None, 1)),
    },
    optional={
        "output": st.one_of(OUTPUT, st.lists(OUTPUT, max_size=3)),
        "logs": st.one_of(st.just("Using seed: 99999999999\nIgnored: a\n10%"), values()),
        "error": values(),
        "input": values(),
        "urls": values(),
        "metrics": values(),
        "version": values(),
        "created_at": st.one_of(st.just("2026-11-25T00:00:00Z"), values()),
        "data_removed": values(),
    },
)
SCHEMA = st.fixed_dictionaries(
    {
        "components": st.fixed_dictionaries(
            {
                "schemas": st.fixed_dictionaries(
                    {
                        "Input": st.fixed_dictionaries(
                            {
                                "properties": st.dictionaries(
                                    st.sampled_from(
                                        (
                                            "image",
                                            "mask",
                                            "prompt",
                                            "seed",
                                            "width",
                                            "height",
                                            "outpaint_left",
                                            "scheduler",
                                            "num_outputs",
                                        )
                                    ),
                                    st.one_of(
                                        st.dictionaries(
                                            st.sampled_from(
                                                (
                                                    "type",
                                                    "enum",
                                                    "default",
                                                    "minimum",
                                                    "maximum",
                                                    "description",
                                                    "allOf",
                                                    "$ref",
                                                )
                                            ),
                                            values(),
                                            max_size=3,
                                        ),
                                        values(),
                                    ),
                                )
                            },
                            optional={"required": st.one_of(st.just(["image"]), values())},
                        )
                    },
                    optional={"x": values()},
                )
            }
        )
    }
)
LATEST: st.SearchStrategy[dict[str, Any]] = st.builds(dict, openapi_schema=SCHEMA, id=values())
ABOUT = st.one_of(
    st.fixed_dictionaries(
        {"name": st.just("overpaint")},
        optional={"reads": values(), "default_version": values(), "engine": values()},
    ),
    st.fixed_dictionaries({"openapi_url": values(), "docs_url": values()}),
    st.fixed_dictionaries(
        {"results": st.lists(PREDICTION, max_size=2)}, optional={"next": values()}
    ),
    st.fixed_dictionaries(
        {"latest_version": st.one_of(values(), st.builds(dict, openapi_schema=SCHEMA, id=values()))}
    ),
    st.builds(dict, openapi_schema=SCHEMA),
    SCHEMA,
)
PROBLEM = st.dictionaries(
    st.sampled_from(("detail", "title", "status", "error", "message", "invalid_fields", "errors")),
    values(),
    max_size=4,
)
HEADERS = st.dictionaries(
    st.sampled_from(("content-type", "retry-after", "location", "x-request-id", "cf-ray")),
    st.one_of(
        st.sampled_from(("application/json", "text/html", "-1", "1e400", "nan", "9" * 400)),
        st.text(max_size=20),
    ),
    max_size=2,
)
JSON_BODY = st.one_of(PREDICTION, PREDICTION, ABOUT, PROBLEM, values()).map(
    lambda value: json.dumps(value).encode()
)
ANSWER = st.builds(
    Answer,
    st.sampled_from(
        (200, 201, 202, 204, 302, 400, 401, 402, 403, 404, 409, 413, 422, 429, 500, 503)
    ),
    HEADERS,
    st.one_of(JSON_BODY, JSON_BODY, st.binary(max_size=100), st.just(b"[" * 100_000)),
)
STEP = st.one_of(
    ANSWER,
    ANSWER,
    ANSWER,
    st.sampled_from((NotSentError("It was not sent."), AnswerTimeoutError("It was late."))),
)
ANSWERS = st.tuples(
    st.sampled_from((None, "hosted", "overpaint", "cog")),
    st.sampled_from((DEFAULT_VERSION, "a/b", "a/b:c", None)),
    st.lists(STEP, min_size=1, max_size=8),
)
Said = Answer | TransportError
Given = tuple[str | None, str | None, list[Said]]


STATUSES = (b"200", b"201", b"400", b"404", b"422", b"429", b"500")


@cache
def request() -> PaintRequest:
    """What is asked for."""
    return PaintRequest.read({"prompt": "a bench", "seed": 7})


@cache
def job() -> Job:
    """A job that has been sent."""
    photo = np.full((16, 16, 3), 90, np.uint8)
    mask = np.zeros((16, 16), np.uint8)
    mask[4:9, 4:9] = 255
    adapter = adapter_for(DEFAULT_VERSION)
    return prepare(request(), photo, mask, adapter=adapter, version=DEFAULT_VERSION)


def run(given: Given) -> None:
    """Every deed of a client's, hearing these answers in turn; the last again and again."""
    kind, version, answers = given
    endpoint = Endpoint("e", "https://h.example/v1", token="r8_k", kind=kind, version=version)
    for deed in DEEDS:
        with refusals():
            hear(deed(Conversation(endpoint, SWIFT)), answers)


def paint(says: Conversation) -> Flow[None]:
    """A whole run, and its result laid over the picture."""
    prediction, contents = yield from says.paint(job().ask, lambda _: None, Entry())
    finish(job(), contents, prediction, endpoint="e")


DEEDS: tuple[Callable[[Conversation], Flow[Any]], ...] = (
    paint,
    lambda says: says.choose(request()),
    lambda says: says.listing("c"),
    lambda says: says.cancel("p1"),
    lambda says: says.get("p1"),
    lambda says: says.create("v", {"image": "data:,"}, {}),
)


def hear(flow: Flow[Any], answers: list[Said]) -> None:
    """Drive a flow without a network and without waiting."""
    left = list(answers)
    try:
        step = next(flow)
        for _ in range(MOST_STEPS):
            if not isinstance(step, Call):
                step = flow.send(None)
                continue
            said = left.pop(0) if len(left) > 1 else left[0]
            step = flow.send(said) if isinstance(said, Answer) else flow.throw(said)
    except StopIteration:
        return
    # A prediction that has not ended is waited for.
    waits = any(b'"id"' in said.body for said in left if isinstance(said, Answer))
    if not waits:
        raise Finding(f"still asking after {MOST_STEPS} steps: {step!r:.200}")
    flow.close()


def body(content: bytes) -> None:
    """Bytes as an answer's body."""
    status, _, rest = content.partition(b" ")
    code = (
        int(status) if status in (b"200", b"201", b"400", b"404", b"422", b"429", b"500") else 200
    )
    headers: Mapping[str, str] = {"content-type": "application/json"}
    run((None, None, [Answer(code, headers, rest)]))


def seeds() -> list[bytes]:
    """Answers of each kind."""
    done = {"id": "p1", "status": "succeeded", "output": [plain((512, 512), 90)], "logs": "1%"}
    problem = {"title": "T", "detail": "D.", "status": 422, "invalid_fields": [{"field": "a"}]}
    return [
        b"201 " + json.dumps(done).encode(),
        b"422 " + json.dumps(problem).encode(),
        b'200 {"name": "overpaint", "reads": ["image"], "default_version": "overpaint/fill"}',
        b'200 {"results": [{"id": "p1", "status": "failed", "error": "E."}], "next": null}',
        b'429 {"detail": "Request was throttled.", "retry_after": 5}',
        b"500 <html>Bad gateway</html>",
    ]


DOORS: tuple[Door, ...] = (
    raw("answer body", body, seeds, longest=4096),
    structured("answers", ANSWERS, run),
)
