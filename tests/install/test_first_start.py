"""The archive alone, a Python of the system's, and the package index: or no index."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from overpaint.installing import greet
from overpaint_bridge import __version__
from overpaint_bridge.setup import Setup, Step

from .archive import build
from .conftest import tree


@pytest.fixture(scope="module")
def carried(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheels that GIMP's archive carries."""
    folder = tmp_path_factory.mktemp("carried")
    with ZipFile(build(folder)["gimp"]) as archive:
        archive.extractall(folder)
    return folder / "overpaint-gimp/wheels"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home in which nothing has Overpaint, and the Python to make an environment with."""
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("OVERPAINT_PYTHON", str(Path(sys.base_prefix, "bin/python3")))
    return tmp_path


def steps_of(setup: Setup) -> Iterator[Step]:
    setup.start()
    while True:
        for step in setup.poll():
            yield step
            if step.is_end:
                return
        time.sleep(0.02)


def test_the_set_up_ends_in_a_worker_that_answers_and_uninstalling_leaves_nothing_of_it(
    carried: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugin = home / ".local/share/krita/pykrita/overpaint_krita"
    for folder in (plugin.parent, home / ".config"):  # as Krita has them
        folder.mkdir(parents=True)
    before = tree(home)
    plugin.mkdir()
    setup = Setup(carried)
    assert setup.needed()

    steps = list(steps_of(setup))

    assert steps[-1].stage == "ready", steps[-1]
    fractions = [step.fraction for step in steps]
    assert fractions == sorted(fractions)
    monkeypatch.delenv("OVERPAINT_PYTHON")
    greeting = greet()
    assert greeting.version == __version__
    made = home / ".local/share/overpaint/runtime" / __version__
    assert greeting.python.startswith(str(made))
    assert not setup.needed()

    # All that is needed is loaded before the environment goes.
    command = [str(made / "bin/overpaint"), "uninstall", "--everything"]
    said = subprocess.run(command, capture_output=True, text=True, check=False, cwd=home)

    assert (said.returncode, said.stderr) == (0, "")
    assert str(made.parent) in said.stdout
    assert tree(home) == before


def test_off_line_there_is_one_sentence(
    carried: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")

    end = list(steps_of(Setup(carried, home / "runtime")))[-1]

    assert end.message.startswith("The package index can't be reached")
    assert end.hint == "Connect to the network and try again; later it works off-line."
    assert not (home / "runtime").exists()
