"""Pictures in memory, and reading them from files, bytes, Pillow images and arrays.

Keeps 8 and 16 bits a channel, and refuses what it can't keep whole (float, 10-bit AVIF) instead of
quietly losing depth.
"""

from __future__ import annotations

import contextlib
import io
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from PIL import Image, UnidentifiedImageError
from PIL.TiffImagePlugin import IMAGELENGTH, TiffImageFile

from . import depth
from .depth import Samples, Shallow
from .errors import ImageError
from .geometry import Extent
from .metadata import exif_of, upright

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

__all__ = [
    "Picture",
    "Source",
    "read_mask",
    "read_picture",
    "to_pillow",
]

Source: TypeAlias = "str | Path | bytes | Image.Image | Samples | Picture"

# 200 megapixels is 14,142 × 14,142; a picture that unpacks to more is taken for a bomb.
MOST_PIXELS = 200_000_000
LARGEST_FILE = 2**31
ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://|data:", re.IGNORECASE)
# Of a mask: as good as black, and so far from 255 as good as white.
DARK = 16
# What is tried on a file; the depth of each can be told.
KINDS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF", "AVIF", "JPEG2000", "PPM", "TGA")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in memory.

    Attributes:
        pixels: (height, width, channels) uint8 or uint16; channels 1 gray, 2 gray + alpha, 3 RGB,
            4 RGBA; alpha is straight.
        icc: its colour profile; None = sRGB.
        exif: its metadata with its resolution, the orientation already applied.
    """

    pixels: Samples
    icc: bytes | None = None
    exif: bytes | None = None

    @property
    def extent(self) -> Extent:
        """Its size."""
        return Extent(self.pixels.shape[1], self.pixels.shape[0])

    @property
    def has_alpha(self) -> bool:
        """True for gray + alpha and RGBA."""
        return self.pixels.shape[2] in (2, 4)

    @property
    def color_channels(self) -> int:
        """1 for gray, 3 for RGB, whatever the alpha."""
        return 1 if self.pixels.shape[2] <= 2 else 3

    @property
    def colors(self) -> Samples:
        """Its pixels without the alpha."""
        return self.pixels[..., : self.color_channels]

    @property
    def is_deep(self) -> bool:
        """True for 16 bits a channel."""
        return self.pixels.dtype.itemsize > 1


def read_picture(source: Source, name: str = "") -> Picture:
    """Read a picture; of an animation, its first frame.

    Args:
        source: a path, encoded bytes, a Pillow image, a (height, width) or (height, width,
            channels) uint8 or uint16 array, or a `Picture`.
        name: what to call it; a path is called by its own.

    Raises:
        ImageError: it can't be read, or not without losing depth.
    """
    if isinstance(source, Picture):
        return source
    if isinstance(source, Image.Image):
        return _from_pillow(source, name or "the picture")
    if not isinstance(source, str | Path | bytes):
        return Picture(_from_array(source))
    if isinstance(source, str):
        _insist_on_a_file(source)
    if not name:
        name = "the picture" if isinstance(source, bytes) else f"{source}"
    with _explained(name):
        content = source if isinstance(source, bytes) else _content(Path(source))
        if not content:
            raise ImageError(f"{name} is empty (0 bytes).", hint="Export it again.")
        if depth.bits(content) > 8:
            return _deep(content, name)
        with Image.open(io.BytesIO(content), formats=KINDS) as image:
            _check_size(image.size, name)
            _check_whole(image, name)
            return _from_pillow(image, name)


def _insist_on_a_file(path: str) -> None:
    """Refuse an address: what is kept of a picture is kept from here, bit for bit.

    Raises:
        ImageError: it is one.
    """
    if not ADDRESS.match(path):
        return
    raise ImageError(
        f"“{path:.60}” is an address; the picture itself is needed, to keep what is not painted.",
        hint="Download it and give its path or bytes. `Client.create_prediction` takes addresses,"
        " for the raw API.",
    )


def read_mask(source: Source, extent: Extent, *, inverted: bool = False) -> Shallow:
    """Read a mask: 255 = paint here, 0 = keep, grey = partial.

    Where parts of it are transparent its opacity counts: what is painted on it, in any colour, is
    painted, as strokes on an empty layer and saved selections are. Else its brightness does.

    Args:
        source: as `read_picture`.
        extent: the size it must have.
        inverted: what it would keep is painted, and the other way round.

    Returns:
        (height, width) uint8, turned round already where it was `inverted`.

    Raises:
        ImageError: it can't be read, has another size, can be read in two ways, or is empty.
    """
    import numpy as np

    picture = read_picture(source)
    if picture.extent != extent:
        raise ImageError(
            f"The mask is {picture.extent} pixels and the picture {extent}.",
            hint="Both must have the same size.",
            field="mask",
        )
    pixels = depth.in_eight(picture.pixels)
    if picture.is_deep:
        # What is selected ever so little still is in 8 bits.
        pixels = np.maximum(pixels, picture.pixels > 0)
    opacity = _opacity(picture, pixels)
    mask = _brightness(pixels[..., : picture.color_channels]) if opacity is None else opacity
    mask = 255 - mask if inverted else mask
    if not mask.any():
        raise _empty(inverted=inverted, transparent=opacity is not None)
    return np.ascontiguousarray(mask)


def _empty(*, inverted: bool, transparent: bool) -> ImageError:
    """What a mask is that says nothing to paint, and what to do about it."""
    if inverted:
        what = "white all over and turned round"
        hint = "Leave the inversion out."
    elif transparent:
        what = "transparent all over"
        hint = "Paint on it where something should be painted, in any colour."
    else:
        what = "black all over"
        hint = "White is painted, black is kept; to turn it round, invert the mask."
    return ImageError(f"The mask is empty: it is {what}.", hint=hint, field="mask")


def _opacity(picture: Picture, pixels: Shallow) -> Shallow | None:
    """A mask's alpha where that says what to paint; None where it is as good as opaque.

    Raises:
        ImageError: it is black and white on transparent ground: black may be kept or painted.
    """
    if not picture.has_alpha:
        return None
    alpha, colors = pixels[..., -1], pixels[..., : picture.color_channels]
    is_flat = bool((colors == colors[0, 0]).all())
    if alpha.all() and not (is_flat and alpha.min() < 255):
        return None
    seen = _brightness(colors)[alpha >= 128]
    dark, light = int((seen <= DARK).sum()), int((seen >= 255 - DARK).sum())
    if dark and light and 10 * (dark + light) > 9 * len(seen):
        raise ImageError(
            "The mask is black and white, and transparent elsewhere; black could be meant either"
            " way.",
            hint="Flatten it onto black: white is painted, black is kept.",
            field="mask",
        )
    return alpha


def _brightness(colors: Shallow) -> Shallow:
    import numpy as np

    if colors.shape[2] == 1:
        return colors[..., 0]
    return np.asarray(Image.fromarray(np.ascontiguousarray(colors)).convert("L"))


def to_pillow(picture: Picture) -> Image.Image:
    """Return it as a Pillow image, profile and metadata with it; of 16 bits, Pillow holds 8."""
    pixels = depth.in_eight(picture.pixels)
    image = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    if picture.icc:
        image.info["icc_profile"] = picture.icc
    if picture.exif:
        image.info["exif"] = picture.exif
    return image


@contextlib.contextmanager
def _explained(name: str) -> Iterator[None]:
    """Turn every way reading a picture can fail into a sentence.

    Raises:
        ImageError: it is missing, a folder, not a picture, damaged, or too large.
    """
    try:
        with warnings.catch_warnings():
            # Pillow's own limits: ours is checked before anything is unpacked.
            warnings.simplefilter("ignore")
            yield
    except FileNotFoundError as error:
        raise ImageError(f"There is no file {name}.", hint="Check the path.") from error
    except IsADirectoryError as error:
        raise ImageError(f"{name} is a folder.", hint="Name a picture in it.") from error
    except UnidentifiedImageError as error:
        raise ImageError(
            f"{name} is not a picture, or of a kind that can't be read.",
            hint="PNG, JPEG, WebP and TIFF can.",
        ) from error
    except Image.DecompressionBombError as error:
        raise _too_large(name) from error
    except (OSError, SyntaxError, TypeError, ValueError, EOFError, MemoryError) as error:
        # What Pillow's decoders raise on damaged files.
        raise ImageError(
            f"{name} can't be read: {_why(error)}.", hint="Export it again."
        ) from error


def _content(path: Path) -> bytes:
    """Read a file; a device or a pipe may never end, and a disk image fills the memory."""
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise ImageError(f"{path} is not a file.", hint="Name a picture.")
    if path.is_file() and path.stat().st_size > LARGEST_FILE:
        raise ImageError(
            f"{path} is larger than {LARGEST_FILE // 2**30} GiB.", hint="Save it smaller."
        )
    return path.read_bytes()


def _from_pillow(image: Image.Image, name: str) -> Picture:
    """Apply the orientation and bring it to one of our four channel layouts."""
    import numpy as np

    _check_size(image.size, name)
    exif = exif_of(image)
    image.load()
    if image.mode.startswith("I;16"):
        pixels = np.asarray(upright(image))
        return Picture(_from_array(pixels), image.info.get("icc_profile"), exif)
    if image.mode in ("I", "F"):
        raise ImageError(
            f"{name} has 32 bits a channel, which can't be kept.", hint="Save it with 16 or 8."
        )
    icc = image.info.get("icc_profile")
    flat = without_palette(upright(image))
    if flat.mode not in ("L", "LA", "RGB", "RGBA"):
        flat, icc = to_rgb(flat, icc), None
    pixels = np.asarray(flat)
    if pixels.ndim == 2:
        pixels = pixels[..., np.newaxis]
    return Picture(np.ascontiguousarray(pixels), icc, exif)


def _deep(content: bytes, name: str) -> Picture:
    """Decode what Pillow can't hold; the metadata it can still read."""
    pixels, icc = depth.decoded(content, name, most=MOST_PIXELS)
    exif = None
    with contextlib.suppress(UnidentifiedImageError), Image.open(io.BytesIO(content)) as image:
        exif = exif_of(image)
    return Picture(pixels, icc, exif)


