"""The Pythons: the one this runs in, and the one an editor's plug-in would start."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Iterator

from overpaint.errors import WorkerError
from overpaint.installing import System, greet
from overpaint_bridge import __version__

from .findings import Finding, Level

__all__ = ["look_at_pythons"]


def look_at_pythons(system: System) -> Iterator[Finding]:
    """This Python, and the worker that an editor would find."""
    version = platform.python_version()
    yield Finding(
        "Overpaint",
        Level.GOOD,
        f"Version {__version__}, in Python {version} on {platform.platform(terse=True)}"
        f" ({platform.machine()}): {sys.executable}",
        values={
            "version": __version__,
            "python": version,
            "executable": sys.executable,
            "platform": platform.platform(),
        },
    )
    recorded = _recorded(system)
    try:
        greeting = greet()
    except WorkerError as error:
        if recorded is None:
            says, hint = "No editor would find one yet.", "Run `overpaint install`."
            yield Finding("Worker", Level.NOTE, says, hint, {"recorded": None})
        else:
            yield Finding("Worker", Level.BAD, error.message, error.hint, {"recorded": recorded})
        return
    same = greeting.version == __version__
    yield Finding(
        "Worker",
        Level.GOOD if same else Level.NOTE,
        f"Answers in {greeting.seconds:.1f} s, version {greeting.version}: {greeting.python}",
        "" if same else "Run `overpaint install` to have the editors use this version.",
        {
            "python": greeting.python,
            "version": greeting.version,
            "seconds": round(greeting.seconds, 3),
            "recorded": recorded,
        },
    )


def _recorded(system: System) -> str | None:
    """The interpreter that an installation has recorded."""
    try:
        python = json.loads(system.record.read_text())["python"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return str(python)
