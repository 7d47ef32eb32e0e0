"""A Debian with GIMP in it, built once, with this tree's Overpaint installed in it."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

__all__ = ["PYTHON", "ROOT", "WORK", "Chroot", "ensure"]

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
# The folder both sides see, by its name inside.
WORK = "/work"
PYTHON = "/opt/overpaint/bin/python"
BUILD_SECONDS = 1500


class Chroot:
    """One suite's GIMP.

    Attributes:
        suite: Debian's name for it.
        version: GIMP's, as in the names of its programs and of its settings' folder.
        root: where it lies.
        work: the folder both sides see, as seen from outside.
        lock: a descriptor, held for as long as the tests use it.
    """

    def __init__(self, suite: str, root: Path) -> None:
        self.suite = suite
        self.version = {"trixie": "3.0", "sid": "3.2"}[suite]
        self.root = root
        self.work = root / WORK.lstrip("/")
        self.lock: int | None = None

    def start(
        self, command: Sequence[str], *, env: Mapping[str, str] | None = None, log: Path
    ) -> subprocess.Popen[bytes]:
        """Start a program inside; killing it takes all its children with it."""
        given = " ".join(f"{name}={value}" for name, value in (env or {}).items())
        with log.open("ab") as out:
            return subprocess.Popen(
                [str(HERE / "enter"), str(self.root), *command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=os.environ | {"ENTER_ENV": given},
            )

    def run(self, command: Sequence[str], *, timeout: float = 300) -> str:
        """Run a program inside to its end, and return what it printed."""
        done = subprocess.run(
            [str(HERE / "enter"), str(self.root), *command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert done.returncode == 0, (
            f"{command} ended with {done.returncode}: {done.stderr[-2000:]}"
        )
        return done.stdout

    def install(self) -> None:
        """Install this tree's Overpaint for the worker, and its plug-in for GIMP.

        The wheel is built anew where the tree has changed, and dependencies are then completed.
        """
        self.work.mkdir(exist_ok=True)
        place = self.work / "overpaint-gimp"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(
            ROOT / "plugins/gimp/overpaint-gimp",
            place,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        shutil.copytree(
            ROOT / "core/overpaint_bridge",
            place / "overpaint_bridge",
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        shutil.copytree(HERE / "inside", self.work / "inside", dirs_exist_ok=True)
        stamp = self.root / "opt/overpaint/installed"
        wanted = _fingerprint()
        if stamp.exists() and stamp.read_text() == wanted:
            return
        wheels = self.work / "wheels"
        shutil.rmtree(wheels, ignore_errors=True)
        subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(wheels)],
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
        wheel = f"{WORK}/wheels/{next(wheels.glob('*.whl')).name}"
        pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        self.run([*pip, wheel], timeout=900)
        # The version is the same however often the tree changes.
        self.run([*pip, "--no-deps", "--force-reinstall", wheel])
        stamp.write_text(wanted)


def ensure(suite: str) -> Chroot:
    """Build or reuse a suite's chroot, and install this tree in it.

    Raises:
        subprocess.CalledProcessError: it can't be built here.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    root = cache / "overpaint-ci" / f"gimp-{suite}"
    subprocess.run(
        [str(HERE / "build-chroot"), suite, str(root)], check=True, timeout=BUILD_SECONDS
    )
    chroot = Chroot(suite, root)
    # One run of the tests at a time; the next waits, and the system lets go for one that died.
    # A lock of this kind is the process's: whoever asks again in the same run has it already.
    chroot.lock = os.open(root.parent / f"{root.name}.use", os.O_RDWR | os.O_CREAT)
    fcntl.lockf(chroot.lock, fcntl.LOCK_EX)
    chroot.install()
    return chroot


def _fingerprint() -> str:
    """Changes with any file that ends up in the wheel."""
    digest = hashlib.sha256()
    files = [*(ROOT / "core").rglob("*"), *(ROOT / "plugins").rglob("*"), ROOT / "pyproject.toml"]
    for path in sorted(path for path in files if path.is_file()):
        if "__pycache__" not in path.parts:
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
