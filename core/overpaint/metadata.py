"""What a picture's file says beside its pixels, as EXIF: who made it, how large it is printed.

The orientation is not among it: whoever reads a picture applies it.
"""

from __future__ import annotations

import struct

from PIL import Image
from PIL.ExifTags import IFD, Base

__all__ = ["exif_of", "resolution_of", "tiff_tags", "upright"]

# What Pillow raises on tags that are not of the kind they should be, or lie past their file's end.
DAMAGE = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
)
# What turns a picture upright, by its EXIF orientation.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# EXIF's units of length, in inches.
UNITS = {2: 1.0, 3: 2.54}
INCH = 2
# How a picture was exposed, and where: blocks of their own.
BLOCKS = (IFD.Exif, IFD.GPSInfo)
FINEST = 65535  # the most that JPEG can say
# A pixel a millimetre: what libvips writes where nothing was said.
UNSAID = (25.4, 25.4)
RESOLUTION = (Base.XResolution, Base.YResolution, Base.ResolutionUnit)
# What of a TIFF's tags is said of the picture; the others tell how it lies in its file.
IN_WORDS = (
    Base.ImageDescription,
    Base.Make,
    Base.Model,
    Base.DateTime,
    Base.Artist,
    Base.Copyright,
)


def exif_of(image: Image.Image) -> bytes | None:
    """A picture's metadata; to be asked before a TIFF is loaded, which then lets go of its file.

    Returns:
        EXIF, with the resolution that PNG and JPEG may hold beside it; None where there is nothing,
        or nothing that can be made sense of: a picture is worth more than its damaged metadata.
    """
    try:
        return _with_resolution(image)
    except DAMAGE:
        return None


def upright(image: Image.Image) -> Image.Image:
    """A loaded picture as it is to be seen.

    Not by Pillow's own `exif_transpose`, which writes the metadata anew and fails where it is odd.
    """
    try:
        turn = TURNS.get(image.getexif().get(Base.Orientation, 1))
    except DAMAGE:
        turn = None
    return image if turn is None else image.transpose(turn)


def _with_resolution(image: Image.Image) -> bytes | None:
    exif = _own(image)
    exif.pop(Base.Orientation, None)
    if Base.XResolution not in exif and _says_resolution(image):
        exif[Base.XResolution], exif[Base.YResolution] = map(float, image.info["dpi"])
        exif[Base.ResolutionUnit] = INCH
    if _resolution(exif) == UNSAID:
        for tag in RESOLUTION:
            exif.pop(tag, None)
    return exif.tobytes() if len(exif) else None


def resolution_of(exif: bytes | None) -> tuple[float, float] | None:
    """Pixels an inch, across and down, by a picture's metadata; None where it does not say."""
    try:
        return _resolution(_loaded(exif)) if exif else None
    except DAMAGE:
        return None


def tiff_tags(exif: bytes) -> dict[int, str]:
    """What of a picture's metadata a TIFF's own tags say, its resolution apart.

    Not how it was exposed, and where: Pillow writes no such block into a compressed TIFF.
    """
    said = _loaded(exif)
    return {tag: said[tag] for tag in IN_WORDS if isinstance(said.get(tag), str)}


def _own(image: Image.Image) -> Image.Exif:
    """A copy of what the file says, for Pillow turns a picture upright by the original."""
    said = image.getexif()
    if not hasattr(image, "tag_v2"):
        return _loaded(said.tobytes()) if len(said) else Image.Exif()
    own = Image.Exif()
    own.endian = said.endian
    for tag in (*IN_WORDS, *RESOLUTION):
        if tag in said:
            own[tag] = said[tag]
    for block in BLOCKS:
        if inner := said.get_ifd(block):
            own.get_ifd(block).update(inner)
    return own


def _loaded(exif: bytes) -> Image.Exif:
    tags = Image.Exif()
    tags.load(exif)
    return tags


def _resolution(tags: Image.Exif) -> tuple[float, float] | None:
    unit = UNITS.get(tags.get(Base.ResolutionUnit, INCH))
    try:
        across, down = float(tags[Base.XResolution]), float(tags[Base.YResolution])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    if unit is None or not all(1 <= side * unit <= FINEST for side in (across, down)):
        return None
    return round(across * unit, 3), round(down * unit, 3)


def _says_resolution(image: Image.Image) -> bool:
    """True where the file says one; of a JPEG that does not, Pillow makes one up."""
    is_jpeg = image.format in ("JPEG", "MPO")
    return "dpi" in image.info and (not is_jpeg or image.info.get("jfif_unit") in (1, 2))
