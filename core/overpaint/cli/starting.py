"""Before a command is known: where its words will go, and Ctrl-C. Loads nothing heavy."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

__all__ = ["INTERRUPTED", "interruption", "ready_streams", "silence", "stoppable"]

INTERRUPTED = 130
LAST_STREAM = 2


def ready_streams() -> None:
    """Give what is said somewhere to go.

    What a terminal's or a pipe's encoding has no characters for (Windows' pipes, a name from
    elsewhere) is spelled out: a result that is painted must not be lost to the news of it. A shell
    can close a stream; its number must not be given to a picture's or the journal's file then.
    """
    missing = [name for name in ("stdout", "stderr") if getattr(sys, name) is None]
    if missing:
        while (number := os.open(os.devnull, os.O_RDWR)) <= LAST_STREAM:
            pass
        os.close(number)
    for name in missing:
        nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  it stays open
        setattr(sys, name, nowhere)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")


def silence() -> None:
    """Let stdout lead nowhere, where it can't be written: the rest of it would fail at the end."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """End at once by Ctrl-C as long as the block runs: nothing is begun that would have to be told.

    The exception would come out of whatever is just being imported, as a page of its innards, or
    be swallowed there.
    """
    usual = signal.getsignal(signal.SIGINT)
    if usual is not signal.default_int_handler:  # a shell's `&` and `nohup` have it ignored
        yield
        return
    signal.signal(signal.SIGINT, _stopped)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)


def interruption(became: str = "") -> dict[str, Any]:
    """What was interrupted, as `--json` gives it, with what became of the work."""
    return {"error": {"code": "interrupted", "message": "Canceled.", "hint": became}}


def _stopped(_: int, __: FrameType | None) -> None:
    if "--json" in sys.argv:
        sys.stdout.write(json.dumps(interruption()) + "\n")
    else:
        sys.stderr.write("Canceled.\n")
    sys.stdout.flush()
    os._exit(INTERRUPTED)
