"""Results as layers: full context pixels under an editable mask, in one undo step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from overpaint_bridge.pixels import Pixels
from overpaint_bridge.recipe import KEY, Recipe
from overpaint_bridge.runs import PanelResult
from overpaint_bridge.wording import gettext as _

from .host import Gegl, Gimp
from .refusal import Refusal
from .target import Target

__all__ = ["add_results", "make_layer", "one_undo_step", "open_as_image", "recipe_of"]

LINEAR = frozenset(
    {
        Gimp.Precision.U8_LINEAR,
        Gimp.Precision.U16_LINEAR,
        Gimp.Precision.U32_LINEAR,
        Gimp.Precision.HALF_LINEAR,
        Gimp.Precision.FLOAT_LINEAR,
        Gimp.Precision.DOUBLE_LINEAR,
    }
)
FORMATS = {"RGBA8": "R'G'B'A u8", "RGBA16": "R'G'B'A u16", "L8": "Y u8"}


def add_results(
    target: Target,
    results: Sequence[PanelResult],
    *,
    group: bool = False,
    before: Callable[[], None] = lambda: None,
) -> list[Gimp.Layer]:
    """Put results into the image, the canvas enlarged first where they need it.

    Args:
        target: the image, and the layer they go above.
        results: one layer each, the first on top.
        group: they go into a layer group of their own.
        before: what else belongs to the same undo step, and comes first.

    Returns:
        The layers; in a document with many results all but the first are hidden.

    Raises:
        Refusal: the image is no longer as the results need it.
    """
    image = target.image
    if not image.is_valid():
        raise Refusal(_("The image was closed."))
    if image.get_floating_sel() is not None:
        raise Refusal(_("A floating selection is waiting to be placed."), _("Anchor it first."))
    grows = _has_to_grow(image, results[0])
    with one_undo_step(image):
        before()
        if grows:
            image.resize(*results[0].canvas, *results[0].offset)
        parent, position = target.place()
        if group:
            folder = Gimp.GroupLayer.new(image, _("Overpaint results"))
            image.insert_layer(folder, parent, position)
            parent, position = folder, 0
        layers = []
        for offset, result in enumerate(results):
            layer = make_layer(image, result)
            layer.set_visible(offset == 0)
            image.insert_layer(layer, parent, position + offset)
            layers.append(layer)
        # A new mask is what the person would paint on next; the layer is.
        for layer in layers:
            layer.set_edit_mask(False)
        image.set_selected_layers(layers[:1])
    Gimp.displays_flush()
    return layers


def open_as_image(results: Sequence[PanelResult]) -> Gimp.Image:
    """Put results into a new image, for where the one they were made for has gone."""
    image = Gimp.Image.new(*results[0].canvas, Gimp.ImageBaseType.RGB)
    image.undo_disable()
    for place, result in enumerate(results):
        layer = make_layer(image, result)
        layer.set_visible(place == 0)
        image.insert_layer(layer, None, place)
    image.undo_enable()
    Gimp.Display.new(image)
    return image


def make_layer(image: Gimp.Image, result: PanelResult) -> Gimp.Layer:
    """A layer that is in no image yet."""
    kinds = {
        Gimp.ImageBaseType.GRAY: Gimp.ImageType.GRAYA_IMAGE,
        Gimp.ImageBaseType.INDEXED: Gimp.ImageType.INDEXEDA_IMAGE,
    }
    kind = kinds.get(image.get_base_type(), Gimp.ImageType.RGBA_IMAGE)
    # What is recovered may have been made for another editor.
    pixels = result.pixels.arranged("RGBA")
    name = result.recipe.layer_name
    layer = Gimp.Layer.new(
        image, name, pixels.width, pixels.height, kind, 100.0, Gimp.LayerMode.NORMAL
    )
    layer.set_composite_space(_composite_space(image))
    _write(layer, pixels)
    layer.set_offsets(result.x, result.y)
    mask = layer.create_mask(Gimp.AddMaskType.WHITE)
    layer.add_mask(mask)
    _write(mask, result.mask)
    layer.set_edit_mask(False)
    text = result.recipe.to_json().encode()
    layer.attach_parasite(Gimp.Parasite.new(KEY, Gimp.PARASITE_PERSISTENT, list(text)))
    return layer


def recipe_of(layer: Gimp.Layer) -> Recipe:
    """How the layer was made.

    Raises:
        Refusal: it is none of ours.
    """
    parasite = layer.get_parasite(KEY)
    if parasite is None:
        raise Refusal(
            _("This layer was not made by Overpaint, so there is nothing to run again."),
            _("Select a layer whose name begins with “Overpaint:”."),
        )
    try:
        return Recipe.from_json(bytes(parasite.get_data()).decode())
    except ValueError as error:
        raise Refusal(_("What this layer says about its making can't be read.")) from error


@contextmanager
def one_undo_step(image: Gimp.Image) -> Iterator[None]:
    """Change the image in the block so that one undo takes all of it back."""
    image.undo_group_start()
    try:
        yield
    finally:
        image.undo_group_end()


def _has_to_grow(image: Gimp.Image, result: PanelResult) -> bool:
    """True where the canvas has to be enlarged for an expansion.

    Raises:
        Refusal: it has neither the size the result was made for nor the one it makes.
    """
    extent = (image.get_width(), image.get_height())
    grows = result.grows_from(extent)
    if not grows and extent != result.canvas:
        raise Refusal(
            _("The image has changed its size since this result was asked for."),
            _("Undo that, or generate again."),
        )
    return grows


def _composite_space(image: Gimp.Image) -> Gimp.LayerColorSpace:
    """Where the layer is mixed with what is below it: on the values as the image holds them.

    That is how every other program lays a picture over another; and a conversion to linear light
    and back would change the last bit of pixels that the mask hides.
    """
    if image.get_precision() in LINEAR:
        return Gimp.LayerColorSpace.RGB_LINEAR
    return Gimp.LayerColorSpace.RGB_NON_LINEAR


def _write(drawable: Gimp.Drawable, pixels: Pixels) -> None:
    buffer = drawable.get_buffer()
    rectangle = Gegl.Rectangle.new(0, 0, pixels.width, pixels.height)
    buffer.set(rectangle, FORMATS[pixels.format], pixels.data)
    buffer.flush()
    drawable.update(0, 0, pixels.width, pixels.height)
