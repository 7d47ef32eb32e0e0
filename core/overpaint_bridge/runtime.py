"""Which Python has Overpaint: the one the worker runs in.

An editor's own Python can't have packages, so the worker is another one. Asked in this order: the
caller, OVERPAINT_PYTHON, what `runtime.json` in the user's settings records, the usual names.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from .errors import RuntimeMissingError

__all__ = [
    "CLEANLY",
    "Runtime",
    "clean_environment",
    "find_runtime",
    "recorded_python",
    "recorded_runtime_path",
]

VARIABLE = "OVERPAINT_PYTHON"
PROBE = (
    "import overpaint_bridge, importlib.util, sys;"
    "importlib.util.find_spec('overpaint') or sys.exit(1);"
    "print(overpaint_bridge.__version__)"
)
PROBE_SECONDS = 20
# Nothing of the editor's, nor of the folder it stands in; a user's own packages are welcome.
CLEANLY = ("-E", "-P")
NAMES = ("python3.13", "python3.12", "python3.11", "python3.14", "python3", "python")
# What an editor sets for its own Python and libraries, and another program trips over.
UNWANTED = ("PYTHON", "GI_", "GEGL_", "BABL_", "GIMP")
UNWANTED_NAMES = frozenset({"LD_LIBRARY_PATH", "QT_PLUGIN_PATH", "DYLD_LIBRARY_PATH", "APPDIR"})


@dataclass(frozen=True)
class Runtime:
    """A Python that has Overpaint.

    Attributes:
        command: how to start it.
        version: Overpaint's, there.
    """

    command: tuple[str, ...]
    version: str


def find_runtime(python: str | None = None) -> Runtime:
    """Find a Python that has Overpaint.

    Args:
        python: tried first, and alone if given.

    Raises:
        RuntimeMissingError: none has it; the detail says what was tried.
    """
    tried = []
    for command in [(python,)] if python else list(_candidates()):
        version = _probe(command)
        if version is not None:
            return Runtime(command, version)
        tried.append(" ".join(command))
    raise RuntimeMissingError(
        "No Python with Overpaint in it was found. Run “overpaint install” with the one"
        f" that has it, or name it in {VARIABLE}.",
        "Tried: " + ", ".join(tried),
    )


def clean_environment(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment without what an editor sets for itself."""
    given = os.environ if environment is None else environment
    return {
        name: value
        for name, value in given.items()
        if name not in UNWANTED_NAMES and not name.startswith(UNWANTED)
    }


def recorded_runtime_path(environment: Mapping[str, str] | None = None) -> Path:
    """Where an installation records its interpreter; the folder platformdirs would choose."""
    given = os.environ if environment is None else environment
    home = Path.home()
    if sys.platform == "win32":
        folder = Path(given.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        folder = home / "Library" / "Application Support"
    else:
        folder = Path(given.get("XDG_CONFIG_HOME") or home / ".config")
    return folder / "overpaint" / "runtime.json"


def recorded_python() -> str | None:
    """The interpreter that an installation has recorded, or None."""
    try:
        python = json.loads(recorded_runtime_path().read_bytes())["python"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return python if isinstance(python, str) else None


def _candidates() -> Iterator[tuple[str, ...]]:
    """Every command worth trying, best first."""
    named = os.environ.get(VARIABLE)
    if named:
        yield (named,)
    recorded = recorded_python()
    if recorded is not None:
        yield (recorded,)
    if sys.platform == "win32" and shutil.which("py"):
        yield ("py", "-3")
    for name in NAMES:
        found = shutil.which(name)
        if found:
            yield (found,)


def _probe(command: tuple[str, ...]) -> str | None:
    """Ask a Python for its Overpaint's version; None where it has none or does not start."""
    try:
        done = subprocess.run(  # noqa: S603  the interpreters listed above
            [*command, *CLEANLY, "-c", PROBE],
            capture_output=True,
            text=True,
            timeout=PROBE_SECONDS,
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None
