"""The Python that GIMP starts its Python plug-ins with, where the first on the path can't."""

from __future__ import annotations

from pathlib import Path

from .system import System

__all__ = ["NAME", "needed_interpreter"]

NAME = "overpaint.interp"
PROBE = "import gi; gi.require_version('Gimp', '3.0'); from gi.repository import Gimp; print('yes')"


def needed_interpreter(system: System) -> bytes | None:
    """What GIMP's interpreter file must say so that Python plug-ins start; None: nothing.

    `#!/usr/bin/env python3` finds a Python of conda's, pyenv's or an environment's where one is
    first on the path, and that one does not know GIMP. GIMP's own file of interpreters goes first.
    """
    if system.is_windows or system.is_mac:
        return None  # GIMP brings its own there
    own = system.root / "usr/bin/python3"
    first = next(system.programs("python3"), None)
    if first is None or _same(first, own) or not own.is_file():
        return None
    if system.ask([first, "-c", PROBE]) == "yes" or system.ask([own, "-c", PROBE]) != "yes":
        return None
    return f"python3={own}\n".encode()


def _same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()
