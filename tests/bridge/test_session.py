"""The real worker process over real pipes."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from numpy.typing import NDArray

import overpaint
from fakes.serving import serving
from overpaint.journal import State, journal_folder, open_journal
from overpaint_bridge import __version__
from overpaint_bridge.errors import ProtocolError, WorkerGoneError
from overpaint_bridge.protocol import (
    PROTOCOL,
    Accepted,
    Canceled,
    Done,
    EndpointsKnown,
    Failed,
    Message,
    Output,
    Progress,
    Ready,
    Recovered,
    Refused,
)
from overpaint_bridge.runtime import Runtime
from overpaint_bridge.session import Pixels, Session

from .canvases import packed, unpacked

SECONDS = 60

T = TypeVar("T")


def first(session: Session) -> Message:
    """The first thing a worker says."""
    return until(session.poll)[0]


def until(look: Callable[[], T]) -> T:
    """Look until there is something."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.01)
    raise AssertionError("the worker said nothing")


def gone(pid: int) -> bool:
    """Wait for a process to be no more."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        status = Path(f"/proc/{pid}/stat")
        try:
            if status.read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.05)
    return False


def test_a_worker_introduces_itself(session: Session) -> None:
    heard = first(session)

    assert heard == Ready(PROTOCOL, __version__, ["patchmatch"], ["embedded"])


def test_a_run_brings_a_layer_that_makes_the_same_picture_as_the_library(
    session: Session, photo: NDArray[np.uint8], mask: NDArray[np.uint8]
) -> None:
    job = session.run({"seed": 5}, packed(photo, "RGB8"), packed(mask, "L8"))

    heard = session.wait(job, SECONDS)

    output = next(message for message in heard if isinstance(message, Output))
    pixels = np.frombuffer(session.pixels(output.pixels).data, np.uint8)
    shown = np.frombuffer(session.pixels(output.mask).data, np.uint8)
    height, width = output.pixels.height, output.pixels.width
    region = (slice(output.y, output.y + height), slice(output.x, output.x + width))
    final = photo.copy()
    visible = shown.reshape(height, width) == 255
    final[region][visible] = pixels.reshape(height, width, 3)[visible]
    expected = overpaint.Client("embedded")
    with expected:
        library = expected.inpaint(photo, mask, seed=5).outputs[0].picture.pixels
    assert isinstance(heard[0], Accepted)
    assert any(isinstance(message, Progress) for message in heard)
    assert isinstance(heard[-1], Done)
    assert (final == library).all()
    assert (final[mask == 0] == photo[mask == 0]).all()


@pytest.mark.parametrize(
    ("name", "channels"), [("L8", [0]), ("RGB8", [0, 1, 2]), ("BGRA8", [2, 1, 0])]
)
def test_pixels_keep_their_order_both_ways(
    session: Session,
    photo: NDArray[np.uint8],
    mask: NDArray[np.uint8],
    name: str,
    channels: list[int],
) -> None:
    given = photo[..., channels]
    if name == "BGRA8":
        given = np.dstack([given, np.full(mask.shape, 255, np.uint8)])
    job = session.run({"seed": 5}, packed(given, name), packed(mask, "L8"))

    output = next(m for m in session.wait(job, SECONDS) if isinstance(m, Output))

    layer = unpacked(session.pixels(output.pixels))
    kept = mask[: layer.shape[0], : layer.shape[1]] == 0
    assert output.pixels.format == name
    assert (output.x, output.y) == (0, 0)
    assert (layer[kept] == given[: layer.shape[0], : layer.shape[1]][kept]).all()


def test_expanding_sends_no_mask_and_grows_the_canvas(
    session: Session, photo: NDArray[np.uint8]
) -> None:
    job = session.run({"seed": 5, "left": 16}, packed(photo, "RGB8"))

    output = next(m for m in session.wait(job, SECONDS) if isinstance(m, Output))

    assert (output.canvas_width, output.canvas_height) == (128 + 16, 96)


def large_job(session: Session, photo: NDArray[np.uint8]) -> str:
    """A job of some seconds."""
    large = np.tile(photo, (8, 8, 1))
    hole = np.zeros(large.shape[:2], np.uint8)
    hole[100:600, 100:800] = 255
    return session.run({}, packed(large, "RGB8"), packed(hole, "L8"))


def test_a_job_canceled_at_once_is_canceled(session: Session, photo: NDArray[np.uint8]) -> None:
    job = large_job(session, photo)

    session.cancel(job)

    assert session.wait(job, SECONDS)[-1] == Canceled(job, "no")


def test_a_job_canceled_while_it_paints_is_canceled_and_costs_nothing(
    session: Session, photo: NDArray[np.uint8]
) -> None:
    job = large_job(session, photo)
    heard: list[Message] = []
    while not any(isinstance(m, Progress) and m.fraction for m in heard):
        heard += session.poll()
        time.sleep(0.01)

    session.cancel(job)

    assert session.wait(job, SECONDS)[-1] == Canceled(job, "no")


def test_a_refused_request_names_what_is_wrong(
    session: Session, photo: NDArray[np.uint8], mask: NDArray[np.uint8]
) -> None:
    job = session.run({"promt": "a cat"}, packed(photo, "RGB8"), packed(mask, "L8"))

    failed = session.wait(job, SECONDS)[-1]

    assert isinstance(failed, Failed)
    assert failed.code == "input"
    assert "did you mean “prompt”" in failed.message


def test_jobs_run_side_by_side_and_stay_apart(
    session: Session, photo: NDArray[np.uint8], mask: NDArray[np.uint8]
) -> None:
    jobs = [
        session.run({"seed": seed}, packed(photo, "RGB8"), packed(mask, "L8")) for seed in (1, 2)
    ]

    ends = [session.wait(job, SECONDS) for job in jobs]

    seeds = [next(m for m in heard if isinstance(m, Output)).seed for heard in ends]
    assert seeds == [1, 2]


def test_released_places_are_used_again(
    session: Session, photo: NDArray[np.uint8], mask: NDArray[np.uint8]
) -> None:
    offsets = []
    for seed in range(3):
        job = session.run({"seed": seed}, packed(photo, "RGB8"), packed(mask, "L8"))
        output = next(m for m in session.wait(job, SECONDS) if isinstance(m, Output))
        offsets.append(output.pixels.offset)
        session.release(job)

    assert len(set(offsets)) == 1


def test_closing_ends_the_worker_and_removes_its_folder(runtime: Runtime) -> None:
    session = Session(runtime)
    first(session)

    session.close()

    assert gone(session.pid)
    assert not session.folder.exists()


def test_a_worker_that_dies_is_reported_with_the_end_of_its_log(runtime: Runtime) -> None:
    dying = ("-c", "import sys; sys.stderr.write('no such library'); sys.exit(3)")
    with Session(runtime, arguments=dying) as session:
        with pytest.raises(WorkerGoneError, match="exit code 3") as caught:
            first(session)

        assert "no such library" in caught.value.detail


def test_another_protocol_is_refused_in_words(runtime: Runtime) -> None:
    newer = ("-c", 'print(\'{"type": "ready", "protocol": 99}\'); import sys; sys.stdin.read()')
    with (
        Session(runtime, arguments=newer) as session,
        pytest.raises(ProtocolError, match="Update the older"),
    ):
        first(session)


def test_no_interpreter_is_a_sentence() -> None:
    with pytest.raises(WorkerGoneError, match="could not be started"):
        Session(Runtime(("/nowhere/python",), "0"))


HOST = """
import sys, time
from overpaint_bridge.runtime import Runtime
from overpaint_bridge.session import Pixels, Session

