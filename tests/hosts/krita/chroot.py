"""A Debian with Krita in it, built once, and this tree's Overpaint for its worker."""

from __future__ import annotations

import contextlib
import fcntl
import os
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

__all__ = ["TREE", "VERSIONS", "Chroot"]

HERE = Path(__file__).parent
TREE = HERE.parents[2]
VERSIONS = {"trixie": "5.2", "sid": "5.3", "experimental": "6.0"}
DEPENDENCIES = "/opt/overpaint-dependencies"
BUILD_SECONDS = 1800
INSTALL_SECONDS = 900


class Chroot:
    """One suite's Krita.

    Attributes:
        suite: Debian's name for it.
        version: Krita's, without the last part.
        folder: this run's own, in which the plug-in and the worker's Python are.
        archive: the plug-in as it is given to people.
    """

    def __init__(self, suite: str, folder: Path) -> None:
        """Build or reuse it, and install this tree for it."""
        self.suite = suite
        self.version = VERSIONS[suite]
        self.folder = folder
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        self._root = cache / "overpaint-ci" / f"krita-{suite}"
        subprocess.run(
            [str(HERE / "chroot.sh"), suite, str(self._root)], check=True, timeout=BUILD_SECONDS
        )
        self.archive = build_plugin(folder)
        self._install_dependencies()
        self._install_worker()

    def start(
        self,
        command: Sequence[str],
        *,
        io: Path,
        log: Path,
        environment: Mapping[str, str],
    ) -> subprocess.Popen[bytes]:
        """Start a program inside; killing it takes all its children with it."""
        given = [f"{name}={value}" for name, value in environment.items()]
        with log.open("ab") as out:
            return subprocess.Popen(
                [*self._enter(io), "env", *given, *command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def _enter(self, io: Path) -> list[str]:
        binds = {io: "/io", self.folder: "/run/overpaint", HERE / "inside": "/inside"}
        pairs = [part for outer, inner in binds.items() for part in ("-b", f"{outer}:{inner}")]
        clean = ["env", "-i", "PATH=/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL=C.UTF-8"]
        return [str(HERE / "enter.sh"), str(self._root), *pairs, *clean]

    def _run(self, *command: str, seconds: float = INSTALL_SECONDS) -> None:
        done = subprocess.run(
            [*self._enter(TREE), "HOME=/root", "PIP_DISABLE_PIP_VERSION_CHECK=1", *command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stderr}"

    def _install_dependencies(self) -> None:
        """Complete the environment that all runs share; it holds no Overpaint."""
        project = tomllib.loads((TREE / "pyproject.toml").read_text())["project"]
        wanted = sorted(project["dependencies"])
        stamp = self._root / DEPENDENCIES[1:] / "installed"
        with self._locked():
            if stamp.exists() and set(wanted) <= set(stamp.read_text().splitlines()):
                return
            if not stamp.parent.exists():
                self._run("python3", "-m", "venv", DEPENDENCIES)
            pip = f"{DEPENDENCIES}/bin/pip"
            certificates = "/etc/ssl/certs/ca-certificates.crt"
            self._run("env", f"PIP_CERT={certificates}", pip, "install", "--quiet", *wanted)
            stamp.write_text("\n".join(wanted))

    def _install_worker(self) -> None:
        """Make this run's own Python, from the wheel that the archive carries."""
        wheel = next((self.folder / "plugin").rglob("*.whl")).relative_to(self.folder)
        script = (
            "set -e; python3 -m venv --without-pip /run/overpaint/worker;"
            " site=$(echo /run/overpaint/worker/lib/python3*/site-packages);"
            f" echo {DEPENDENCIES}/lib/python3*/site-packages > $site/dependencies.pth;"
            f" {DEPENDENCIES}/bin/pip install --quiet --no-deps --target $site"
            f" /run/overpaint/{wheel}"
        )
        self._run("bash", "-c", script)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with Path(f"{self._root}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def build_plugin(folder: Path) -> Path:
    """Build the plug-in's archive from the working tree, and unpack it as Krita does."""
    subprocess.run(
        [
            *(sys.executable, "-m", "hatchling", "build", "--target", "custom:krita"),
            *("--directory", str(folder / "built")),
        ],
        cwd=TREE,
        check=True,
        capture_output=True,
    )
    archive = next((folder / "built").glob("*krita*.zip"))
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder / "plugin")
    return archive
