"""Pixels out and back: what the model sees, and its answer as a layer over the document.

The final picture is made from the document, never from the answer: where the layer's mask is 0,
not a bit changes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PIL import Image

from . import color, depth, masks
from .colormatch import match_ring
from .errors import OutputError
from .geometry import Bounds, CropPlan, Extent
from .images import Picture

if TYPE_CHECKING:
    from .depth import Samples, Shallow
    from .masks import Mask

__all__ = ["Layer", "fit_context", "fit_mask", "lay_over", "layer_from", "on_canvas"]

# A model may answer a pixel or two off its shape; more is another picture.
SHAPE_TOLERANCE = 0.03


@dataclass(frozen=True, slots=True)
class Layer:
    """What lies over the document: the whole context, and the mask that shows of it.

    Attributes:
        bounds: where it lies on the canvas, inside it.
        pixels: (height, width, 1 or 3) in the document's colours and depth, opaque.
        mask: (height, width) uint8; 255 shows the layer, 0 the document.
    """

    bounds: Bounds
    pixels: Samples
    mask: Mask

    def as_picture(self, canvas: Extent, icc: bytes | None = None) -> Picture:
        """The layer alone on a transparent canvas; where nothing shows, every channel is 0."""
        import numpy as np

        channels = self.pixels.shape[2] + 1
        deep = self.pixels.dtype == np.uint16
        whole = np.zeros((canvas.height, canvas.width, channels), self.pixels.dtype)
        region = whole[self.bounds.slices]
        region[..., :-1] = self.pixels * (self.mask > 0)[..., np.newaxis]
        region[..., -1] = depth.in_sixteen(self.mask) if deep else self.mask
        return Picture(whole, icc)


def fit_context(document: Picture, plan: CropPlan) -> Shallow:
    """Cut out what the model sees, as it is sent.

    Colours under full transparency are whatever the document holds there.

    Returns:
        (target height, target width, 3) uint8 sRGB.
    """
    colors = color.model_colors(document.colors[plan.visible.slices], document.icc)
    return _resized(_mirrored(colors, plan), plan.target)


def fit_mask(mask: Mask, plan: CropPlan, *, grow: int) -> Mask:
    """Cut out the model's mask: hard, grown, as large as its picture.

    Args:
        mask: the person's, on the document's canvas.
        plan: the crop.
        grow: pixels, at the size sent.

    Returns:
        (target height, target width) uint8, 255 or 0. Wherever a pixel of the person's mask is
        not 0, so is the pixel that covers it; what sticks out of the canvas is 255, since nothing
        there is real.
    """
    import numpy as np

    within = np.full((plan.context.height, plan.context.width), 255, np.uint8)
    offset = plan.visible.moved(-plan.context.x, -plan.context.y)
    within[offset.slices] = np.where(mask[plan.visible.slices] > 0, np.uint8(255), np.uint8(0))
    if not plan.is_native:
        # A box filter leaves something of every pixel, however small it gets.
        scaled = Image.fromarray(within).resize(plan.target, Image.Resampling.BOX)
        within = np.where(np.asarray(scaled) > 0, np.uint8(255), np.uint8(0))
    return masks.grow(within, grow)


def layer_from(answer: Shallow, document: Picture, plan: CropPlan, alpha: Mask) -> Layer:
    """Bring a model's answer back to the document's pixels and colours.

    Args:
        answer: (any height, any width, 3) uint8 sRGB of the shape that was sent.
        document: what it will lie over.
        plan: the crop it answers.
        alpha: (canvas height, canvas width), what is to show of it.

    Raises:
        OutputError: the answer has another shape than the picture that was sent.
    """
    import numpy as np

    height, width = answer.shape[:2]
    wanted = plan.target.width / plan.target.height
    if abs(width / height / wanted - 1) > SHAPE_TOLERANCE:
        raise OutputError(
            f"The model answered with {Extent(width, height)} pixels where {plan.target} were"
            " sent: another shape, so it can't be laid over the picture.",
            hint="Choose another size or another model.",
        )
    back = _resized(answer, plan.context.extent)
    offset = plan.visible.moved(-plan.context.x, -plan.context.y)
    below = document.colors[plan.visible.slices]
    pixels = color.document_colors(back[offset.slices], document.icc, like=below)
    shown = np.ascontiguousarray(alpha[plan.visible.slices])
    pixels = match_ring(np.ascontiguousarray(pixels), below, shown)
    return Layer(plan.visible, pixels, shown)


def lay_over(document: Picture, layer: Layer) -> Picture:
    """Lay the layer over the document, as every editor does with a normal layer.

    Over opaque pixels round((layer x mask + document x (255 - mask)) / 255), which is also what
    Pillow's `paste` and `alpha_composite` compute; over transparent ones by `alpha_composite`, or
    its like where 8 bits are not enough.

    Returns:
        The picture; equal to the document bit for bit wherever the mask is 0, transparent pixels'
        hidden colours with it.
    """
    import numpy as np

    whole = document.pixels.copy()
    region = whole[layer.bounds.slices]
    if document.has_alpha and document.is_deep:
        region[...] = _deep_over(region, layer)
    elif document.has_alpha:
        over = np.dstack([layer.pixels, layer.mask])
        below, above = (Image.fromarray(np.ascontiguousarray(part)) for part in (region, over))
        if below.mode == "LA":
            region[...] = _gray_over(below, above)
        else:
            region[...] = np.asarray(Image.alpha_composite(below, above))
    else:
        alpha = layer.mask[..., np.newaxis].astype(np.uint32)
        # Half of 255 rounds the quotient; 255 is odd, so no value lies half way.
        mixed = (layer.pixels * alpha + region * (255 - alpha) + 127) // 255
        region[...] = mixed.astype(region.dtype)
    return replace(document, pixels=whole)


def on_canvas(picture: Picture, canvas: Extent, original: Bounds) -> Picture:
    """Put a picture on a grown canvas, its edge pixels drawn out into the new room.

    Only what lies under a faded mask ever shows of those.
    """
    import numpy as np

    pad = (
        (original.y, canvas.height - original.bottom),
        (original.x, canvas.width - original.right),
        (0, 0),
    )
    return replace(picture, pixels=np.pad(picture.pixels, pad, mode="edge"))


def _deep_over(below: Samples, layer: Layer) -> Samples:
    """`alpha_composite` in 16 bits, the colours straight."""
    import numpy as np

    alpha = layer.mask[..., np.newaxis] / 255
    under = below[..., -1:] / 65535 * (1 - alpha)
    total = alpha + under
    mixed = (layer.pixels * alpha + below[..., :-1] * under) / np.maximum(total, 1e-9)
    over = np.rint(np.concatenate([mixed, 65535 * total], axis=2)).astype(np.uint16)
    return np.where(layer.mask[..., np.newaxis] == 0, below, over)


def _gray_over(below: Image.Image, above: Image.Image) -> Shallow:
    """`alpha_composite` for gray + alpha, through RGBA."""
    import numpy as np

    over = np.asarray(Image.alpha_composite(below.convert("RGBA"), above.convert("RGBA")))
    mixed = over[..., [0, 3]]
    # Hidden colours survive the way through RGBA, but be sure of it where nothing is laid over.
    untouched = np.asarray(above)[..., 1] == 0
    mixed[untouched] = np.asarray(below)[untouched]
    return mixed


def _mirrored(colors: Shallow, plan: CropPlan) -> Shallow:
    """Fill what sticks out of the canvas with its mirrored edges."""
    import numpy as np

    left, up = plan.visible.x - plan.context.x, plan.visible.y - plan.context.y
    right, down = plan.context.right - plan.visible.right, plan.context.bottom - plan.visible.bottom
    if not any((left, up, right, down)):
        return colors
    return np.pad(colors, ((up, down), (left, right), (0, 0)), mode="symmetric")


def _resized(pixels: Shallow, size: Extent) -> Shallow:
    """Scale (height, width, 3) with Lanczos; the same array where the size is right."""
    import numpy as np

    if (pixels.shape[1], pixels.shape[0]) == size:
        return np.ascontiguousarray(pixels)
    image = Image.fromarray(np.ascontiguousarray(pixels))
    return np.asarray(image.resize(size, Image.Resampling.LANCZOS))
