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

from hosts.gimp.chroot import HERE as GIMP
from hosts.gimp.chroot import Chroot, ensure
from hosts.krita.chroot import DEPENDENCIES, VERSIONS
from hosts.krita.chroot import HERE as KRITA
from hosts.krita.chroot import Chroot as Krita
from hosts.krita.photo import copy_photo
from hosts.krita.program import Program

from .conftest import Tree, cache, tree
from .machine import HOME, Machine

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
# Here all is fetched as a person fetches it; on the others, what the wheel needs is there already.
OLDEST = "trixie"
OVERPAINT = f"{HOME}/overpaint/bin/overpaint"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module", params=["trixie", "sid"], ids=["3.0", "3.2"])
def gimp(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, wheel: Path
) -> Machine:
    """A machine with GIMP, and Overpaint in an environment of the person's."""
    suite: str = request.param
    root = cache() / f"gimp-{suite}"
    version = Chroot(suite, root).version
    if suite == OLDEST:
        subprocess.run([str(GIMP / "build-chroot"), suite, str(root)], check=True, timeout=1500)
    else:
        ensure(suite)
    machine = Machine(root, tmp_path_factory.mktemp("gimp"), version)
    # It has looked round before: what it writes at every first start is not ours.
    machine.run(f"gimp-console-{version}", "--no-interface", "--no-fonts", "--no-data", "--quit")
    pip_install(machine, wheel, None if suite == OLDEST else "/opt/overpaint")
    return machine


@pytest.fixture(scope="module", params=list(VERSIONS), ids=list(VERSIONS.values()))
def krita(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, wheel: Path
) -> Machine:
    """A machine with Krita, which has been used before, with another plug-in in it: the tests'."""
    suite: str = request.param
    root = cache() / f"krita-{suite}"
    if suite == OLDEST:
        subprocess.run([str(KRITA / "chroot.sh"), suite, str(root)], check=True, timeout=1800)
    else:
        Krita(suite, tmp_path_factory.mktemp("built"))
    machine = Machine(root, tmp_path_factory.mktemp("krita"), VERSIONS[suite])
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
    pip_install(machine, wheel, None if suite == OLDEST else DEPENDENCIES)
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


def pip_install(machine: Machine, wheel: Path, parts: str | None = None) -> None:
    """What the README says: an environment, and pip.

    Args:
        machine: to install it on.
        wheel: Overpaint's.
        parts: an environment that has what the wheel needs, so that it is not fetched once more.
    """
    inside = machine.place(wheel, f"{HOME}/{wheel.name}")
    python = f"{HOME}/overpaint/bin/python"
    if parts is None:
        machine.run("python3", "-m", "venv", f"{HOME}/overpaint")
        machine.run(python, "-m", "pip", "install", "--quiet", inside)
        return
    machine.run("python3", "-m", "venv", "--without-pip", f"{HOME}/overpaint")
    own = f"{HOME}/overpaint/lib/python3*/site-packages"
    link = f"cd {own} && echo {parts}/lib/python3*/site-packages > parts.pth"
    machine.run("bash", "-c", link)
    pip = [f"{parts}/bin/pip", "--python", python, "install", "--quiet", "--no-deps"]
    machine.run(*pip, "--ignore-installed", inside)


def own_tree(machine: Machine) -> Tree:
    """The home, without the environment the command runs in, and the wheel beside it."""
    return {
        path: content
        for path, content in tree(machine.home).items()
        if not path.startswith("overpaint")
    }


def traces(machine: Machine) -> list[str]:
    """Whatever in the home is called after the plug-in, or speaks of it; an editor's log may."""
    return [
        path
        for path, content in own_tree(machine).items()
        if not path.endswith(".log") and "overpaint_test" not in path
        if "overpaint" in path or b"overpaint" in (content or b"").replace(b"overpaint_test", b"")
    ]


def plugins(machine: Machine) -> list[Tree]:
    """Krita's plug-ins and their actions, without what Python compiles for itself."""
    folders = [machine.home / ".local/share/krita" / name for name in ("pykrita", "actions")]
    return [
        {path: content for path, content in tree(folder).items() if "__pycache__" not in path}
        for folder in folders
    ]


def test_gimp_is_left_exactly_as_it_was(gimp: Machine) -> None:
    before = own_tree(gimp)

    gimp.run(OVERPAINT, "install")
    gimp.run(OVERPAINT, "doctor")
    assert own_tree(gimp) != before
    gimp.run(OVERPAINT, "uninstall")

    assert own_tree(gimp) == before


def test_gimp_fills_from_a_fresh_installation_and_keeps_no_trace(gimp: Machine) -> None:
    before = own_tree(gimp)
    photo = gimp.home / "photo.png"
    Image.fromarray(skimage.data.coffee()).crop((200, 60, 440, 260)).save(photo)

    installed = json.loads(gimp.run(OVERPAINT, "install", "gimp", "--json"))
    doctor = json.loads(gimp.run(OVERPAINT, "doctor", "--json"))

    assert [one["version"] for one in installed["installed"]] == [gimp.version]
    assert doctor["good"], doctor["report"]
    found = {one["topic"]: one for one in doctor["findings"]}
    assert found[f"GIMP {gimp.version}"]["level"] == "good"
    assert found[f"GIMP {gimp.version}"]["versions"][0].startswith(f"{gimp.version}.")

    script = HERE / "inside_gimp.py"
    said = gimp_console(
        gimp,
        *("--batch-interpreter=python-fu-eval", "--batch"),
        f"exec(open({gimp.place(script, f'{HOME}/fill.py')!r}).read())",
    )

    assert "filled: Overpaint: " in said
    for path in (photo, gimp.home / "fill.py"):
        path.unlink()
    gimp.run(OVERPAINT, "uninstall", "--everything")
    gimp_console(gimp)  # it forgets the plug-in at its next start
    assert traces(gimp) == []
    # What it remembers of itself changes with every start.
    assert own_tree(gimp).keys() == before.keys()


def gimp_console(machine: Machine, *arguments: str) -> str:
    """Start GIMP without a window, and have it end."""
    quick = ["--no-interface", "--no-fonts", "--no-data", "--quit"]
    return machine.run(f"gimp-console-{machine.version}", *quick, *arguments)


def test_krita_is_left_exactly_as_it_was(krita: Machine) -> None:
    before = own_tree(krita)

    krita.run(OVERPAINT, "install")
    krita.run(OVERPAINT, "doctor")
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
    assert found["Krita"]["versions"][0].startswith(f"{krita.version}.")

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
    # The result is still on the canvas, nobody has decided: it stays in the journal.
    journal = ".local/share/overpaint"
    assert [path for path in traces(krita) if not path.startswith(journal)] == []
