"""A session that can't be begun says so, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from overpaint_bridge import folders
from overpaint_bridge.panel import Panel
from overpaint_bridge.runtime import Runtime
from overpaint_bridge.session import Session
from overpaint_bridge.starting import Starter

from .test_panel import until

if os.name == "posix":
    import resource


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Sessions have their folders here."""
    monkeypatch.setattr(folders, "places", lambda: [tmp_path])
    return tmp_path


@contextlib.contextmanager
def full_disk() -> Iterator[None]:
    """No byte can be written to a file."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.skipif(os.name != "posix", reason="a limit on files is POSIX's")
def test_a_full_disk_is_said_and_leaves_no_folder(places: Path, panel: Panel) -> None:
    with full_disk():
        panel.desk.ask_endpoints()
        until(panel, lambda: panel.trouble)

    assert panel.trouble is not None
    assert panel.trouble.code == "no_room"
    assert list(places.iterdir()) == []


def test_no_place_for_folders_is_said_and_the_next_press_tries_again(
    places: Path, runtime: Runtime
) -> None:
    tries: list[Path] = []

    def start() -> Session:
        tries.append(places)
        return Session(runtime)

    places.rmdir()
    panel = Panel(start=start)
    for number in (1, 2):
        panel.trouble = None
        panel.desk.ask_endpoints()
        until(panel, lambda: panel.trouble)
        assert panel.trouble is not None
        assert panel.trouble.code == "no_room"
        assert len(tries) == number


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_of_ours_in_starting_is_not_waited_for() -> None:
    at_it: list[threading.Thread] = []

    def start() -> Session:
        at_it.append(threading.current_thread())
        raise ValueError("a fault")

    panel = Panel(start=start)
    panel.desk.ask_endpoints()
    until(panel, lambda: panel.trouble)
    # Its traceback comes last, and is no other test's.
    at_it[0].join()

    assert panel.trouble is not None
    assert panel.trouble.code == "worker_gone"


def test_a_worker_that_can_not_be_started_leaves_no_folder(places: Path) -> None:
    with pytest.raises(Exception, match="could not be started"):
        Session(Runtime((str(places / "no-python"),), "0"))

    assert list(places.iterdir()) == []


def test_a_session_that_comes_just_as_it_is_not_wanted_any_more_is_ended(runtime: Runtime) -> None:
    sessions: list[Session] = []

    def start() -> Session:
        sessions.append(Session(runtime, host="tests"))
        return sessions[0]

    class Hasty(threading.Event):
        """Closed in the moment in which it is asked whether it is."""

        def is_set(self) -> bool:
            answer = super().is_set()
            closing.start()
            closing.join(0.3)
            return answer

    starter = Starter(start)
    starter._unwanted = Hasty()
    closing = threading.Thread(target=starter.close)

    starter.begin()
    end = time.monotonic() + 10
    while not (sessions and not sessions[0].is_alive) and time.monotonic() < end:
        time.sleep(0.05)

    assert not sessions[0].is_alive
    closing.join()
