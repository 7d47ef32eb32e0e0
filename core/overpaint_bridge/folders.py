"""The session's folder: private, held by both processes, and cleared away when both are dead.

Each end holds a shared lock on the file `owner`. The kernel drops it with the process, so a folder
whose `owner` can be locked alone belongs to nobody any more; a process id would say less, since
ids are used again, and differ between containers that share their memory files.
"""

from __future__ import annotations

import contextlib
import os
import stat
import time
from pathlib import Path

if os.name == "posix":
    import fcntl

__all__ = [
    "HOST_PIXELS",
    "LEAST_MEMORY",
    "WORKER_PIXELS",
    "hold",
    "make_folder",
    "places",
    "remove_folder",
    "sweep",
]

HOST_PIXELS = "to-worker.pixels"
WORKER_PIXELS = "to-host.pixels"
OWNER = "owner"
PREFIX = "overpaint-"
UNNAMED = f"{OWNER}.new"
FILES = (HOST_PIXELS, WORKER_PIXELS, OWNER, UNNAMED)
# A folder without an owner is one that is being made, unless it is as old as this.
OLD_SECONDS = 24 * 3600
# Where the memory has less room than this, pixels go to the disk.
LEAST_MEMORY = 1 << 29


def make_folder() -> tuple[Path, int]:
    """Make a private folder, in memory where the system has such a place, and hold it.

    Returns:
        The folder, and the descriptor that holds it until it is closed.
    """
    import tempfile  # slow to load, and a worker that says it is ready needs none of it

    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=places()[0]))
    try:
        return folder, _owned(folder)
    except BaseException:
        remove_folder(folder)
        raise


def hold(folder: Path) -> int | None:
    """Hold a folder that somebody else made; None where it has no owner file."""
    try:
        descriptor = os.open(folder / OWNER, os.O_RDWR)
    except OSError:
        return None
    _lock(descriptor, alone=False)
    return descriptor


def remove_folder(folder: Path) -> None:
    """Remove the session's own files and folder, and nothing else."""
    for name in FILES:
        with contextlib.suppress(OSError):
            (folder / name).unlink()
    with contextlib.suppress(OSError):
        folder.rmdir()


def sweep() -> list[Path]:
    """Remove this user's folders that no process holds any more; returns which."""
    swept = []
    for place in places():
        for folder in sorted(place.glob(f"{PREFIX}*")):
            if _is_ours(folder) and _is_left(folder):
                remove_folder(folder)
                swept.append(folder)
    return swept


def _owned(folder: Path) -> int:
    """Name this process its owner; returns the descriptor that says so."""
    # Under its name only once it is held, or somebody's `sweep` could come in between.
    unnamed = folder / UNNAMED
    unnamed.write_text(str(os.getpid()))
    descriptor = os.open(unnamed, os.O_RDWR)
    _lock(descriptor, alone=False)
    if os.name == "posix":
        unnamed.rename(folder / OWNER)
    else:
        # Windows does not rename what is open, nor remove it: being open holds it.
        os.close(descriptor)
        unnamed.rename(folder / OWNER)
        descriptor = os.open(folder / OWNER, os.O_RDWR)
    return descriptor


def places() -> list[Path]:
    """Where session folders lie; the first is where they are made."""
    import tempfile

    memory, disk = Path("/dev/shm"), Path(tempfile.gettempdir())  # noqa: S108  mkdtemp makes a private folder in it
    if not os.access(memory, os.W_OK):
        return [disk]
    room = os.statvfs(memory)
    # Containers often have a few megabytes there.
    small = room.f_bavail * room.f_frsize < LEAST_MEMORY
    return [disk, memory] if small else [memory, disk]


def _is_ours(folder: Path) -> bool:
    """A private folder of this user's, with a session's files in it and no others."""
    try:
        about = folder.lstat()
        if not stat.S_ISDIR(about.st_mode):
            return False
        if os.name == "posix" and (about.st_uid != os.getuid() or about.st_mode & 0o077):
            return False
        return {path.name for path in folder.iterdir()} <= set(FILES)
    except OSError:
        return False


def _is_left(folder: Path) -> bool:
    """True when nobody holds it."""
    try:
        descriptor = os.open(folder / OWNER, os.O_RDWR)
    except OSError:
        with contextlib.suppress(OSError):
            return time.time() - folder.lstat().st_mtime > OLD_SECONDS
        return False
    try:
        _lock(descriptor, alone=True)
    except OSError:
        return False
    else:
        return True
    finally:
        os.close(descriptor)


def _lock(descriptor: int, *, alone: bool) -> None:
    """Lock a file, alone or with others.

    Raises:
        OSError: somebody else holds it.
    """
    if os.name == "posix":
        how = fcntl.LOCK_EX if alone else fcntl.LOCK_SH
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