session = Session(Runtime((sys.executable,), "0"))
job = session.run({}, Pixels(bytes(600 * 600 * 3), 600, 600, "RGB8"),
                  Pixels(bytes(200 * 600) + b"\\xff" * (400 * 600), 600, 600, "L8"))
while not session.poll():
    time.sleep(0.01)
print(session.pid, session.folder, flush=True)
time.sleep(600)
"""


def test_a_killed_host_leaves_no_worker_and_no_folder() -> None:
    host = subprocess.Popen(
        [sys.executable, "-c", HOST], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert host.stdout is not None
    pid, folder = host.stdout.readline().split()

    host.kill()
    host.communicate()

    assert gone(int(pid))
    assert not Path(folder).exists()


# A worker in which something of ours is broken, as no test could bring about from outside.
BROKEN = """
import runpy, sys, threading
import overpaint.settings
from overpaint.worker.painting import Painter

def fault():
    raise RuntimeError("a fault")

def hang(*given):
    sys.stderr.write("hanging\\n")
    threading.Event().wait()

{change}
runpy.run_module("overpaint.worker", run_name="__main__", alter_sys=True)
"""


def broken(change: str, folder: Path) -> tuple[str, ...]:
    script = folder / "broken_worker.py"
    script.write_text(BROKEN.replace("{change}", change))
    return (str(script),)


def test_a_worker_answers_while_its_journal_must_be_waited_for(
    session: Session, photo: NDArray[np.uint8], mask: NDArray[np.uint8]
) -> None:
    job = session.run({"seed": 5}, packed(photo, "RGB8"), packed(mask, "L8"))
    heard = session.wait(job, SECONDS)
    kept_as = next(one.id for one in heard if isinstance(one, Accepted) and one.id)
    journal = open_journal()
    assert journal is not None
    other = sqlite3.connect(journal_folder() / "journal.sqlite3", isolation_level=None)

    other.execute("BEGIN IMMEDIATE")
    session.release(job)
    session.settle(kept_as)
    session.ask_endpoints()
    said = first(session)
    # Had it been waited for until it gave up, the states were not written down.
    other.execute("ROLLBACK")
    other.close()
    session.close()

    assert isinstance(said, EndpointsKnown)
    assert journal.row(kept_as).state is State.DELIVERED


def test_a_question_that_meets_a_fault_of_ours_is_answered_and_the_worker_goes_on(
    runtime: Runtime, tmp_path: Path
) -> None:
    arguments = broken("overpaint.settings.known_endpoints = fault", tmp_path)
    with Session(runtime, host="tests", arguments=arguments) as session:
        assert isinstance(first(session), Ready)

        session.ask_endpoints()
        said = first(session)
        session.recover()

        assert isinstance(said, Refused)
        assert (said.about, said.hint) == ("endpoints", "Please report it, with the log.")
        assert isinstance(first(session), Recovered)
        assert "RuntimeError: a fault" in session.log


# One of our own steps that takes as long as a test wants: a slow disk, or many megabytes.
SLOW = """
import pathlib, time
import overpaint.worker.leftovers as leftovers
plain = {step}
def slow(*given):
    sys.stderr.write("at it\\n")
    while not pathlib.Path({go!r}).exists():
        time.sleep(0.01)
    return plain(*given)
{step} = slow
"""


def test_a_job_canceled_while_it_hands_over_has_written_all_before_it_ends(
    runtime: Runtime, tmp_path: Path, photo: NDArray[np.uint8], mask: NDArray[np.uint8]
) -> None:
    go = tmp_path / "go"
    arguments = broken(SLOW.format(step="Painter._hand_over", go=str(go)), tmp_path)
    with Session(runtime, host="tests", arguments=arguments) as session:
        job = session.run({"seed": 5}, packed(photo, "RGB8"), packed(mask, "L8"))
        until(lambda: "at it" in session.log)

        session.cancel(job)
        # What would end it too early has the time to.
        time.sleep(0.5)
        go.touch()
        heard = session.wait(job, SECONDS)

        assert isinstance(heard[-1], Canceled)
        assert any(isinstance(message, Output) for message in heard)


BUSY_HOST = """
import sys, time
from overpaint_bridge.runtime import Runtime
from overpaint_bridge.session import Session

