"""Pictures in memory, and reading them from files, bytes, Pillow images and arrays.

Refuses what it can't keep whole (16-bit, float) instead of quietly losing depth.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError
from PIL.TiffImagePlugin import TiffImageFile

from .errors import ImageError
from .geometry import Extent

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Pixels: TypeAlias = "NDArray[np.uint8]"

__all__ = [
    "Picture",
    "Pixels",
    "Source",
    "opened",
    "read_mask",
    "read_picture",
    "to_pillow",
]

Source: TypeAlias = "str | Path | bytes | Image.Image | NDArray[np.uint8] | Picture"

# 200 megapixels is 14,142 × 14,142; a picture that unpacks to more is taken for a bomb.
MOST_PIXELS = 200_000_000
DEEP_MODES = frozenset({"I", "F", "I;16", "I;16L", "I;16B", "I;16N"})


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in memory.

    Attributes:
        pixels: (height, width, channels) uint8; channels 1 gray, 2 gray + alpha, 3 RGB, 4 RGBA;
            alpha is straight. Other depths will be other dtypes.
        icc: its colour profile; None = sRGB.
        exif: its metadata, the orientation already applied.
    """

    pixels: Pixels
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


def read_picture(source: Source) -> Picture:
    """Read a picture; of an animation, its first frame.

    Args:
        source: a path, encoded bytes, a Pillow image, a (height, width) or (height, width,
            channels) uint8 array, or a `Picture`.

    Raises:
        ImageError: it can't be read, or not without losing depth.
    """
    if isinstance(source, Picture):
        return source
    if isinstance(source, Image.Image):
        return _from_pillow(source, "the picture")
    if not isinstance(source, str | Path | bytes):
        return Picture(_from_array(source))
    name = "the picture" if isinstance(source, bytes) else f"{source}"
    with opened(source, name) as image:
        return _from_pillow(image, name)


def read_mask(source: Source, extent: Extent) -> Pixels:
    """Read a mask: 255 = paint here, 0 = keep, grey = partial.

    Of a coloured picture the brightness counts; where every colour is the same and the
    transparency is not, the transparency does (opaque = paint here), as selections are exported.

    Args:
        source: as `read_picture`.
        extent: the size it must have.

    Returns:
        (height, width) uint8.

    Raises:
        ImageError: it can't be read, has another size, or is empty.
    """
    import numpy as np

    picture = read_picture(source)
    if picture.extent != extent:
        raise ImageError(
            f"The mask is {picture.extent} pixels and the picture {extent}.",
            hint="Both must have the same size.",
            field="mask",
        )
    colors = picture.pixels[..., : picture.color_channels]
    flat = bool((colors == colors[0, 0]).all())
    if picture.has_alpha and flat and not (picture.pixels[..., -1] == 255).all():
        mask = picture.pixels[..., -1]
    elif picture.color_channels == 1:
        mask = colors[..., 0]
    else:
        mask = np.asarray(Image.fromarray(np.ascontiguousarray(colors)).convert("L"))
    if not mask.any():
        raise ImageError(
            "The mask is empty: it is black all over.",
            hint="White is painted, black is kept; to turn it round, invert the mask.",
            field="mask",
        )
    return np.ascontiguousarray(mask)


def to_pillow(picture: Picture) -> Image.Image:
    """Return it as a Pillow image, profile and metadata with it."""
    pixels = picture.pixels
    image = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    if picture.icc:
        image.info["icc_profile"] = picture.icc
    if picture.exif:
        image.info["exif"] = picture.exif
    return image


@contextlib.contextmanager
def opened(source: str | Path | bytes, name: str) -> Iterator[Image.Image]:
    """Open and decode an encoded picture, every way it can fail turned into a sentence.

    Args:
        source: a path, or the encoded bytes.
        name: what to call it.

    Raises:
        ImageError: it is missing, a folder, not a picture, damaged, or too large.
    """
    try:
        with warnings.catch_warnings():
            # Pillow's own limits: ours is checked below, before anything is unpacked.
            warnings.simplefilter("ignore")
            content = source if isinstance(source, bytes) else Path(source).read_bytes()
            if not content:
                raise ImageError(f"{name} is empty (0 bytes).", hint="Export it again.")
            with Image.open(io.BytesIO(content)) as image:
                _check_size(image.size, name)
                _check_depth(image, content, name)
                image.load()
                yield image
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
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError) as error:
        # What Pillow's decoders raise on damaged files.
        raise ImageError(
            f"{name} can't be read: {_why(error)}.", hint="Export it again."
        ) from error


def _from_pillow(image: Image.Image, name: str) -> Picture:
    """Apply the orientation and bring it to one of our four channel layouts."""
    import numpy as np

    _check_size(image.size, name)
    if image.mode in DEEP_MODES:
        raise _too_deep(name)
    icc = image.info.get("icc_profile")
    turned = ImageOps.exif_transpose(image)
    exif = turned.getexif()
    exif.pop(ExifTags.Base.Orientation, None)
    flat = without_palette(turned)
    if flat.mode not in ("L", "LA", "RGB", "RGBA"):
        flat, icc = to_rgb(flat, icc), None
    pixels = np.asarray(flat)
    if pixels.ndim == 2:
        pixels = pixels[..., np.newaxis]
    return Picture(np.ascontiguousarray(pixels), icc, exif.tobytes() if len(exif) else None)


def _from_array(array: Pixels) -> Pixels:
    """Check an array's shape and depth."""
    import numpy as np

    pixels = np.asarray(array)
    if pixels.dtype == np.bool_:
        pixels = pixels.astype(np.uint8) * 255
    if pixels.ndim == 2:
        pixels = pixels[..., np.newaxis]
    if pixels.dtype != np.uint8:
        raise ImageError(
            f"An array of {pixels.dtype} can't be used as a picture.", hint="Give uint8, 0 to 255."
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


def _check_depth(image: Image.Image, content: bytes, name: str) -> None:
    """Refuse more than 8 bits: Pillow drops the lower half of a 16-bit RGB without a word."""
    png_depth = content[24] if image.format == "PNG" and len(content) > 24 else 8
    tiff_depth = image.tag_v2.get(258, (8,)) if isinstance(image, TiffImageFile) else (8,)
    depths = tiff_depth if isinstance(tiff_depth, tuple) else (tiff_depth,)
    if image.mode in DEEP_MODES or png_depth > 8 or max(depths) > 8:
        raise _too_deep(name)


def _too_deep(name: str) -> ImageError:
    return ImageError(
        f"{name} has more than 8 bits a channel, which can't be kept yet.",
        hint="Save an 8-bit copy and use that.",
    )


def _too_large(name: str) -> ImageError:
    return ImageError(
        f"{name} unpacks to more than {MOST_PIXELS // 1_000_000} megapixels.",
        hint="Crop it first.",
    )


def _why(error: BaseException) -> str:
    """The reason in an exception, in a few words."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(str(text).split()).rstrip(".")
