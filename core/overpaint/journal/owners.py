"""Which process is at a job: one that lives holds a lock, and the system drops it with the process.

A process id and a start time would say less: ids are used again, clocks are changed, and a
container sees neither of its neighbour's.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["Owner", "is_alive"]

SUFFIX = ".lock"


class Owner:
    """This process, as the journal knows it.

    Attributes:
        name: what its jobs' rows call it.
    """

    def __init__(self, folder: Path) -> None:
        """Take a lock of a name of its own.

        Raises:
            OSError: the folder can't be written to.
        """
        folder.mkdir(mode=0o700, exist_ok=True)
        self.name = f"{os.getpid()}-{secrets.token_hex(6)}"
        self._path = folder / f"{self.name}{SUFFIX}"
        # Locked under another name first, or `is_alive` could come in between.
        unnamed = folder / f"{self.name}.new"
        try:
            self._descriptor = _named(unnamed, self._path)
        finally:
            unnamed.unlink(missing_ok=True)

    def close(self) -> None:
        """Give the lock up."""
        with contextlib.suppress(OSError):
            self._path.unlink()
        os.close(self._descriptor)


def is_alive(folder: Path, name: str) -> bool:
    """Whether the process of that name still runs; a dead one's lock file is removed."""
    path = folder / f"{name}{SUFFIX}"
    try:
        descriptor = _locked(path)
    except FileNotFoundError:
        return False
    except OSError:
        return True  # locked, or not ours to judge
    with contextlib.suppress(OSError):
        path.unlink()
    os.close(descriptor)
    return False


def _named(unnamed: Path, path: Path) -> int:
    """Make a file, locked by the time it has its name; returns its descriptor.

    Raises:
        OSError: it could not be made, locked or named; nothing is left open.
    """
    descriptor = _locked(unnamed, os.O_CREAT | os.O_EXCL)
    if os.name != "posix":
        # Windows does not rename what is open.
        os.close(descriptor)
        unnamed.rename(path)
        return _locked(path)
    try:
        unnamed.rename(path)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _locked(path: Path, flags: int = 0) -> int:
    """Open a file and lock it; returns its descriptor.

    Raises:
        OSError: either was refused; nothing is left open.
    """
    descriptor = os.open(path, os.O_RDWR | flags, 0o600)
    try:
        _lock(descriptor)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _lock(descriptor: int) -> None:
    """Lock a file alone.

    Raises:
        OSError: somebody else holds it.
    """
    if sys.platform == "win32":
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
