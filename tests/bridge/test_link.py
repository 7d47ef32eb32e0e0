"""The pipe to a worker that does not behave."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from overpaint_bridge.errors import ProtocolError, WorkerGoneError
from overpaint_bridge.panel import Panel
from overpaint_bridge.protocol import Canceled
from overpaint_bridge.runtime import Runtime
from overpaint_bridge.session import Session
from overpaint_bridge.settings import PanelSettings

from .canvases import PictureCanvas
from .test_panel import until

SECONDS = 120
Array = NDArray[np.uint8]
# A worker with a child that outlives it, and holds its log open; the child's id goes to a file, and
# at its own end the child makes another.
PARENT = """
import subprocess, sys
ending = "import time; time.sleep(30); open({file!r} + '.ended', 'w')"
child = subprocess.Popen([sys.executable, "-c", ending],
                         start_new_session={apart}, stdin=subprocess.DEVNULL)
with open({file!r}, "w") as file:
    file.write(f"{{child.pid}}\\n")
{then}
"""
STUBBORN = "import time; time.sleep(60)"
OBEDIENT = "sys.stdin.read()"


@contextlib.contextmanager
def family(
    runtime: Runtime, folder: Path, then: str, *, apart: bool
) -> Iterator[tuple[Session, int]]:
    """A session whose worker has a child, and the child's id."""
    file = folder / "child"
    code = PARENT.format(apart=apart, file=str(file), then=then)
    session = Session(runtime, arguments=("-c", code))
    end = time.monotonic() + SECONDS
    while not (file.exists() and file.read_text().endswith("\n")):
        assert time.monotonic() < end
        time.sleep(0.01)
    child = int(file.read_text())
    try:
        yield session, child
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return True


@pytest.mark.skipif(os.name != "posix", reason="niceness is POSIX's")
def test_a_worker_and_its_children_go_second_to_the_editor(
    runtime: Runtime, tmp_path: Path
) -> None:
    with family(runtime, tmp_path, OBEDIENT, apart=False) as (session, child):
        nice = min(os.getpriority(os.PRIO_PROCESS, 0) + 5, 19)
        for each in (session.pid, child):
            assert os.getpriority(os.PRIO_PROCESS, each) == nice
        # Linux lets only root change this of two sessions within a moment.
        sharing = Path(f"/proc/{session.pid}/autogroup")
        if sharing.exists() and os.geteuid() == 0:
            assert sharing.read_text().endswith(f"nice {nice}\n")
        session.close()


@pytest.mark.skipif(os.name != "posix", reason="process groups are POSIX's")
def test_closing_does_not_wait_for_what_the_worker_left_behind(
    runtime: Runtime, tmp_path: Path
) -> None:
    with family(runtime, tmp_path, OBEDIENT, apart=True) as (session, child):
        session.close()

        assert not (tmp_path / "child.ended").exists(), "closing has waited for the child's end"
        assert lives(child)
        assert not session.is_alive


@pytest.mark.skipif(os.name != "posix", reason="process groups are POSIX's")
def test_a_worker_that_is_killed_takes_its_children_along(runtime: Runtime, tmp_path: Path) -> None:
    with family(runtime, tmp_path, STUBBORN, apart=False) as (session, child):
        session.close()

        end = time.monotonic() + 10
        while lives(child) and time.monotonic() < end:
            time.sleep(0.01)
        assert not lives(child)
        assert not (tmp_path / "child.ended").exists()


def test_a_worker_that_reads_nothing_keeps_nobody_waiting(runtime: Runtime) -> None:
    with Session(runtime, arguments=("-c", STUBBORN)) as session:
        for _ in range(5):
            session.run({"prompt": "x" * 100_000}, canvas=(10, 10), hole=(0, 0, 5, 5))

        assert session.is_alive, "sending has waited for the worker's end"


def test_more_text_than_a_request_holds_is_refused_before_it_is_sent(session: Session) -> None:
    with pytest.raises(ProtocolError, match="Shorten it"):
        session.run({"prompt": "界" * 175_000}, canvas=(10, 10), hole=(0, 0, 5, 5))

    job = session.run({}, canvas=(10, 10), hole=(0, 0, 5, 5))
    session.cancel(job)
    assert isinstance(session.wait(job, SECONDS)[-1], Canceled)


def test_canceling_a_job_the_worker_never_heard_of_ends_it(session: Session) -> None:
    session.cancel("job-9")

    assert session.wait("job-9", SECONDS)[-1] == Canceled("job-9", "no")


def test_a_prompt_that_is_too_long_fails_its_run_alone(
    panel: Panel, large: Array, spot: Array
) -> None:
    canvas = PictureCanvas(large, spot)

    long = panel.wait(panel.generate(canvas, PanelSettings(prompt="x" * 1_100_000)), SECONDS)
    good = panel.wait(panel.generate(canvas, PanelSettings(seed=1)), SECONDS)

    assert long.state == "failed"
    assert long.trouble is not None
    assert "Shorten it" in long.trouble.what
    assert good.state == "done"


TALKER = """
import sys
say = lambda line: print(line, flush=True)
say('{"type": "ready", "protocol": 1}')
for line in sys.stdin:
    if '"run"' in line:
        say('{"type": "accepted", "job": "job-1"}')
        say('{"type": "done", "job": "job-1", "ignored": []}')
        sys.exit(3)
"""


def test_what_came_before_the_workers_end_counts(large: Array, spot: Array) -> None:
    runtime = Runtime((sys.executable,), "test")
    panel = Panel(start=lambda: Session(runtime, arguments=("-c", TALKER)))
    run = panel.generate(PictureCanvas(large, spot))
    until(panel, lambda: panel._connection.session)
    session = panel._connection.session
    assert session is not None
    end = time.monotonic() + SECONDS
    while session.is_alive and time.monotonic() < end:
        time.sleep(0.01)

    panel.desk.ask_endpoints()
    until(panel, lambda: panel.trouble)

    assert run.state == "done"


def test_saying_something_to_a_dead_worker_is_an_error(runtime: Runtime) -> None:
    with Session(runtime, arguments=("-c", "pass")) as session:
        end = time.monotonic() + SECONDS
        while session.is_alive and time.monotonic() < end:
            time.sleep(0.01)

        with pytest.raises(WorkerGoneError, match="has ended"):
            session.ask_endpoints()
