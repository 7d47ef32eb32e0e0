"""A program an editor has started, and what that has started in turn."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

__all__ = ["APART", "end_with_children", "go_second"]

# How to start it, so that its children can be told from the editor's own; on Windows also so that
# the editor goes first.
APART: dict[str, Any] = {
    "start_new_session": os.name == "posix",
    "creationflags": getattr(subprocess, "CREATE_NO_WINDOW", 0)
    | getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),
}
# A third of the editor's weight: what is painted beside a run gets the processor first, and a run
# on a machine that is busy with other things still gets on.
NICER = 5
NICEST = 19


def go_second(process: subprocess.Popen[Any]) -> None:
    """Let the editor's own work go before a program that was started apart.

    Where there is processor enough for both, the program is no slower for it.
    """
    if os.name != "posix":
        return
    nice = min(os.getpriority(os.PRIO_PROCESS, 0) + NICER, NICEST)
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PGRP, process.pid, nice)
    # Linux may share the processor among sessions first, and this one is a session of its own.
    with contextlib.suppress(OSError):
        Path(f"/proc/{process.pid}/autogroup").write_text(f"{nice}")


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
