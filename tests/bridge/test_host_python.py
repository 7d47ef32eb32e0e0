"""The editors' own Python, from 3.10 on, can read what runs in it."""

from __future__ import annotations

import ast
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


def test_the_whole_bridge_loads_in_the_oldest_python() -> None:
    python = shutil.which("python3.10")
    if python is None or subprocess.run([python, "-c", ""], capture_output=True).returncode:
        pytest.skip("needs python3.10 on PATH")
    names = [path.stem for path in (ROOT / "core" / "overpaint_bridge").glob("[a-z]*.py")]
    code = "import importlib; [importlib.import_module(f'overpaint_bridge.{n}') for n in %r]"

    subprocess.run([python, "-W", "error", "-c", code % names], cwd=ROOT / "core", check=True)
