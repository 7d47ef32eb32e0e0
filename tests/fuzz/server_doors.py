"""The prediction server: the real app, called as any client might."""

from __future__ import annotations

import asyncio
import base64
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import hypothesis.strategies as st
from PIL import Image

from overpaint.server.app import create_app
from overpaint.server.engines import engine_named
from overpaint.server.published import FILL, STABLE_DIFFUSION
from overpaint.server.runs import Run
from overpaint.server.settings import ServerSettings

from .door import Door, Finding, insist_on_a_sentence, raw, structured
from .pictures import samples
from .pipe_doors import values

__all__ = ["DOORS"]

ANSWER_SECONDS = 30.0


@dataclass(frozen=True)
class Request:
    """One call."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Serving:
    """The real app on an event loop of its own; one for all inputs."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        settings = ServerSettings(jobs=1, run_seconds=20.0, keep_predictions=50)
        self.app = create_app(settings, engine_named("patchmatch"))
        self._life = self.app.router.lifespan_context(self.app)
        self.loop.run_until_complete(self._life.__aenter__())

    def answer(self, request: Request) -> tuple[int, Mapping[str, str], bytes]:
        """Make one call, and wait for what it set off."""
        return self.loop.run_until_complete(
            asyncio.wait_for(self._answered(request), ANSWER_SECONDS)
        )

    async def _answered(self, request: Request) -> tuple[int, Mapping[str, str], bytes]:
        sent: list[Any] = []
        body = [{"type": "http.request", "body": request.body, "more_body": False}]

        async def receive() -> Any:  # noqa: ANN401  ASGI's own
            return body.pop() if body else {"type": "http.disconnect"}

        async def send(message: Any) -> None:  # noqa: ANN401  ASGI's own
            sent.append(message)

        await self.app(scope(request), receive, send)
        await self._settle()
        headers = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
        return sent[0]["status"], headers, b"".join(part.get("body", b"") for part in sent[1:])

    async def _settle(self) -> None:
        """Wait for every prediction, and look at how it ended."""
        for run in list(self.app.state.server.runs):
            if not run.is_terminal:
                await run.ended.wait()
            check_run(run)


def check_run(run: Run) -> None:
    """A prediction that failed says why, and never that the engine broke."""
    if run.status == "failed":
        insist_on_a_sentence(run.error or "")
        if "engine failed" in (run.error or ""):
            raise Finding(f"{run.error} {run.given!r:.500}")


@cache
def server() -> Serving:
    """The one app."""
    return Serving()


def scope(request: Request) -> dict[str, Any]:
    """A call as ASGI has it."""
    host = [(b"host", b"127.0.0.1"), (b"content-length", str(len(request.body)).encode())]
    given = [(name.lower().encode(), value.encode("latin-1")) for name, value in request.headers]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": request.path,
        "raw_path": request.path.encode("utf-8", "replace"),
        "query_string": request.query.encode("utf-8", "replace"),
        "root_path": "",
        "headers": host + given,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }


def call(request: Request) -> None:
    """Whatever is sent, the answer is one of the API's."""
    status, headers, body = server().answer(request)
    if status >= 500:
        raise Finding(f"{status} for {request!r:.500}: {body[:300]!r}")
    if status < 400 or request.method == "HEAD":
        return
    if not headers.get("content-type", "").startswith("application/problem+json"):
        raise Finding(f"{status} is no problem+json but {body[:200]!r} for {request!r:.300}")
    problem = json.loads(body)
    if problem.get("status") != status or not problem.get("detail"):
        raise Finding(f"no problem: {problem!r:.300}")


