"""A plug-in's files in an editor's folder: put there whole, taken out whole."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from overpaint.errors import OutputError

from .payload import Files

__all__ = [
    "is_placed",
    "make_folder",
    "place",
    "read_file",
    "remove_file",
    "remove_made",
    "remove_tree",
    "sweep",
    "take_out",
    "write_file",
]

# Where a new version is laid out, beside the old one.
STAGING = ".overpaint-"


def place(files: Files, folder: Path, owned: tuple[PurePosixPath, ...]) -> list[Path]:
    """Put a plug-in's files into a folder, instead of any earlier version of it.

    The new version is complete beside the old one before it takes its place.

    Returns:
        The folders that had to be made, outermost first.

    Raises:
        OutputError: the folder can't be written, or what is there is a link of somebody's.
    """
    with _refusals(folder):
        _refuse_links(folder, owned)
        made = [one for path in owned for one in make_folder(folder.joinpath(path).parent)]
        sweep(folder)
        with tempfile.TemporaryDirectory(prefix=STAGING, dir=folder) as staging:
            new, old = Path(staging, "new"), Path(staging, "old")
            for name, content in files.items():
                _write(new / name, content)
            old.mkdir()
            _exchange(folder, owned, new, old)
    return made


def sweep(folder: Path) -> None:
    """Remove what an installation left that was killed on its way."""
    for left in folder.glob(f"{STAGING}*"):
        shutil.rmtree(left, ignore_errors=True)


def _refuse_links(folder: Path, owned: tuple[PurePosixPath, ...]) -> None:
    """Leave a developer's or a distribution's link alone.

    Raises:
        OutputError: there is one.
    """
    for path in owned:
        if folder.joinpath(path).is_symlink():
            raise OutputError(
                f"{folder / path} is a link to somewhere else and is left alone.",
                hint="Remove the link to have the plug-in installed there.",
            )


def _exchange(folder: Path, owned: tuple[PurePosixPath, ...], new: Path, old: Path) -> None:
    """Put the new version in the old one's place; back to how it was where that is refused.

    Raises:
        OSError: it is refused.
    """
    moved: list[tuple[Path, Path]] = []
    try:
        for number, path in enumerate(owned):
            for target, source in ((old / str(number), folder / path), (folder / path, new / path)):
                if source.exists():
                    source.rename(target)
                    moved.append((target, source))
    except OSError:
        for target, source in reversed(moved):
            target.rename(source)
        raise


def is_placed(files: Files, folder: Path) -> bool:
    """True where exactly these files are in the folder already."""
    for name, content in files.items():
        try:
            if folder.joinpath(name).read_bytes() != content:
                return False
        except OSError:
            return False
    return True


def take_out(folder: Path, owned: tuple[PurePosixPath, ...]) -> list[Path]:
    """Remove what is ours from a folder, and return what that was; a link is somebody else's.

    Raises:
        OutputError: something can't be removed.
    """
    removed = []
    with _refusals(folder):
        sweep(folder)
        for path in owned:
            target = folder / path
            if target.is_symlink():
                continue
            if target.is_file():
                target.unlink()
            elif target.is_dir():
                shutil.rmtree(target)
            else:
                continue
            removed.append(target)
    return removed


def make_folder(folder: Path) -> list[Path]:
    """Make a folder and its parents; return those that were not there, outermost first."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing[::-1]


def remove_made(folders: list[Path]) -> list[Path]:
    """Remove folders that an installation made where nothing is in them; return the others."""
    for folder in sorted(folders, key=lambda path: len(path.parts), reverse=True):
        with contextlib.suppress(OSError):
            folder.rmdir()
    return [folder for folder in folders if folder.exists()]


def remove_file(path: Path) -> bool:
    """Remove a file that is ours; False where there was none.

    Raises:
        OutputError: it can't be removed.
    """
    with _refusals(path):
        try:
            path.unlink()
        except FileNotFoundError:
            return False
    return True


def remove_tree(folder: Path) -> None:
    """Remove a folder that is ours, and all that is in it.

    Raises:
        OutputError: something can't be removed.
    """
    with _refusals(folder):
        shutil.rmtree(folder)


def read_file(path: Path) -> bytes | None:
    """Read a file; None where there is none.

    Raises:
        OutputError: it may not be read.
    """
    with _refusals(path):
        return path.read_bytes() if path.is_file() else None


def write_file(path: Path, content: bytes) -> None:
    """Write a file under another name first, keeping the mode of one that was there.

    Raises:
        OutputError: it can't be written.
    """
    with _refusals(path):
        target = path.resolve()  # a link stays one
        temporary = target.with_name(f".{target.name}.overpaint")
        try:
            temporary.write_bytes(content)
            if target.exists():
                shutil.copymode(target, temporary)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    # GIMP starts a plug-in only if its file may be executed.
    path.chmod(0o755 if content.startswith(b"#!") else 0o644)


@contextlib.contextmanager
def _refusals(place: Path) -> Iterator[None]:
    """Say the disk's refusals as sentences."""
    try:
        yield
    except OSError as error:
        why = (error.strerror or str(error)).casefold()
        raise OutputError(
            f"{error.filename or place} could not be changed: {why}.",
            hint="Close the editor, check who may write there, and try again.",
        ) from error
