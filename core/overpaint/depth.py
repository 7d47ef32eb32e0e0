"""Depth: pictures of more than 8 bits a channel, which Pillow can't hold; libvips reads and writes.

It is loaded when the first such picture comes, and no sooner.
"""

from __future__ import annotations

import io
import re
import struct
from typing import TYPE_CHECKING, Any, TypeAlias

from PIL.TiffImagePlugin import ImageFileDirectory_v2

from .errors import ImageError
from .metadata import resolution_of

if TYPE_CHECKING:
    import numpy as np
    import pyvips
    from numpy.typing import NDArray

Samples: TypeAlias = "NDArray[np.unsignedinteger[Any]]"
Deep: TypeAlias = "NDArray[np.uint16]"
Shallow: TypeAlias = "NDArray[np.uint8]"

__all__ = [
    "Deep",
    "Samples",
    "Shallow",
    "as_vips",
    "bits",
    "decoded",
    "dithered",
    "encoded",
    "in_eight",
    "in_sixteen",
]

LONGEST_REASON = 200
MM_AN_INCH = 25.4
# One step of 8 bits in 16: 255 × 257 = 65535.
STEP = 257
PNG, TIFF = b"\x89PNG\r\n\x1a\n", (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
PNG_BITS, TIFF_BITS = 24, 258
# Where other files say their depth: AVIF's box of bits, JPEG 2000's size marker, the greatest value
# of a portable pixmap.
AVIF = re.compile(rb".{4}ftypavi[fs].*?pixi.{5}(.)", re.DOTALL)
JPEG_2000 = re.compile(rb"(?:.{4}jP  .*?)?\xff\x4f\xff\x51.{38}(.)", re.DOTALL)
PIXMAP = re.compile(rb"P[2356]" + 3 * rb"\s+(?:#[^\n]*\n\s*)*(\d+)")
# The noise is the same each time, for results can be made again.
DITHER_SEED = 1212


def bits(content: bytes) -> int:
    """How many bits a channel has in an encoded picture; 8 where it can't be more.

    Pillow says too little: it drops the lower half of a 16-bit RGB without a word.
    """
    if content.startswith(PNG) and len(content) > PNG_BITS:
        return content[PNG_BITS]
    if content.startswith(TIFF):
        return _tiff_bits(content)
    if found := AVIF.match(content):
        return found[1][0]
    if found := JPEG_2000.match(content):
        return (found[1][0] & 0x7F) + 1
    if (found := PIXMAP.match(content)) and int(found[3]) > 255:
        return 16
    return 8


def decoded(content: bytes, name: str, *, most: int) -> tuple[Deep, bytes | None]:
    """Decode a 16-bit PNG or TIFF, its orientation applied.

    Args:
        content: the whole file.
        name: what to call it.
        most: pixels; more are refused before they are unpacked.

    Returns:
        (height, width, 1 to 4) uint16, alpha straight, and the colour profile.

    Raises:
        ImageError: it is damaged, too large, or of a kind that can't be kept as it is.
    """
    if not content.startswith((PNG, *TIFF)):
        raise _unkept(name)
    import pyvips

    try:
        picture = pyvips.Image.new_from_buffer(content, "", fail_on="error").autorot()
        if picture.width * picture.height > most:
            raise ImageError(f"{name} unpacks to more than {most // 1_000_000} megapixels.")
        model = {1: "grey16", 2: "grey16", 3: "rgb16", 4: "rgb16"}.get(picture.bands)
        if picture.format != "ushort" or picture.interpretation != model:
            raise _unkept(name)
        samples: Deep = picture.numpy()
        typed = picture.get_typeof("icc-profile-data")
        icc = bytes(picture.get("icc-profile-data")) if typed else None
    except pyvips.Error as error:
        # libvips says everything that is wrong, one after the other.
        reason = " ".join(str(error.detail or error.message).split())[:LONGEST_REASON]
        raise ImageError(f"{name} can't be read: {reason}.", hint="Export it again.") from error
    return samples.reshape(picture.height, picture.width, picture.bands), icc


def encoded(
    samples: Deep,
    kind: str,
    *,
    icc: bytes | None,
    exif: bytes | None,
    xmp: bytes | None = None,
) -> bytes:
    """Encode (height, width, 1 to 4) uint16 without loss.

    Args:
        samples: alpha straight.
        kind: PNG or TIFF.
        icc: the colour profile to go with it.
        exif: the metadata to go with it.
        xmp: likewise.
    """
    picture = as_vips(samples, icc)
    if resolution := resolution_of(exif):
        across, down = resolution
        picture = picture.copy(xres=across / MM_AN_INCH, yres=down / MM_AN_INCH)
    # Told to keep all, libvips makes up metadata where there is none.
    keep = "icc"
    for name, blob in {"exif": exif, "xmp": xmp}.items():
        if blob:
            import pyvips

            picture.set_type(pyvips.GValue.blob_type, f"{name}-data", blob)
            keep = f"{keep}|{name}"
    if kind == "TIFF":
        # LZW, the usual choice, makes 16-bit photos larger than they are.
        options = {"compression": "deflate", "predictor": "horizontal"}
        return bytes(picture.write_to_buffer(".tif", keep=keep, **options))
    return bytes(picture.write_to_buffer(".png", keep=keep, filter="sub"))


def as_vips(samples: Samples, icc: bytes | None) -> pyvips.Image:
    """Hand (height, width, 1 to 4) samples to libvips, which does not copy them."""
    import numpy as np
    import pyvips

    model = "grey16" if samples.shape[2] <= 2 else "rgb16"
    picture = pyvips.Image.new_from_array(np.ascontiguousarray(samples)).copy(interpretation=model)
    if icc:
        picture.set_type(pyvips.GValue.blob_type, "icc-profile-data", icc)
    return picture


def in_eight(samples: Samples) -> Shallow:
    """Round samples to 8 bits; those that are return as they are."""
    import numpy as np

    if samples.dtype == np.uint8:
        return samples.astype(np.uint8, copy=False)
    rounded: Shallow = ((samples.astype(np.uint32) + STEP // 2) // STEP).astype(np.uint8)
    return rounded


def in_sixteen(pixels: Shallow) -> Deep:
    """Spread 8 bits over 16: 0 stays 0, 255 becomes 65535."""
    import numpy as np

    return pixels.astype(np.uint16) * np.uint16(STEP)


def dithered(pixels: Shallow) -> Deep:
    """Spread (height, width, channels) over 16 bits with noise of half a step, against bands."""
    import numpy as np

    # One value for all channels of a pixel: a shift of lightness is less seen than one of hue.
    noise = np.random.default_rng(DITHER_SEED).integers(
        -(STEP // 2), STEP // 2 + 1, (*pixels.shape[:2], 1), dtype=np.int32
    )
    noisy: Deep = np.clip(in_sixteen(pixels) + noise, 0, 65535).astype(np.uint16)
    return noisy


def _tiff_bits(content: bytes) -> int:
    """The most bits a channel of a TIFF has; 8 for one too damaged to tell."""
    try:
        # The first eight bytes, or sixteen of a big TIFF, say where the tags are.
        tags = ImageFileDirectory_v2(content[: 16 if content[2:4] in (b"+\0", b"\0+") else 8])
        file = io.BytesIO(content)
        file.seek(tags.next)
        tags.load(file)
        depths = tags.get(TIFF_BITS, 1)
    except (OSError, SyntaxError, ValueError, struct.error):
        return 8
    return max(depths) if isinstance(depths, tuple) else int(depths)


def _unkept(name: str) -> ImageError:
    return ImageError(
        f"{name} has more than 8 bits a channel in a form that can't be kept.",
        hint="16-bit gray and RGB can, as PNG or TIFF: save it so.",
    )
