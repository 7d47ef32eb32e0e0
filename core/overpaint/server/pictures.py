"""A run's picture and mask: refused while the caller still listens, decoded when it is painted."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING

from overpaint import color
from overpaint.encoding import decode_data_uri
from overpaint.errors import ImageError, OverpaintError
from overpaint.images import KINDS, Picture, read_picture

from .problem import wrong_field
from .published import Inputs, StableDiffusionInput

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["check_picture", "check_pictures", "decode"]


def check_pictures(inputs: Inputs, most_pixels: int) -> None:
    """Refuse pictures sent along that can't be used.

    Raises:
        Problem: 422, the field named.
    """
    for name in ("image", "mask"):
        address = getattr(inputs, name)
        if not address.startswith("data:"):
            continue
        try:
            check_picture(decode_data_uri(address)[0], most_pixels, name)
        except OverpaintError as error:
            raise wrong_field(f"input.{name}", error.message) from error


def check_picture(content: bytes, most_pixels: int, name: str) -> None:
    """Look at a picture's head: a few bytes can unpack to gigabytes.

    Raises:
        ImageError: it is none, or larger than this server takes.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own limit is stricter
            with Image.open(io.BytesIO(content), formats=KINDS) as image:
                pixels = image.width * image.height
    except UnidentifiedImageError as error:
        raise ImageError(f"The {name} is not a picture.", field=name) from error
    except Image.DecompressionBombError:
        pixels = 2 * most_pixels
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise ImageError(f"The {name} is damaged.", field=name) from error
    if pixels > most_pixels:
        raise ImageError(
            f"The {name} has more than the {most_pixels / 1e6:g} megapixels this server takes.",
            field=name,
        )


def decode(
    inputs: Inputs, image: bytes, mask: bytes, *, most_pixels: int
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Decode both, as large as the version wants them.

    Returns:
        (height, width, 3) uint8 and (height, width) bool, True = paint here.

    Raises:
        ImageError: one can't be used, or they do not fit each other.
    """
    import numpy as np
    from PIL import Image

    check_picture(image, most_pixels, "image")
    check_picture(mask, most_pixels, "mask")
    picture, shape = read_picture(image), read_picture(mask)
    colors = _rgb(picture)
    grey = np.asarray(Image.fromarray(_rgb(shape)).convert("L"))
    if isinstance(inputs, StableDiffusionInput):
        size = (int(inputs.width), int(inputs.height))
        colors = np.asarray(Image.fromarray(colors).resize(size, Image.Resampling.LANCZOS))
        grey = np.asarray(Image.fromarray(grey).resize(size, Image.Resampling.BOX))
    elif picture.extent != shape.extent:
        raise ImageError(
            f"The mask is {shape.extent} pixels and the picture {picture.extent}.", field="mask"
        )
    hole = grey > 0
    if not hole.any():
        raise ImageError("The mask is empty: it is black all over.", field="mask")
    return np.ascontiguousarray(colors), hole


def _rgb(picture: Picture) -> NDArray[np.uint8]:
    """Colours alone, in 8 bits, gray tripled; the numbers as they are, as models read them."""
    return color.model_colors(picture.colors, None)
