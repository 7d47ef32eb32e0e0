"""A plug-in's first start from its archive alone."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from overpaint_bridge import __version__
from overpaint_bridge.claim import claimed
from overpaint_bridge.panel import Panel
from overpaint_bridge.pythons import Maker, find_maker
from overpaint_bridge.runtime import recorded_python
from overpaint_bridge.setup import Setup, Step

WHEEL = f"overpaint-{__version__}-py3-none-any.whl"

posix = pytest.mark.skipif(sys.platform == "win32", reason="the programs are shell scripts")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own, in which nothing has Overpaint."""
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "OVERPAINT_PYTHON"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "bin").mkdir()
    return tmp_path


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """A folder as the archives carry it, with a wheel that needs what no index has."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    (folder / WHEEL).write_bytes(b"not a wheel")
    return folder


def steps_of(setup: Setup) -> Iterator[Step]:
    setup.start()
    while True:
        for step in setup.poll():
            yield step
            if step.is_end:
                return
        time.sleep(0.02)


def end_of(setup: Setup) -> Step:
    return list(steps_of(setup))[-1]


def python_saying(home: Path, text: str, code: int = 0) -> None:
    path = home / "bin/python3"
    path.write_text(f"#!/bin/sh\necho '{text}'\nexit {code}\n")
    path.chmod(0o755)


def test_without_any_python_there_is_one_sentence_and_a_page(wheels: Path) -> None:
    setup = Setup(wheels)

    end = end_of(setup)

    assert setup.needed()
    assert end.stage == "failed"
    assert end.message == (
        "Overpaint needs Python 3.11 or later, and none was found on this machine."
    )
    assert end.hint == "Install Python, then try again."
    assert Path(end.link.removeprefix("file://")).is_file()


@posix
def test_a_python_that_is_too_old_is_named(home: Path, wheels: Path) -> None:
    python_saying(home, "3 9 linux-x86_64")

    assert "bin/python3 is too old" in end_of(Setup(wheels)).message


@posix
def test_a_python_without_venv_is_told_apart(home: Path, wheels: Path) -> None:
    python_saying(home, "3 13 linux-x86_64", code=1)

    end = end_of(Setup(wheels))

    assert "can't make environments" in end.message
    assert "python3-venv" in end.hint


@posix
def test_an_editors_own_python_on_windows_is_passed_over(home: Path, wheels: Path) -> None:
    python_saying(home, "3 12 mingw_x86_64_ucrt")

    assert "none was found" in end_of(Setup(wheels)).message


@posix
def test_uv_is_enough(home: Path) -> None:
    uv = home / ".local/bin/uv"
    uv.parent.mkdir(parents=True)
    uv.touch(mode=0o755)

    assert find_maker().maker == Maker((str(uv),), is_uv=True)


def test_a_named_python_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OVERPAINT_PYTHON", sys.executable)

    assert find_maker().maker == Maker((sys.executable,))


def test_an_archive_without_its_wheel_says_so(tmp_path: Path) -> None:
    assert "does not carry" in end_of(Setup(tmp_path / "none")).message


def test_a_failure_leaves_nothing_behind(
    home: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OVERPAINT_PYTHON", sys.executable)
    folder = home / "data/overpaint/runtime"

    end = end_of(Setup(wheels, folder))

    assert end.stage == "failed"
    assert end.detail
    assert not folder.parent.exists()


def test_canceling_leaves_nothing_behind(
    home: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OVERPAINT_PYTHON", sys.executable)
    folder = home / "data/overpaint/runtime"
    setup = Setup(wheels, folder)

    for step in steps_of(setup):
        if step.stage == "make":
            setup.cancel()

    assert step.stage == "canceled"
    assert not folder.parent.exists()


@posix
def test_canceling_ends_what_the_maker_has_started_too(
    home: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = home / "child"
    maker = home / "bin/python-with-a-child"
    maker.write_text(
        f'#!/bin/sh\ncase "$*" in *"-m venv"*) /bin/sleep 60 & echo $! >{child}.new;'
        f' /bin/mv {child}.new {child}; wait;; *) exec {sys.executable} "$@";; esac\n'
    )
    maker.chmod(0o755)
    monkeypatch.setenv("OVERPAINT_PYTHON", str(maker))
    setup = Setup(wheels, home / "data/overpaint/runtime")

    for step in steps_of(setup):
        if step.stage == "make":
            end = time.monotonic() + 60
            while not child.exists() and time.monotonic() < end:
                time.sleep(0.01)
            setup.cancel()

    assert step.stage == "canceled"
    state = subprocess.run(
        ["/bin/ps", "-o", "stat=", "-p", child.read_text().strip()],
        capture_output=True,
        check=False,
        text=True,
    ).stdout
    assert state.strip()[:1] in ("", "Z"), "gone, or dead and waiting for its parent to look"


@posix
def test_what_the_other_editor_has_made_is_taken_as_it_is(
    home: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be painting from it, and this one may be off-line."""
    made = home / "data/overpaint/runtime" / __version__ / "bin/python"
    made.parent.mkdir(parents=True)
    made.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    made.chmod(0o755)
    monkeypatch.setenv("OVERPAINT_PYTHON", sys.executable)

    end = end_of(Setup(wheels, home / "data/overpaint/runtime"))

    assert end.stage == "ready"
    assert made.is_file()
    assert recorded_python() == str(made)


def test_a_set_up_waits_for_another_and_may_be_stopped_meanwhile(home: Path, wheels: Path) -> None:
    folder = home / "data/overpaint/runtime"
    half = folder / __version__ / "half-made"
    setup = Setup(wheels, folder)

    with claimed(folder / f"{__version__}.lock", lambda: False) as ours:
        assert ours
        half.mkdir(parents=True)
        for step in steps_of(setup):
            if step.message.startswith("Another editor"):
                setup.cancel()

    assert step.stage == "canceled"
    assert half.is_dir()
    assert [path.name for path in folder.iterdir()] == [__version__]


def test_the_record_is_what_plugins_read(home: Path) -> None:
    """Kept with the set-up's other promises: both write the same file."""
    from overpaint_bridge.runtime import recorded_runtime_path

    path = recorded_runtime_path()
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"python": sys.executable, "version": __version__}))

    assert not Setup(home).needed()


def test_a_panel_offers_the_set_up_and_tells_why_it_failed(home: Path) -> None:
    panel = Panel()
    panel.first_start.setup = Setup(home / "none", home / "runtime")
    panel.desk.ask_endpoints()
    wait_for(panel, "runtime_missing")

    panel.set_up()
    wait_for(panel, "setup_failed")

    assert panel.trouble is not None
    assert "does not carry" in panel.trouble.what
    panel.close()


def wait_for(panel: Panel, code: str) -> None:
    """Poll as an editor does, until the panel's trouble is this one."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        panel.poll()
        if panel.trouble is not None and panel.trouble.code == code:
            return
        time.sleep(0.02)
    raise AssertionError(panel.trouble)
