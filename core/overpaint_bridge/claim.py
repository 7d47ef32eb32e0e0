"""A claim on something that one process at a time may change, dropped when that process ends."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

if sys.platform != "win32":
    import fcntl
else:
    import msvcrt

__all__ = ["claimed"]

PAUSE = 0.2


@contextlib.contextmanager
def claimed(path: Path, wait: Callable[[], bool]) -> Iterator[bool]:
    """Hold a file that others claim by; it is gone afterwards.

    Args:
        path: the file.
        wait: asked while somebody else holds it; False gives up.

    Yields:
        True where it is held, False where waiting was given up.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = _taken(path)
    while descriptor is None and wait():
        time.sleep(PAUSE)
        descriptor = _taken(path)
    try:
        yield descriptor is not None
    finally:
        if descriptor is not None:
            _drop(path, descriptor)


def _taken(path: Path) -> int | None:
    """The descriptor that holds the file; None while somebody else does."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if sys.platform != "win32":
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    except (BlockingIOError, PermissionError):
        os.close(descriptor)
        return None
    except OSError:
        return descriptor  # a file system without locks: nobody there can claim anything
    # It may have been removed by whoever held it, between the opening and the lock.
    try:
        same = os.path.samestat(os.fstat(descriptor), path.stat())
    except OSError:
        same = False
    if not same:
        os.close(descriptor)
        return None
    return descriptor


def _drop(path: Path, descriptor: int) -> None:
    if sys.platform != "win32":
        path.unlink(missing_ok=True)
        os.close(descriptor)
    else:  # Windows removes nothing that is open, and nothing somebody has opened since
        os.close(descriptor)
        with contextlib.suppress(OSError):
            path.unlink()
