"""The document's pixels and its selection, as the worker asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from overpaint_bridge.errors import CanvasGone
from overpaint_bridge.pixels import Pixels
from overpaint_bridge.wording import gettext as _

from .host import Gegl, Gimp
from .preview import hide_previews
from .refusal import Refusal
from .target import Target, is_in

__all__ = [
    "ImageCanvas",
    "Stencil",
    "document_key",
    "layer_format",
    "read_selection",
    "stencil_of",
    "stencil_of_mask",
]

# Always sRGB, whatever the image's profile and precision: babl converts.
COLORS = "R'G'B'A u8"
# A selection is linear; "Y' u8" would put a gamma curve on it.
MASK = "Y u8"
EIGHT_BIT = frozenset(
    {Gimp.Precision.U8_LINEAR, Gimp.Precision.U8_NON_LINEAR, Gimp.Precision.U8_PERCEPTUAL}
)
DOCUMENTS: dict[int, str] = {}


@dataclass(frozen=True)
class Stencil:
    """What is to be painted: a mask, and where it lies on the canvas.

    Attributes:
        x, y, width, height: on the canvas, inside it.
        data: height rows of width bytes, 255 = paint here.
    """

    x: int
    y: int
    width: int
    height: int
    data: bytes

    @property
    def bounds(self) -> tuple[int, int, int, int]:
        """x, y, width and height."""
        return self.x, self.y, self.width, self.height

    def within(self, x: int, y: int, width: int, height: int) -> bytes:
        """The mask of another rectangle of the canvas; 0 where nothing is to be painted."""
        if (x, y, width, height) == self.bounds:
            return self.data
        whole = bytearray(width * height)
        left, right = max(x, self.x), min(x + width, self.x + self.width)
        for row in range(max(y, self.y), min(y + height, self.y + self.height)):
            if left < right:
                begin = (row - self.y) * self.width + left - self.x
                place = (row - y) * width + left - x
                whole[place : place + right - left] = self.data[begin : begin + right - left]
        return bytes(whole)


class ImageCanvas:
    """One image, seen as one run needs it."""

    def __init__(
        self, target: Target, stencil: Stencil | None, *, without: Gimp.Layer | None = None
    ) -> None:
        """Take note of what is selected now; the person may select something else while it runs.

        Args:
            target: the image, and the layer to read where it is not the visible image.
            stencil: what to paint; None for an outpaint.
            without: a layer that is not to be seen.
        """
        self.target = target
        self.extent: tuple[int, int] = (target.image.get_width(), target.image.get_height())
        self.hole = None if stencil is None else stencil.bounds
        self.document = document_key(target.image)
        self.layer_format = layer_format(target.image)
        self._stencil = stencil
        self._without = () if without is None else (without,)

    def read(self, x: int, y: int, width: int, height: int) -> tuple[Pixels, Pixels | None]:
        """Copy a region out, and what of it is to be painted.

        Raises:
            CanvasGone: the image or the layer is no longer there, or has another size.
        """
        image = self.target.image
        if not image.is_valid():
            raise CanvasGone(_("The image was closed before its pixels were read."))
        if (image.get_width(), image.get_height()) != self.extent:
            raise CanvasGone(_("The image has changed its size since."))
        with self._shown() as drawable:
            colors = _read(drawable, (x, y, width, height), COLORS)
        pixels = Pixels(colors, width, height, "RGBA8")
        if self._stencil is None:
            return pixels, None
        mask = self._stencil.within(x, y, width, height)
        return pixels, Pixels(mask, width, height, "L8")

    @contextmanager
    def _shown(self) -> Iterator[Gimp.Drawable]:
        """The drawable to read: the source layer, or a copy of what is visible."""
        image, source = self.target.image, self.target.source
        if source is not None:
            if not is_in(image, source):
                raise CanvasGone(_("The layer was removed before its pixels were read."))
            yield source
            return
        with hide_previews(image, also=self._without):
            visible = Gimp.Layer.new_from_visible(image, image, "Overpaint")
            try:
                yield visible
            finally:
                visible.delete()


def read_selection(image: Gimp.Image) -> Stencil | None:
    """The selection as it is now; None where nothing is selected."""
    done, non_empty, left, top, right, bottom = Gimp.Selection.bounds(image)
    if not (done and non_empty) or right <= left or bottom <= top:
        return None
    bounds = (left, top, right - left, bottom - top)
    return Stencil(*bounds, _read(image.get_selection(), bounds, MASK))


def stencil_of(target: Target, *, whole_layer: bool) -> Stencil:
    """What a fill paints: the selection, or the whole layer where that was asked for.

    Raises:
        Refusal: nothing is selected, or nothing of it lies on the source layer.
    """
    stencil = read_selection(target.image)
    covered = _covered(target)
    if stencil is None:
        if not whole_layer:
            raise Refusal(
                _("Nothing is selected."),
                _("Select what to fill, fill the whole layer, or use Expand Canvas."),
            )
        if covered is None:
            raise Refusal(
                _("The layer lies outside the canvas."), _("Move it, or select another layer.")
            )
        return Stencil(*covered, bytes([255]) * (covered[2] * covered[3]))
    if target.source is not None and not _overlap(stencil.bounds, covered):
        raise Refusal(
            _("The selection lies outside the selected layer."),
            _("Select the right layer, or choose the visible image as the source."),
        )
    return stencil


def stencil_of_mask(layer: Gimp.Layer) -> Stencil:
    """What shows of a layer: its mask, on the canvas.

    Raises:
        Refusal: it has none, or none of it lies on the canvas.
    """
    mask, image = layer.get_mask(), layer.get_image()
    covered = _covered(Target(image, layer, layer))
    if mask is None or covered is None:
        raise Refusal(
            _("This layer has no mask on the canvas that says where to paint."),
            _("Select what to fill, and use Fill Selection."),
        )
    return Stencil(*covered, _read(mask, covered, MASK))


def layer_format(image: Gimp.Image) -> str:
    """What the new layer's pixels should come as: 16 bits where the image has more than 8."""
    return "" if image.get_precision() in EIGHT_BIT else "RGBA16"


def document_key(image: Gimp.Image) -> str:
    """A name for the image that stays the same while it is open, whatever it is saved as."""
    number = image.get_id()
    return DOCUMENTS.setdefault(number, f"{image.get_name() or ''} #{number}")


def _read(drawable: Gimp.Drawable, bounds: tuple[int, int, int, int], form: str) -> bytes:
    """A rectangle of the canvas; zeros outside the drawable."""
    x, y, width, height = bounds
    _done, left, top = drawable.get_offsets()
    rectangle = Gegl.Rectangle.new(x - left, y - top, width, height)
    return bytes(drawable.get_buffer().get(rectangle, 1.0, form, Gegl.AbyssPolicy.NONE))


def _covered(target: Target) -> tuple[int, int, int, int] | None:
    """The part of the canvas the layer covers; the whole canvas for the visible image."""
    width, height = target.image.get_width(), target.image.get_height()
    layer = target.source or target.above
    if layer is None:
        return 0, 0, width, height
    _done, x, y = layer.get_offsets()
    left, top = max(0, x), max(0, y)
    right, bottom = min(width, x + layer.get_width()), min(height, y + layer.get_height())
    if left >= right or top >= bottom:
        return None
    return left, top, right - left, bottom - top


def _overlap(one: tuple[int, int, int, int], other: tuple[int, int, int, int] | None) -> bool:
    if other is None:
        return False
    return (
        one[0] < other[0] + other[2]
        and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3]
        and other[1] < one[1] + one[3]
    )
