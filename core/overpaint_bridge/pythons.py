"""Which Pythons of this machine an environment can be made with."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .runtime import VARIABLE, clean_environment

__all__ = ["OLDEST", "Maker", "Search", "find_maker"]

OLDEST = (3, 11)
NAMES = ("python3.13", "python3.12", "python3.11", "python3.14", "python3", "python")
PROBE = (
    "import sys, sysconfig;"
    "print(*sys.version_info[:2], sysconfig.get_platform());"
    "import venv, ensurepip"
)
PROBE_SECONDS = 20
# Programs started from a menu or dock have a short search path.
MAC_FOLDERS = ("/opt/homebrew/bin", "/usr/local/bin")
MAC_FRAMEWORK = "/Library/Frameworks/Python.framework/Versions"


@dataclass(frozen=True)
class Maker:
    """A way to make an environment.

    Attributes:
        command: a Python, or uv.
        is_uv: uv brings a Python along where it has to.
    """

    command: tuple[str, ...]
    is_uv: bool = False

    def make(self, folder: Path) -> list[str]:
        """The command that makes an environment in a folder."""
        if self.is_uv:
            return [*self.command, "venv", "--no-project", "--python", ">=3.11", str(folder)]
        return [*self.command, "-I", "-m", "venv", str(folder)]

    def fill(self, python: Path, wheel: Path) -> list[str]:
        """The command that installs a wheel and what it needs into the environment."""
        if self.is_uv:
            quick = ["--no-cache", "--python", str(python)]
            return [*self.command, "pip", "install", *quick, str(wheel)]
        # Both editors share what is made: a cache would only stay behind, as large again.
        quick = ["--disable-pip-version-check", "--no-input", "--retries", "1", "--timeout", "20"]
        return [str(python), "-I", "-m", "pip", "install", "--no-cache-dir", *quick, str(wheel)]


@dataclass(frozen=True)
class Search:
    """What a search came to.

    Attributes:
        maker: what was found, or None.
        too_old: Pythons before 3.11.
        without_venv: Pythons that can't make environments, as some distributions split them.
    """

    maker: Maker | None
    too_old: tuple[str, ...] = ()
    without_venv: tuple[str, ...] = ()


def find_maker() -> Search:
    """Look for a Python of 3.11 or later that can make environments, and then for uv."""
    too_old, without_venv = [], []
    for command in _pythons():
        answer = _asked(command)
        if answer is None:
            continue
        version, platform, has_venv = answer
        if version < OLDEST:
            too_old.append(command[0])
        elif platform.startswith("mingw"):
            continue  # an editor's own on Windows, for which there are no packages
        elif not has_venv:
            without_venv.append(command[0])
        else:
            return Search(Maker(command))
    uv = _uv()
    maker = Maker((uv,), is_uv=True) if uv else None
    return Search(maker, tuple(too_old), tuple(without_venv))


def _pythons() -> Iterator[tuple[str, ...]]:
    """Every Python worth asking, best first."""
    named = os.environ.get(VARIABLE)
    if named:
        yield (named,)
    if sys.platform == "win32":
        if shutil.which("py"):
            yield ("py", "-3")
        local = Path(os.environ.get("LOCALAPPDATA", ""), "Programs", "Python")
        yield from ((str(path),) for path in sorted(local.glob("Python3*/python.exe"))[::-1])
    seen = set()
    for name in NAMES:
        path = shutil.which(name)
        if path and path not in seen:
            seen.add(path)
            yield (path,)
    if sys.platform == "darwin":
        for folder in MAC_FOLDERS:
            yield from ((str(path),) for path in sorted(Path(folder).glob("python3.1?"))[::-1])
        framework = Path(MAC_FRAMEWORK)
        yield from ((str(path),) for path in sorted(framework.glob("3.*/bin/python3"))[::-1])


def _asked(command: tuple[str, ...]) -> tuple[tuple[int, int], str, bool] | None:
    """A Python's version, platform, and whether it can make environments."""
    try:
        done = subprocess.run(  # noqa: S603  the interpreters listed above
            [*command, "-I", "-c", PROBE],
            capture_output=True,
            text=True,
            timeout=PROBE_SECONDS,
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            check=False,
        )
        major, minor, platform = done.stdout.split()
        return (int(major), int(minor)), platform, done.returncode == 0
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return None


def _uv() -> str | None:
    """Where uv is, on the search path or where its installer puts it."""
    usual = (Path.home() / folder / "uv" for folder in (".local/bin", ".cargo/bin"))
    found = shutil.which("uv")
    return found or next((str(path) for path in usual if os.access(path, os.X_OK)), None)
