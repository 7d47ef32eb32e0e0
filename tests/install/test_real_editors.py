"""From the wheel to a fill in the real editor, and back to the tree as it was."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import skimage.data
from PIL import Image

from hosts.gimp.chroot import BUILD_SECONDS
from hosts.gimp.chroot import HERE as GIMP

from .conftest import Tree, cache, tree
from .machine import HOME, Machine

ROOT = Path(__file__).parents[2]
OVERPAINT = f"{HOME}/overpaint/bin/overpaint"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def gimp(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Machine:
    """A machine with GIMP, and Overpaint in an environment of the person's."""
    root = cache() / "gimp-trixie"
    subprocess.run(
        [str(GIMP / "build-chroot"), "trixie", str(root)], check=True, timeout=BUILD_SECONDS
    )
    machine = Machine(root, tmp_path_factory.mktemp("gimp"))
    pip_install(machine, wheel)
    return machine


def pip_install(machine: Machine, wheel: Path) -> None:
    """What the README says: an environment, and pip."""
    machine.run("python3", "-m", "venv", f"{HOME}/overpaint")
    inside = machine.place(wheel, f"{HOME}/{wheel.name}")
    machine.run(f"{HOME}/overpaint/bin/pip", "install", "--quiet", inside)


def own_tree(machine: Machine) -> Tree:
    """The home, without the environment the command runs in."""
    return {
        path: content for path, content in tree(machine.home).items() if not path.startswith("over")
    }


def test_gimp_never_started_is_left_exactly_as_it_was(gimp: Machine) -> None:
    before = own_tree(gimp)

    gimp.run(OVERPAINT, "install")
    assert own_tree(gimp) != before
    gimp.run(OVERPAINT, "uninstall")

    assert own_tree(gimp) == before


def test_gimp_fills_from_a_fresh_installation_and_keeps_no_trace(gimp: Machine) -> None:
    before = own_tree(gimp)
    photo = gimp.home / "photo.png"
    Image.fromarray(skimage.data.coffee()).crop((200, 60, 440, 260)).save(photo)

    installed = json.loads(gimp.run(OVERPAINT, "install", "gimp", "--json"))
    doctor = json.loads(gimp.run(OVERPAINT, "doctor", "--json"))

    assert [one["version"] for one in installed["installed"]] == ["3.0"]
    assert doctor["good"], doctor["report"]
    found = {one["topic"]: one for one in doctor["findings"]}
    assert found["GIMP 3.0"]["level"] == "good"
    assert found["GIMP 3.0"]["versions"][0].startswith("3.0.")

    script = Path(__file__).with_name("inside_gimp.py")
    said = gimp.run(
        *("gimp-console-3.0", "--no-interface", "--no-fonts", "--no-data", "--quit"),
        *("--batch-interpreter=python-fu-eval", "--batch"),
        f"exec(open({gimp.place(script, f'{HOME}/fill.py')!r}).read())",
    )

    assert "filled: Overpaint: " in said
    for path in (photo, gimp.home / "fill.py"):
        path.unlink()
    gimp.run(OVERPAINT, "uninstall")
    after = own_tree(gimp)
    assert {path: after[path] for path in before} == before
    assert [path for path in after if "overpaint-gimp" in path or "runtime.json" in path] == []
