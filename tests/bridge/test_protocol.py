"""The lines of the pipe, and what of them is refused."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overpaint_bridge.errors import ProtocolError
from overpaint_bridge.pixels import Block
from overpaint_bridge.protocol import (
    LONGEST_LINE,
    TO_HOST,
    TO_WORKER,
    Cancel,
    Done,
    Hello,
    Message,
    Output,
    Run,
    decode,
    encode,
)

BLOCK = Block(0, 4, 3, 12, "RGB8")


@pytest.mark.parametrize(
    "message",
    [
        Hello(1, "GIMP", "3.0.4"),
        Run("job-1", {"prompt": "ein Bänkchen"}, BLOCK, None, "studio"),
        Run("job-1", {}, BLOCK, Block(64, 4, 3, 4, "L8")),
        Cancel("job-1"),
    ],
)
def test_what_is_encoded_decodes_to_the_same(message: Message) -> None:
    line = encode(message)

    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert decode(line, TO_WORKER) == message


def test_an_output_decodes_to_the_same() -> None:
    message = Output("job-1", 0, 5, 6, BLOCK, Block(64, 4, 3, 4, "L8"), 100, 80, seed=4, seam=1.5)

    assert decode(encode(message), TO_HOST) == message


def test_unknown_fields_are_ignored() -> None:
    line = json.dumps({"type": "done", "job": "a", "mood": "good"}).encode()

    assert decode(line, TO_HOST) == Done("a")


def block(**changes: object) -> dict[str, object]:
    return {"offset": 0, "width": 4, "height": 3, "stride": 12, "format": "RGB8", **changes}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"not json", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "not a JSON object"),
        (b"{}", "no message called None"),
        (b'{"type": "dance"}', "no message called dance"),
        (b'{"type": ["run"]}', "no message called"),
        (b'{"type": "cancel"}', "lacks a field"),
        (b'{"type": "cancel", "job": 5}', "job of cancel can't be 5"),
        (b'{"type": "hello", "protocol": true}', "protocol of hello"),
        (b"x" * (LONGEST_LINE + 1), "longer than"),
    ],
)
def test_what_can_be_no_message_is_refused_in_words(line: bytes, said: str) -> None:
    with pytest.raises(ProtocolError, match=said):
        decode(line, TO_WORKER)


@pytest.mark.parametrize(
    "image",
    [
        None,
        [],
        block(offset=-1),
        block(width=0),
        block(width=1.5),
        block(height=10**9),
        block(stride=3),
        block(format="CMYK8"),
        block(format=None),
        block(offset=True),
        {"offset": 0},
    ],
)
def test_a_place_that_can_hold_no_picture_is_refused(image: object) -> None:
    line = json.dumps({"type": "pixels", "job": "a", "image": image}).encode()

    with pytest.raises(ProtocolError):
        decode(line, TO_WORKER)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_line_whatever_raises_anything_else(line: bytes) -> None:
    with contextlib.suppress(ProtocolError):
        decode(line, TO_WORKER)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)


@settings(deadline=None)
@given(
    st.sampled_from(sorted(TO_WORKER)),
    st.dictionaries(st.sampled_from(["job", "request", "image", "mask", "protocol"]), json_values),
)
def test_no_object_whatever_raises_anything_else(name: str, fields: dict[str, Any]) -> None:
    with contextlib.suppress(ProtocolError):
        decode(json.dumps({"type": name, **fields}).encode(), TO_WORKER)