def picture(content: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(content).decode()


def plain(size: tuple[int, int], color: int) -> str:
    buffer = io.BytesIO()
    Image.new("L", size, color).save(buffer, "PNG")
    return picture(buffer.getvalue())


PICTURES = st.one_of(
    st.sampled_from([plain((9, 9), 90), plain((9, 9), 255), plain((1, 1), 255), plain((9, 9), 0)]),
    st.sampled_from([picture(content) for _, content in samples() if len(content) < 3000]),
    st.sampled_from(("", "data:", "data:image/png;base64,!", "http://127.0.0.1/", "file:///etc")),
)
INPUT = st.fixed_dictionaries(
    {"image": PICTURES, "mask": PICTURES},
    optional={
        "prompt": st.one_of(st.text(max_size=9), values()),
        "seed": st.one_of(st.integers(), values()),
        "num_outputs": st.sampled_from((0, 1, 2, 9, "1", None)),
        "width": st.sampled_from((64, 65, "64", None)),
        "height": st.sampled_from((64, 128, 0)),
        "scheduler": st.sampled_from(("DDIM", "x", None)),
        "strange": values(),
    },
)
VERSION = st.sampled_from(
    (FILL.model, FILL.version, STABLE_DIFFUSION.version, f"{FILL.model}:x", "", "a/b", 1, None)
)
BODY = st.fixed_dictionaries(
    {"version": VERSION, "input": st.one_of(INPUT, INPUT, INPUT, values())},
    optional={
        "webhook": st.one_of(st.sampled_from(("http://h", "https://h", "https://[")), values()),
        "webhook_events_filter": st.one_of(st.just(["start"]), values()),
        "stream": values(),
        "steps": values(),
        "image": PICTURES,
        "cfg_scale": values(),
        "foreign": values(),
    },
)
HEADERS = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(("prefer", "cancel-after", "content-type", "content-length", "x")),
            st.one_of(
                st.sampled_from(
                    (
                        "wait=99999999999999999999",
                        "wait",
                        "0h0m0s",
                        "99999999999999h",
                        "-1",
                        "multipart/form-data; boundary=b",
                        "multipart/form-data",
                        "a" * 300,
                    )
                ),
                st.text(st.characters(max_codepoint=255), max_size=20),
            ),
        ),
    ),
    max_size=3,
).map(tuple)
PATHS = st.one_of(
    st.sampled_from(("/v1/predictions", "/replicate/v1/predictions", "/v1/files", "/v1"))
    | st.sampled_from(("/v1/models/overpaint/fill/predictions", "/v1/predictions/x/cancel"))
    | st.sampled_from(("/v1/files/x/download", "/v1/predictions/x/outputs/0.png", "/", "/docs")),
    st.text(max_size=30).map(lambda text: "/v1/" + text),
)
CREATES = st.builds(
    Request,
    st.just("POST"),
    st.sampled_from(("/v1/predictions", "/v1/models/overpaint/fill/predictions")),
    st.just(""),
    HEADERS.map(lambda given: tuple(pair for pair in given if pair[0] in ("prefer", "x"))),
    BODY.map(lambda body: json.dumps(body).encode()),
)
CALLS = st.builds(
    Request,
    st.sampled_from(("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "BREW")),
    PATHS,
    st.one_of(st.just(""), st.sampled_from(("cursor=x", "created_after=%ff", "=&=")), st.text()),
    HEADERS,
    st.one_of(
        st.binary(max_size=200),
        values().map(lambda value: json.dumps(value).encode()),
        st.just(b"--b\r\nContent-Disposition: form-data; name=content\r\n\r\nx\r\n--b--\r\n"),
    ),
)


def post(content: bytes) -> None:
    """Bytes as a create's body."""
    call(Request("POST", "/v1/predictions", "", (("content-type", "application/json"),), content))


def upload(content: bytes) -> None:
    """Bytes as an upload."""
    kind = (("content-type", "multipart/form-data; boundary=b"),)
    call(Request("POST", "/v1/files", "", kind, content))


FORM = (
    b'--b\r\nContent-Disposition: form-data; name="content"; filename="a.png"\r\n'
    b"Content-Type: image/png\r\n\r\nbytes\r\n"
    b'--b\r\nContent-Disposition: form-data; name="metadata"\r\n\r\n{"a": 1}\r\n--b--\r\n'
)


def bodies() -> list[bytes]:
    """Creates that mostly fit."""
    whole = {
        "version": FILL.model,
        "input": {"image": plain((9, 9), 90), "mask": plain((9, 9), 255), "seed": 1},
    }
    return [json.dumps(whole).encode(), b"{}", b"[" * 100_000, b'{"input": NaN}', b"\xff"]


DOORS: tuple[Door, ...] = (
    raw("server body", post, bodies, longest=4096),
    raw("server upload", upload, lambda: [FORM, FORM[:60], b""], longest=2048),
    structured("server create", CREATES, call),
    structured("server call", CALLS, call),
)
