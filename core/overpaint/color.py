"""Colour: from a document's profile to the sRGB a model paints in, and back.

Eight bits for now; deeper documents will enter here.
"""

from __future__ import annotations

import functools
import io
from typing import TYPE_CHECKING

from PIL import Image, ImageCms

if TYPE_CHECKING:
    from .images import Pixels

__all__ = ["from_srgb", "model_pixels", "to_srgb"]

# Colorimetric with black-point compensation, as editors convert by default: in-gamut colours come
# back as they were.
INTENT = ImageCms.Intent.RELATIVE_COLORIMETRIC
FLAGS = ImageCms.Flags.BLACKPOINTCOMPENSATION


def to_srgb(image: Image.Image, icc: bytes | None) -> Image.Image | None:
    """Convert a picture with a profile to sRGB.

    Args:
        image: any mode LittleCMS reads (L, RGB, CMYK, LAB).
        icc: its profile.

    Returns:
        The picture in sRGB (mode RGB), or None where the profile is missing, is sRGB itself, or
        can't be used: then the numbers are taken as sRGB, as every editor does.
    """
    if not icc:
        return None
    try:
        return ImageCms.applyTransform(image, _transform(icc, image.mode, back=False))
    except (ImageCms.PyCMSError, _IsSrgb):
        return None


def from_srgb(image: Image.Image, icc: bytes | None) -> Image.Image:
    """Convert an sRGB picture to a document's RGB profile; as it is where there is none."""
    if not icc:
        return image
    try:
        return ImageCms.applyTransform(image, _transform(icc, image.mode, back=True)) or image
    except (ImageCms.PyCMSError, _IsSrgb):
        return image


def model_pixels(pixels: Pixels, icc: bytes | None, *, back: bool = False) -> Pixels:
    """Convert (height, width, 3) uint8 between a document's profile and sRGB.

    Args:
        pixels: colours without alpha.
        icc: the document's RGB profile, or None.
        back: True from sRGB to the document's.

    Returns:
        The same shape; the same array where there is nothing to convert.
    """
    import numpy as np

    if not icc:
        return pixels
    image = Image.fromarray(np.ascontiguousarray(pixels))
    converted = from_srgb(image, icc) if back else to_srgb(image, icc)
    return pixels if converted is None or converted is image else np.asarray(converted)


class _IsSrgb(Exception):  # noqa: N818  it is a finding, not a fault
    """The profile is sRGB itself."""


@functools.lru_cache(maxsize=16)
def _transform(icc: bytes, mode: str, *, back: bool) -> ImageCms.ImageCmsTransform:
    """Build the conversion once a profile.

    Raises:
        ImageCms.PyCMSError: LittleCMS can't use the profile for this mode.
    """
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    except (OSError, TypeError) as error:
        raise ImageCms.PyCMSError(error) from error
    srgb = ImageCms.createProfile("sRGB")
    transform = ImageCms.buildTransform(
        srgb if back else profile,
        profile if back else srgb,
        "RGB" if back else mode,
        mode if back else "RGB",
        renderingIntent=INTENT,
        flags=FLAGS,
    )
    if mode == "RGB" and _is_identity(transform):
        raise _IsSrgb
    return transform


def _is_identity(transform: ImageCms.ImageCmsTransform) -> bool:
    """True when no colour of a grid moves by more than a rounding step.

    A profile's name says too little: Krita's linear one is called sRGB too.
    """
    steps = range(0, 256, 51)
    colors = bytes(value for r in steps for g in steps for b in steps for value in (r, g, b))
    grid = Image.frombytes("RGB", (len(steps) ** 2, len(steps)), colors)
    moved = ImageCms.applyTransform(grid, transform)
    if moved is None:
        return False
    return all(abs(a - b) <= 1 for a, b in zip(moved.tobytes(), colors, strict=True))
