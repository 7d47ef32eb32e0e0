"""A person's home with both editors in it, as a distribution's packages leave it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from fakes.outside import reason_to_skip
from overpaint.installing import System

HERE = Path(__file__).parent
# They fetch packages or drive real editors: in CI, or when they are asked for by path.
OUTSIDE = (
    "test_first_start.py",
    "test_gimp_archive.py",
    "test_krita_archive.py",
    "test_real_editors.py",
)

Tree = dict[str, bytes | None]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what needs the world outside, where nobody has asked for it."""
    for item in items:
        if item.path.parent == HERE and item.path.name in OUTSIDE:
            reason = reason_to_skip(config, item.path, "the world outside")
            if reason:
                item.add_marker(pytest.mark.skip(reason))


def cache() -> Path:
    """Where machines with editors are kept from run to run."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "overpaint-ci"


def tree(folder: Path) -> Tree:
    """Every folder and file below, with its bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


@pytest.fixture
def linux(tmp_path: Path) -> System:
    """An empty home on Linux, with nothing on the search path."""
    home = tmp_path / "home"
    programs = tmp_path / "usr/bin"
    home.mkdir()
    programs.mkdir(parents=True)
    return System("linux", home, {"PATH": str(programs)}, tmp_path)


@pytest.fixture
def program(linux: System) -> Callable[[str, str], Path]:
    """Make a program on the search path that says something."""

    def make(name: str, says: str) -> Path:
        path = linux.search_path[0] / name
        path.write_text(f"#!/bin/sh\necho '{says}'\n")
        path.chmod(0o755)
        return path

    return make


@pytest.fixture
def with_editors(linux: System) -> System:
    """GIMP 3.0 and Krita, each with another plug-in and settings of the person's."""
    config = linux.home / ".config"
    data = linux.home / ".local/share/krita"
    for path, content in {
        config / "GIMP/3.0/plug-ins/other/other.py": b"#!/usr/bin/env python3\n",
        config / "GIMP/3.0/gimprc": b"(theme dark)\n",
        config / "kritarc": b"[theme]\nTheme=Dark\n\n[python]\nenable_other=true\n\n[z]\nlast=1",
        data / "pykrita/other.desktop": b"[Desktop Entry]\n",
        data / "pykrita/other/__init__.py": b"",
    }.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (config / "GIMP/3.0/plug-ins/other/other.py").chmod(0o755)
    return linux


def executable(path: Path) -> bool:
    return os.access(path, os.X_OK)