def _from_array(array: Samples) -> Samples:
    """Check an array's shape and depth."""
    import numpy as np

    pixels = np.asarray(array)
    if pixels.dtype == np.bool_:
        pixels = pixels.astype(np.uint8) * 255
    if pixels.ndim == 2:
        pixels = pixels[..., np.newaxis]
    if pixels.dtype not in (np.uint8, np.uint16):
        raise ImageError(
            f"An array of {pixels.dtype} can't be used as a picture.",
            hint="Give uint8, 0 to 255, or uint16, 0 to 65535.",
        )
    if pixels.ndim != 3 or pixels.shape[2] not in (1, 2, 3, 4) or 0 in pixels.shape:
        raise ImageError(
            f"An array of shape {array.shape} is not a picture.",
            hint="Give (height, width) or (height, width, 1 to 4).",
        )
    return np.ascontiguousarray(pixels)


def without_palette(image: Image.Image) -> Image.Image:
    """Turn palettes, 1-bit and premultiplied pictures into plain ones."""
    if image.mode == "P":
        transparent = "transparency" in image.info
        return image.convert("RGBA" if transparent else "RGB")
    plain = {"1": "L", "PA": "RGBA", "La": "LA", "RGBa": "RGBA", "RGBX": "RGB"}
    if image.mode in plain:
        return image.convert(plain[image.mode])
    if image.mode in ("L", "RGB") and "transparency" in image.info:
        return image.convert("RGBA" if image.mode == "RGB" else "LA")
    return image