session = Session(Runtime((sys.executable,), "0"), arguments=(sys.argv[1],))
getattr(session, sys.argv[2])(*sys.argv[3:])
while "hanging" not in session.log:
    time.sleep(0.01)
print(session.pid, session.folder, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize(
    ("change", "order"),
    [
        ("overpaint.settings.known_endpoints = hang", ["ask_endpoints"]),
        ("Painter.copied = hang", ["release", "1"]),
    ],
    ids=["a thread", "its loop"],
)
def test_a_worker_that_hangs_does_not_outlive_its_host(
    change: str, order: list[str], tmp_path: Path
) -> None:
    command = [sys.executable, "-c", BUSY_HOST, *broken(change, tmp_path), *order]
    host = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert host.stdout is not None
    pid, folder = host.stdout.readline().split()

    host.kill()
    host.communicate()

    assert gone(int(pid))
    assert not Path(folder).exists()


@pytest.mark.parametrize("data", [b"", b"123"])
def test_pixels_that_do_not_fit_their_size_are_refused_before_they_are_sent(
    session: Session, data: bytes
) -> None:
    with pytest.raises(ProtocolError, match="expected"):
        session.run({}, Pixels(data, 10, 10, "RGB8"))


@pytest.mark.skipif(os.name != "posix", reason="a process can't send itself Ctrl-C there")
def test_a_session_lets_go_of_its_files_though_its_end_is_interrupted(
    runtime: Runtime, tmp_path: Path
) -> None:
    session = Session(runtime, host="tests", arguments=broken("Painter.copied = hang", tmp_path))
    session.release("1")
    until(lambda: "hanging" in session.log)

    interruption = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    interruption.start()
    with pytest.raises(KeyboardInterrupt):
        session.close()

    assert not session.folder.exists()
    assert gone(session.pid)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="nobody tells what is open there")
def test_no_connection_stays_open_that_no_job_will_use_again(
    runtime: Runtime,
    photo: NDArray[np.uint8],
    mask: NDArray[np.uint8],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def sockets() -> int:
        places = list(Path(f"/proc/{session.pid}/fd").iterdir())
        return sum(place.readlink().name.startswith("socket:") for place in places)

    with serving(key=None) as server:
        monkeypatch.setenv("OVERPAINT_ENDPOINT", server.url)
        with Session(runtime, host="tests") as session:
            opened = []
            for _ in range(4):
                job = session.run({}, packed(photo, "RGB8"), packed(mask, "L8"), dry_run=True)
                assert isinstance(session.wait(job, SECONDS)[-1], Done)
                opened.append(sockets())
                # The next job may have another address or key.
                session.use_endpoint("embedded")
                assert isinstance(first(session), EndpointsKnown)

    assert opened[-1] == opened[0]
