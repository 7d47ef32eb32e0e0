"""The pipe: lines either way, as one decodes them, and as a real worker and a real editor do."""

from __future__ import annotations

import json
import queue
import sys
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Any

import hypothesis.strategies as st

from overpaint_bridge.errors import BridgeError, ProtocolError
from overpaint_bridge.link import Link
from overpaint_bridge.protocol import (
    TO_HOST,
    TO_WORKER,
    Diagnosis,
    EndpointsKnown,
    Failed,
    Message,
    Refused,
    decode,
    encode,
    names,
)
from overpaint_bridge.runtime import Runtime
from overpaint_bridge.session import Session

from .door import Door, Finding, insist_on_a_sentence, raw, refusals, structured

__all__ = ["DOORS"]

ANSWER_SECONDS = 20.0
# Messages that end a worker, or reach out of it, are tried where nothing is lost by it.
LEFT_OUT = frozenset({"quit", "key_set", "key_forget", "endpoint_test", "doctor"})


def line(content: bytes) -> None:
    """A line, decoded at either end; what can be read can be written again."""
    for known in (TO_WORKER, TO_HOST):
        with refusals():
            message = decode(content, known)
            if decode(encode(message), known) != message and b"NaN" not in encode(message):
                raise Finding(f"changed on its way: {message!r:.300}")
    names(content)


def values() -> st.SearchStrategy[Any]:
    """Whatever JSON can hold, odd numbers and broken characters among it."""
    odd = st.sampled_from(
        (0, -1, 1, 2**16, 2**31, 2**64, 1e999, float("nan"), "", "\ud800", "\x00", "é" * 300)
    )
    plain = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), odd)
    return st.recursive(
        plain,
        lambda inner: st.one_of(
            st.lists(inner, max_size=5), st.dictionaries(st.text(), inner, max_size=4)
        ),
        max_leaves=8,
    )


BLOCK = st.fixed_dictionaries(
    {
        name: st.one_of(st.sampled_from((0, 1, 4, 12, 64, 4096, 65536, 2**40, -1)), values())
        for name in ("offset", "width", "height", "stride")
    }
    | {"format": st.one_of(st.sampled_from(("L8", "RGB8", "BGRA16", "L9")), values())}
)
REQUEST = st.dictionaries(
    st.sampled_from(
        (
            "prompt",
            "seed",
            "steps",
            "left",
            "up",
            "context",
            "feather",
            "num_outputs",
            "extra",
            "invert_mask",
            "outpaint_direction",
            "width",
            "version",
            "input",
            "grow",
            "x",
        )
    ),
    values(),
    max_size=4,
)
FIELDS: Mapping[str, st.SearchStrategy[Any]] = {
    "image": st.one_of(BLOCK, st.none()),
    "mask": st.one_of(BLOCK, st.none()),
    "pixels": BLOCK,
    "request": REQUEST,
    "canvas": st.one_of(st.lists(st.sampled_from((-1, 0, 1, 9, 100, 2**40)), max_size=3)),
    "hole": st.one_of(st.none(), st.lists(st.sampled_from((-5, 0, 1, 9, 2**40)), max_size=5)),
    "job": st.sampled_from(("1", "2", "", "\ud800", "é")),
    "endpoint": st.sampled_from((None, "", "embedded", "nowhere", "ftp://x", "http://[")),
    "name": st.sampled_from(("", "a", "embedded", "\ud800", "x" * 100)),
    "base_url": st.sampled_from(("", "http://[", "https://h/v1", "http://h:99999", "\ud800")),
    "protocol": st.just(1),
}


def messages(known: Mapping[str, type[Message]]) -> st.SearchStrategy[dict[str, Any]]:
    """Messages by their names, with fields that mostly fit."""

    def of(name: str) -> st.SearchStrategy[dict[str, Any]]:
        parts = {
            part.name: st.one_of(FIELDS.get(part.name, values()), values())
            if part.name not in FIELDS
            else FIELDS[part.name]
            for part in fields(known[name])  # type: ignore[arg-type]  # every message is a dataclass
        }
        return st.fixed_dictionaries({"type": st.just(name)}, optional=parts)

    return st.sampled_from(sorted(set(known) - LEFT_OUT)).flatmap(of)


