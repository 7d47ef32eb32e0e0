"""From the wheel to a fill in the real editor, and back to the tree as it was."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import skimage.data
from PIL import Image

from hosts.gimp.chroot import BUILD_SECONDS
from hosts.gimp.chroot import HERE as GIMP
from hosts.krita.chroot import HERE as KRITA
from hosts.krita.photo import copy_photo
from hosts.krita.program import Program

from .conftest import Tree, cache, tree
from .machine import HOME, Machine

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
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


@pytest.fixture(scope="module")
def krita(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Machine:
    """A machine with Krita, which has been used before, with another plug-in in it: the tests'."""
    root = cache() / "krita-trixie"
    subprocess.run([str(KRITA / "chroot.sh"), "trixie", str(root)], check=True, timeout=1800)
    machine = Machine(root, tmp_path_factory.mktemp("krita"))
    machine.run("cp", "-a", "/opt/krita-home/.", HOME)
    share = machine.home / ".local/share/krita/pykrita"
    shutil.copytree(KRITA / "inside/overpaint_test", share / "overpaint_test")
    shutil.copy(KRITA / "inside/overpaint_test.desktop", share)
    bundled = (root / "usr/share/krita/pykrita").glob("*.desktop")
    off = "".join(f"enable_{path.stem}=false\n" for path in sorted(bundled))
    (machine.home / ".config/kritarc").write_text(
        "HideSplashScreen=true\nsessionOnStartup=0\nAutoSaveInterval=0\n\n"
        f"[python]\nenable_overpaint_test=true\n{off}"
    )
    pip_install(machine, wheel)
    return machine


class KritaWindow:
    """Starts a machine's Krita for a `Program` to drive."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def start(
        self, _command: object, *, io: Path, log: Path, environment: dict[str, str]
    ) -> subprocess.Popen[bytes]:
        """Start it as a person does: nothing tells the plug-in where Overpaint is."""
        self._machine.binds |= {io: "/io", KRITA / "inside": "/inside", HERE: "/tests"}
        kept = {"PYTHON_KEYRING_BACKEND": environment["PYTHON_KEYRING_BACKEND"]}
        return self._machine.start(["bash", "/tests/krita-window"], log, kept)


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


def plugins(machine: Machine) -> list[Tree]:
    """Krita's plug-ins and their actions, without what Python compiles for itself."""
    folders = [machine.home / ".local/share/krita" / name for name in ("pykrita", "actions")]
    return [
        {path: content for path, content in tree(folder).items() if "__pycache__" not in path}
        for folder in folders
    ]


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

    script = HERE / "inside_gimp.py"
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


def test_krita_is_left_exactly_as_it_was(krita: Machine) -> None:
    before = own_tree(krita)

    krita.run(OVERPAINT, "install")
    assert own_tree(krita) != before
    krita.run(OVERPAINT, "uninstall")

    assert own_tree(krita) == before


def test_krita_fills_from_a_fresh_installation_and_keeps_no_trace(
    krita: Machine, tmp_path: Path
) -> None:
    before = plugins(krita)

    installed = json.loads(krita.run(OVERPAINT, "install", "krita", "--json"))
    doctor = json.loads(krita.run(OVERPAINT, "doctor", "--json"))

    assert [one["enabled"] for one in installed["installed"]] == [True]
    assert doctor["good"], doctor["report"]
    found = {one["topic"]: one for one in doctor["findings"]}
    assert found["Krita"]["versions"][0].startswith("5.2")

    copy_photo(tmp_path)
    with Program(KritaWindow(krita), tmp_path, windows=True) as program:  # type: ignore[arg-type]  # it only starts
        program.wait("has_windows()")
        program.do("window().showMaximized()")
        program.do('d = open_photo("photo.png"); view(d)')
        program.wait("board().isVisible()")
        program.do('board().form.load(PanelSettings(endpoint="embedded"))')
        program.do("select(d, 300, 180, 60, 50, 4)")
        program.wait("board().running.generate.isEnabled()")
        program.click("board().running.generate")
        program.wait("docker().painting.panel.runs and docker().painting.panel.runs[-1].is_over")
        assert program.get("docker().painting.panel.runs[-1].state") == "done"

    krita.run(OVERPAINT, "uninstall")
    assert plugins(krita) == before
    assert "overpaint_krita" not in (krita.home / ".config/kritarc").read_text()
