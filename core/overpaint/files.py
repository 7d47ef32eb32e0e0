"""Results on disk: checked before anything is spent, and never left half-written."""

from __future__ import annotations

import contextlib
import io
import os
import secrets
import tempfile
from pathlib import Path

from . import depth
from .errors import OutputError
from .geometry import Extent
from .images import Picture, to_pillow
from .metadata import resolution_of, tiff_tags
from .provenance import Provenance

__all__ = ["FORMATS", "check_writable", "copy_picture", "settle_folder", "write_picture"]

XMP_TAG = 700  # of a TIFF
# Suffix: Pillow's format, whether it keeps transparency, and how it is written without loss, or
# with as little as the format allows.
FORMATS: dict[str, tuple[str, bool, dict[str, object]]] = {
    ".png": ("PNG", True, {}),
    ".jpg": ("JPEG", False, {"quality": 95, "subsampling": 0}),
    ".jpeg": ("JPEG", False, {"quality": 95, "subsampling": 0}),
    ".webp": ("WEBP", True, {"lossless": True, "exact": True}),
    ".tif": ("TIFF", True, {"compression": "tiff_lzw"}),
    ".tiff": ("TIFF", True, {"compression": "tiff_lzw"}),
}

# The longest side a format can say.
LONGEST = {"JPEG": 65535, "WEBP": 16383}
LONGEST_EXIF = 65533  # of a JPEG
DEEP_FORMATS = frozenset({"PNG", "TIFF"})


def check_writable(
    path: str | Path,
    *,
    force: bool = False,
    alpha: bool = False,
    deep: bool = False,
    extent: Extent | None = None,
) -> Path:
    """Refuse a place where a result could not be written, before anything is spent.

    Args:
        path: where; its suffix says the format.
        force: an existing file may be replaced.
        alpha: the result has transparency, which not every format keeps.
        deep: it has 16 bits a channel, likewise.
        extent: its size, where that is known.

    Raises:
        OutputError: the folder is missing, the file exists, or the format is not one of ours, or
            can't hold what the result is.
    """
    path = Path(path)
    known = FORMATS.get(path.suffix.casefold())
    if known is None:
        raise OutputError(
            f"{path} has no suffix of a picture format.", hint="Use " + ", ".join(FORMATS) + "."
        )
    if alpha and not known[1]:
        raise OutputError(
            f"{known[0]} keeps no transparency, and the result has some.",
            hint="Write a .png, .webp or .tif instead.",
        )
    if deep and known[0] not in DEEP_FORMATS:
        raise OutputError(
            f"{known[0]} keeps 8 bits a channel, and the picture has 16.",
            hint="Write a .png or .tif instead.",
        )
    longest = LONGEST.get(known[0])
    if longest and extent and max(extent) > longest:
        raise OutputError(
            f"{known[0]} can't be longer than {longest} pixels, and the picture is {extent}.",
            hint="Write a .png or .tif instead.",
        )
    if not path.parent.is_dir():
        raise OutputError(f"There is no folder {path.parent}.", hint="Make it first.")
    if path.is_dir():
        raise OutputError(f"{path} is a folder.", hint="Name a file in it.")
    if path.exists() and not force:
        raise OutputError(f"{path} exists already.", hint="Choose another name, or use --force.")
    try:
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise OutputError(f"Nothing can be written into {path.parent}: {_why(error)}.") from error
    return path


def write_picture(
    picture: Picture,
    path: str | Path,
    *,
    force: bool = False,
    provenance: Provenance | None = None,
) -> Path:
    """Write a picture under a temporary name, then rename it; nothing half-written stays.

    Args:
        picture: what to write.
        path: where; its suffix says the format.
        force: an existing file may be replaced.
        provenance: what the file says of its making.

    Raises:
        OutputError: as `check_writable`, or the disk refused.
    """
    path = check_writable(
        path,
        force=force,
        alpha=picture.has_alpha,
        deep=picture.is_deep,
        extent=picture.extent,
    )
    _put(_encoded(picture, path.suffix.casefold(), provenance), path)
    return path


def copy_picture(source: Path, path: Path) -> Path:
    """Copy a picture's file, byte for byte, as `write_picture` writes one.

    Raises:
        OutputError: it can't be read, or not be written there.
    """
    path = check_writable(path, force=True)
    try:
        content = source.read_bytes()
    except OSError as error:
        raise OutputError(f"{source} could not be read: {_why(error)}.") from error
    _put(content, path)
    return path


def settle_folder(folder: Path) -> None:
    """Let names survive a power cut too; Windows keeps them without being told.

    Raises:
        OSError: the disk refused.
    """
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _put(content: bytes, path: Path) -> None:
    """Give a file its content, whole or not at all.

    Raises:
        OutputError: the disk refused.
    """
    temporary = path.with_name(f".overpaint-{secrets.token_hex(8)}")
    try:
        # As private as any new file of this person's.
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        # What is delivered goes from the journal at once; a network's folder may not know how.
        with contextlib.suppress(OSError):
            settle_folder(path.parent)
    except OSError as error:
        raise OutputError(f"{path} could not be written: {_why(error)}.") from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def _encoded(picture: Picture, suffix: str, provenance: Provenance | None) -> bytes:
    """Encode a picture as its file's suffix says."""
    kind, _, options = FORMATS[suffix]
    in_text = kind == "PNG" and provenance is not None
    xmp = None if in_text or provenance is None else provenance.xmp
    if picture.pixels.dtype == "uint16":
        content = depth.encoded(picture.pixels, kind, icc=picture.icc, exif=picture.exif, xmp=xmp)
    else:
        exif = picture.exif
        if exif and kind == "JPEG" and len(exif) > LONGEST_EXIF:
            exif = None  # the picture is worth more
        said: dict[str, object] = {"exif": exif} if exif else {}
        if kind == "TIFF":
            tags = {XMP_TAG: xmp} if xmp else {}
            said = {"tiffinfo": tags | (tiff_tags(picture.exif) if picture.exif else {})}
        elif xmp is not None:
            said["xmp"] = xmp
        if resolution := resolution_of(picture.exif):
            said["dpi"] = resolution
        buffer = io.BytesIO()
        to_pillow(picture).save(buffer, kind, icc_profile=picture.icc, **options, **said)
        content = buffer.getvalue()
    return provenance.in_png(content) if in_text and provenance else content


def _why(error: OSError) -> str:
    """The reason in a few words."""
    return (error.strerror or str(error)).casefold()
