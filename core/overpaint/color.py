"""Colour: from a document's profile to the sRGB a model paints in, and back.

Eight bits by LittleCMS in Pillow, sixteen by the same in libvips.
"""

from __future__ import annotations

import functools
import io
from typing import TYPE_CHECKING

from PIL import Image, ImageCms

from . import depth

if TYPE_CHECKING:
    from .depth import Deep, Samples, Shallow

__all__ = ["document_colors", "model_colors", "to_srgb"]

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


def model_colors(samples: Samples, icc: bytes | None) -> Shallow:
    """What a model gets to see of a document's colours.

    Args:
        samples: (height, width, 1 or 3), gray or RGB without alpha.
        icc: the document's RGB profile; a gray one's curve is taken for sRGB's.

    Returns:
        (height, width, 3) uint8 sRGB.
    """
    import numpy as np

    if samples.shape[2] == 1:
        return np.repeat(depth.in_eight(samples), 3, axis=2)
    if not icc or _is_srgb(icc):
        return depth.in_eight(samples)
    if samples.dtype == np.uint16:
        return _deep_to_srgb(samples, icc)
    pixels = depth.in_eight(samples)
    converted = to_srgb(Image.fromarray(np.ascontiguousarray(pixels)), icc)
    return pixels if converted is None else np.asarray(converted)


def document_colors(pixels: Shallow, icc: bytes | None, *, like: Samples) -> Samples:
    """Bring a model's colours to a document's own channels, depth and profile.

    On a document deeper than 8 bits they are dithered first, so that what was one step in the
    answer is not a band in the picture.

    Args:
        pixels: (height, width, 3) uint8 sRGB.
        icc: the document's RGB profile.
        like: (any, any, 1 or 3) of the document, without alpha.
    """
    import numpy as np

    deep = like.dtype == np.uint16
    if like.shape[2] == 1:
        gray = np.asarray(Image.fromarray(np.ascontiguousarray(pixels)).convert("L"))[..., None]
        return depth.dithered(gray) if deep else gray
    if deep:
        spread = depth.dithered(pixels)
        return spread if not icc or _is_srgb(icc) else _deep_from_srgb(spread, icc)
    if not icc or _is_srgb(icc):
        return pixels
    try:
        image = Image.fromarray(np.ascontiguousarray(pixels))
        converted = ImageCms.applyTransform(image, _transform(icc, "RGB", back=True))
    except (ImageCms.PyCMSError, _IsSrgb):
        # Nearly sRGB: what moves a colour on the way there need not move one on the way back.
        return pixels
    return pixels if converted is None else np.asarray(converted)


def _deep_to_srgb(samples: Samples, icc: bytes) -> Shallow:
    """Convert 16-bit RGB of a profile to 8-bit sRGB."""
    import pyvips

    try:
        lab = depth.as_vips(samples, icc).icc_import(
            embedded=True, intent="relative", black_point_compensation=True
        )
        seen: Shallow = lab.icc_export(
            output_profile="srgb", intent="relative", black_point_compensation=True, depth=8
        ).numpy()
    except pyvips.Error:
        return depth.in_eight(samples)
    return seen


def _deep_from_srgb(samples: Deep, icc: bytes) -> Deep:
    """Convert 16-bit sRGB to a profile, through floats."""
    import pyvips

    try:
        lab = depth.as_vips(samples, None).icc_import(
            input_profile="srgb", intent="relative", black_point_compensation=True
        )
        lab.set_type(pyvips.GValue.blob_type, "icc-profile-data", icc)
        own: Deep = lab.icc_export(
            intent="relative", black_point_compensation=True, depth=16
        ).numpy()
    except pyvips.Error:
        return samples
    return own


def _is_srgb(icc: bytes) -> bool:
    """True where there is nothing to convert: sRGB itself, or a profile that can't be used."""
    try:
        _transform(icc, "RGB", back=False)
    except (ImageCms.PyCMSError, _IsSrgb):
        return True
    return False


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