LINES = st.lists(
    st.one_of(
        messages(TO_WORKER).map(lambda message: json.dumps(message).encode()),
        values().map(lambda value: json.dumps(value).encode()),
        st.binary(max_size=200).map(lambda content: content.replace(b"\n", b" ")),
        st.just(b'{"type":"run","job":"1","request":{}'),
        st.just(b"x" * (2**20 + 9)),
    ),
    max_size=5,
)


class Listening:
    """A real worker that has to answer after whatever it is told; one for all inputs."""

    def __init__(self) -> None:
        self.session = Session(Runtime((sys.executable,), "fuzz"), host="fuzz")

    def tell(self, lines: list[bytes]) -> None:
        """Write lines, then ask something that must be answered."""
        link: Link = self.session._link
        stream = link._process.stdin
        if stream is None:
            raise Finding("the worker has no pipe")
        try:
            stream.write(b"".join(content + b"\n" for content in lines))
            stream.write(b'{"type":"endpoints"}\n')
            stream.flush()
        except OSError as error:
            raise Finding(f"the worker has ended: {link.log[-1500:]}") from error
        self._hear(link)

    def _hear(self, link: Link) -> None:
        while True:
            try:
                said = link.heard.get(timeout=ANSWER_SECONDS)
            except queue.Empty:
                raise Finding(f"the worker is deaf: {link.log[-1500:]}") from None
            if isinstance(said, BridgeError):
                raise Finding(f"the worker ended or said nonsense: {said} {link.log[-1500:]}")
            if isinstance(said, Failed):
                insist_on_a_sentence(said.message)
                if said.code == "internal":
                    raise Finding(f"an unexpected error: {link.log[-1500:]}")
            if isinstance(said, Refused):
                insist_on_a_sentence(said.message)
            if isinstance(said, EndpointsKnown):
                return


@cache
def worker() -> list[Listening]:
    """The one worker, started again after a finding."""
    return []


def converse(lines: list[bytes]) -> None:
    """Tell a real worker."""
    running = worker()
    if not running:
        running.append(Listening())
    try:
        running[0].tell(lines)
    except BaseException:
        running.pop().session.close()
        raise


# A program that says what it is told to, in a worker's place.
ECHO = "import sys; sys.stdout.buffer.write(bytes.fromhex(sys.argv[1]))"
SAID = st.lists(
    st.one_of(
        messages(TO_HOST).map(lambda message: json.dumps(message).encode()),
        st.binary(max_size=100),
        values().map(lambda value: json.dumps(value).encode()),
    ),
    max_size=6,
).map(b"\n".join)


def listen(content: bytes) -> None:
    """A real session of an editor's, with a worker that says these bytes and ends."""
    arguments = ("-S", "-c", ECHO, content.hex())
    with Session(Runtime((sys.executable,), "fuzz"), host="fuzz", arguments=arguments) as session:
        for _ in range(200):
            try:
                message = session._link.heard.get(timeout=ANSWER_SECONDS)
            except queue.Empty:
                raise Finding("an editor waits for ever") from None
            if isinstance(message, ProtocolError):
                insist_on_a_sentence(str(message))
            elif isinstance(message, BridgeError):
                return
            elif isinstance(message, Diagnosis):
                continue


def seeds() -> list[bytes]:
    """Lines of each kind."""
    block = '{"offset":0,"width":2,"height":1,"stride":6,"format":"RGB8"}'
    return [
        b'{"type":"hello","protocol":1,"host":"gimp"}',
        f'{{"type":"run","job":"1","request":{{}},"image":{block},"mask":{block}}}'.encode(),
        b'{"type":"run","job":"1","request":{},"canvas":[9,9],"hole":[1,1,2,2]}',
        f'{{"type":"pixels","job":"1","image":{block}}}'.encode(),
        f'{{"type":"output","job":"1","index":0,"x":0,"y":0,"pixels":{block},"mask":{block},'
        f'"canvas_width":2,"canvas_height":1}}'.encode(),
        b'{"type":"failed","job":"\\ud800","code":"x","message":"Bad."}',
        b'{"type":"endpoints","default":"a","list":[{"name":"a"}]}',
        b'{"type":"key_set","endpoint":"a","key":"b"}',
        b"[" * 100_000,
        b"1" * 5000,
        b"\xff\xfe{}",
    ]


DOORS: tuple[Door, ...] = (
    raw("line", line, seeds, longest=4096),
    structured("worker", LINES, converse),
    structured("editor", SAID, listen),
)
