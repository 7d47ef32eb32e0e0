"""The editors' own Python, from 3.10 on, can read what runs in it."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OLDEST = (3, 10)
SOURCES = [
    path
    for folder in ("core/overpaint_bridge", "plugins/gimp", "plugins/krita")
    for path in sorted((ROOT / folder).rglob("*.py"))
]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_newer_syntax_is_used(path: Path) -> None:
    ast.parse(path.read_text(encoding="utf-8"), feature_version=OLDEST)


def candidates() -> list[str]:
    """Every Python 3.10 that may be on this machine."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    found = sorted(map(str, pyenv.glob("versions/3.10.*/bin/python3.10")))
    on_path = shutil.which("python3.10")
    return found if on_path is None else [on_path, *found]


def starts(python: str) -> bool:
    """Whether it is one, and not a launcher's promise of one."""
    return subprocess.run([python, "-c", ""], capture_output=True).returncode == 0


def test_the_whole_bridge_loads_in_the_oldest_python() -> None:
    python = next(filter(starts, candidates()), None)
    if python is None:
        pytest.skip("needs a Python 3.10, on PATH or from pyenv")
    names = [path.stem for path in (ROOT / "core" / "overpaint_bridge").glob("[a-z]*.py")]
    code = "import importlib; [importlib.import_module(f'overpaint_bridge.{n}') for n in %r]"

    subprocess.run([python, "-W", "error", "-c", code % names], cwd=ROOT / "core", check=True)
