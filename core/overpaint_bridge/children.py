"""A program an editor has started, and what that has started in turn."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from typing import Any

__all__ = ["APART", "end_with_children"]

# How to start it, so that its children can be told from the editor's own.
APART: dict[str, Any] = {
    "start_new_session": os.name == "posix",
    "creationflags": getattr(subprocess, "CREATE_NO_WINDOW", 0),
}


def end_with_children(process: subprocess.Popen[Any]) -> None:
    """Kill a program that was started apart, its children too where the system knows them.

    They may hold its pipes open, and whoever waits for their end would wait for all of them.
    """
    if process.poll() is not None:
        return
    with contextlib.suppress(OSError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