def to_rgb(image: Image.Image, icc: bytes | None) -> Image.Image:
    """Turn CMYK, Lab, YCbCr and HSV into sRGB, by the picture's own profile if it has one."""
    from . import color

    return color.to_srgb(image, icc) or image.convert("RGB")


def _check_size(size: tuple[int, int], name: str) -> None:
    if size[0] * size[1] > MOST_PIXELS:
        raise _too_large(name)
    if 0 in size:
        raise ImageError(f"{name} has no pixels.", hint="Export it again.")


def _check_whole(image: ImageFile, name: str) -> None:
    """Refuse a TIFF that lacks strips: what is missing would be black, be it a billion pixels."""
    if not isinstance(image, TiffImageFile):
        return
    # As it lies in the file; `image.height` may be that of the picture turned upright.
    height = image.tag_v2.get(IMAGELENGTH, image.height)
    if max(tile.extents[3] if tile.extents else height for tile in image.tile) < height:
        raise ImageError(f"{name} can't be read: parts of it are missing.", hint="Export it again.")


def _too_large(name: str) -> ImageError:
    return ImageError(
        f"{name} unpacks to more than {MOST_PIXELS // 1_000_000} megapixels.",
        hint="Crop it first.",
    )


def _why(error: BaseException) -> str:
    """The reason in an exception, in a few words."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(str(text).split()).rstrip(".")
