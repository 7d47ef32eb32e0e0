"""Both ends of the pipe replay the same conversations."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from overpaint_bridge.folders import HOST_PIXELS
from overpaint_bridge.orders import EndpointAdd
from overpaint_bridge.pixels import PixelWriter
from overpaint_bridge.protocol import TO_HOST, Message, decode
from overpaint_bridge.runtime import Runtime
from overpaint_bridge.session import Pixels, Session

TRANSCRIPTS = sorted(Path(__file__).parents[1].joinpath("transcripts").glob("*.jsonl"))
WIDTH, HEIGHT = 32, 24
IMAGE = bytes(range(256)) * (WIDTH * HEIGHT * 3 // 256)
ROW = b"\xff" * 8 + bytes(WIDTH - 8)
# A cancel may reach the worker before or after the job's first step.
OPTIONAL = {"progress", "accepted", "sent"}
MASK = bytes(WIDTH * 8) + ROW * 8 + bytes(WIDTH * 8)

# Plays a worker: says the lines to the host, and hears whether the others come as written.
ACTOR = """
import json, sys
for line in open(sys.argv[1]):
    part = json.loads(line)
    if part["to"] == "host":
        print(json.dumps(part["message"]), flush=True)
    else:
        heard = json.loads(sys.stdin.readline() or "null")
        if heard != part["message"]:
            sys.exit(f"heard {heard} instead of {part['message']}")
"""


def parts(transcript: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in transcript.read_text().splitlines()]


def fits(expected: dict[str, Any], heard: dict[str, Any]) -> bool:
    """Whether a message says all that is expected of it."""
    return all(heard.get(name) == value for name, value in expected.items())


def heard_until(lines: Iterator[bytes], expected: dict[str, Any]) -> None:
    """Read on to the expected message; only what depends on timing may come before it."""
    for line in lines:
        message = json.loads(line)
        if fits(expected, message):
            return
        assert message["type"] in OPTIONAL, f"{message} came instead of {expected}"
    raise AssertionError(f"the worker ended instead of saying {expected}")


@pytest.mark.parametrize("transcript", TRANSCRIPTS, ids=lambda path: path.stem)
def test_the_worker_answers_as_written(transcript: Path, tmp_path: Path) -> None:
    with PixelWriter(tmp_path / HOST_PIXELS) as pixels:
        pixels.write(IMAGE, width=WIDTH, height=HEIGHT, format="RGB8")
        pixels.write(MASK, width=WIDTH, height=HEIGHT, format="L8")
        worker = subprocess.Popen(
            [sys.executable, "-E", "-P", "-u", "-m", "overpaint.worker", str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert worker.stdin is not None
        assert worker.stdout is not None

        for part in parts(transcript):
            if part["to"] == "worker":
                worker.stdin.write(json.dumps(part["message"]).encode() + b"\n")
                worker.stdin.flush()
            else:
                heard_until(iter(worker.stdout), part["message"])

        worker.stdin.close()
        rest = [json.loads(line) for line in worker.stdout]
        worker.stdout.close()
        assert worker.wait() == 0
        assert [message for message in rest if message["type"] != "progress"] == []


@pytest.mark.parametrize("transcript", TRANSCRIPTS, ids=lambda path: path.stem)
def test_the_session_speaks_as_written(transcript: Path) -> None:
    session = Session(
        Runtime((sys.executable,), "0"),
        host="transcript",
        host_version="1",
        arguments=("-c", ACTOR, str(transcript)),
    )
    heard: list[Message] = []

    expected: list[Message] = []
    for part in parts(transcript):
        if part["to"] == "worker":
            speak(session, part["message"])
        else:
            expected.append(decode(json.dumps(part["message"]).encode(), TO_HOST))
            hear(session, heard, len(expected))
    session.close()

    assert heard == expected
    assert session.exit_code == 0, session.log


def speak(session: Session, message: dict[str, Any]) -> None:
    """Call what a host would call to say this."""
    kind, name = message["type"], str(message.get("name") or message.get("endpoint"))
    picture, hole = Pixels(IMAGE, WIDTH, HEIGHT, "RGB8"), Pixels(MASK, WIDTH, HEIGHT, "L8")
    says: dict[str, Callable[[], object]] = {
        "hello": lambda: None,
        "run": lambda: run(session, message, picture, hole),
        "pixels": lambda: session.send_pixels(message["job"], picture, hole),
        "cancel": lambda: session.cancel(message["job"]),
        "release": lambda: session.release(message["job"]),
        "endpoints": session.ask_endpoints,
        "endpoint_add": lambda: session.add_endpoint(
            EndpointAdd(**{field: value for field, value in message.items() if field != "type"})
        ),
        "endpoint_use": lambda: session.use_endpoint(name),
        "endpoint_test": lambda: session.test_endpoint(name),
        "endpoint_remove": lambda: session.remove_endpoint(name),
        "key_set": lambda: session.set_key(name, message["key"]),
        "key_forget": lambda: session.forget_key(name),
        "recover": session.recover,
        "quit": lambda: None,
    }
    says[kind]()


def run(session: Session, message: dict[str, Any], picture: Pixels, hole: Pixels) -> None:
    if message["canvas"] is None:
        session.run(message["request"], picture, hole)
        return
    session.run(
        message["request"],
        canvas=(message["canvas"][0], message["canvas"][1]),
        hole=message["hole"] and tuple(message["hole"]),
        dry_run=message["dry_run"],
        document=message["document"],
    )


def hear(session: Session, heard: list[Message], number: int) -> None:
    """Wait until so many messages have come."""
    end = time.monotonic() + 30
    while len(heard) < number:
        assert time.monotonic() < end, session.log
        heard += session.poll()
        time.sleep(0.005)
