"""Outside programs the tests drive: set up on request, kept for the next run.

In CI they are always set up. Elsewhere only where their tests are asked for by path, since setting
them up fetches packages; else those tests skip, and say how to run them.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "overpaint-ci"


def insist(request: pytest.FixtureRequest, what: str) -> None:
    """Skip unless this is CI, or the test's file or folder was asked for by path."""
    if os.environ.get("CI") == "true":
        return
    root = request.config.rootpath
    here = request.path
    asked = [
        (root / argument.partition("::")[0]).resolve()
        for argument in request.config.invocation_params.args
        if not argument.startswith("-")
    ]
    if not any(here.is_relative_to(path) and path != root / "tests" for path in asked):
        path = here.relative_to(root)
        pytest.skip(
            f"needs {what}; to set it up: `hatch test {path}`, or all: `CI=true hatch test`"
        )


def environment_with(*packages: str) -> Path:
    """Return the Python of a virtual environment that has these packages, made if need be."""
    name = hashlib.sha256(" ".join((sys.version, *packages)).encode()).hexdigest()[:12]
    folder = CACHE / "python" / name
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        run([sys.executable, "-m", "venv", str(folder)])
        run([str(python), "-m", "pip", "install", "--quiet", *packages])
        (folder / "complete").touch()
    return python


def node_modules_with(*packages: str) -> Path:
    """Return a folder whose `node_modules` has these packages, made if need be."""
    name = hashlib.sha256(" ".join(packages).encode()).hexdigest()[:12]
    folder = CACHE / "node" / name
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        run(["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), *packages])
        (folder / "complete").touch()
    return folder


def install_system(command: str, *packages: str) -> None:
    """Have a command on the PATH, from the system's packages where it is missing."""
    if shutil.which(command) is None:
        run(["apt-get", "update", "--quiet"])
        run(["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *packages])


def run(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"{' '.join(command)} failed:\n{done.stdout[-1000:]}\n{done.stderr[-3000:]}")
