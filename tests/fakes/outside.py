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
    """Skip a test that was not asked for; see `reason_to_skip`."""
    reason = reason_to_skip(request.config, request.path, what)
    if reason:
        pytest.skip(reason)


def reason_to_skip(config: pytest.Config, file: Path, what: str) -> str | None:
    """Why a file's tests are left out; None in CI, or where the file or its folder was asked for.

    Args:
        config: of the run; `tests` as a whole asks for no outside program.
        file: with the tests.
        what: they need.
    """
    root = config.rootpath
    asked = [
        (config.invocation_params.dir / argument.partition("::")[0]).resolve()
        for argument in config.args
    ]
    everything = (root, root / "tests")
    if os.environ.get("CI") == "true" or any(
        file.is_relative_to(path) and path not in everything for path in asked
    ):
        return None
    path = file.relative_to(root)
    return f"needs {what}; to set it up: `hatch test {path}`, or all: `CI=true hatch test`"


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
        CACHE.mkdir(parents=True, exist_ok=True)
        # One apt at a time: `.ci/run` sets the editors up beside the tests.
        apt = ["flock", str(CACHE / "apt.lock"), "apt-get", "--quiet"]
        run([*apt, "update"])
        run([*apt, "install", "--yes", "--no-install-recommends", *packages])


def run(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"{' '.join(command)} failed:\n{done.stdout[-1000:]}\n{done.stderr[-3000:]}")
