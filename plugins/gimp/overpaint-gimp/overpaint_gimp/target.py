"""What a person has selected in the Layers dialog, as the place a result goes to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from overpaint_bridge.wording import gettext as _

from .host import Gimp
from .refusal import Refusal

__all__ = ["Target", "all_layers", "find_target", "is_in"]


@dataclass(frozen=True)
class Target:
    """Where pixels come from and where the result goes.

    Attributes:
        image: the document.
        source: the layer to read, or None for the visible image.
        above: the layer the result goes directly above, or None for the top of the stack.
        before: where it goes should `above` have gone; None is the stack's top.
    """

    image: Gimp.Image
    source: Gimp.Layer | None
    above: Gimp.Layer | None
    before: Target | None = None

    def over(self, layer: Gimp.Layer) -> Target:
        """The same, above one of its results: the next one would be hidden below that."""
        return Target(self.image, self.source, layer, self)

    def place(self) -> tuple[Gimp.GroupLayer | None, int]:
        """The group and the position a new layer takes."""
        if self.above is not None and is_in(self.image, self.above):
            return self.above.get_parent(), self.image.get_item_position(self.above)
        return (None, 0) if self.before is None else self.before.place()


def find_target(image: Gimp.Image, drawables: Sequence[Gimp.Drawable], *, of_layer: bool) -> Target:
    """Read the selection of the Layers dialog.

    Args:
        image: the document.
        drawables: what is selected in it; layers, a layer mask or a channel.
        of_layer: the pixels are to come from the selected layer, not from the visible image.

    Raises:
        Refusal: there is no one way to understand it.
    """
    if not image.is_valid():
        raise Refusal(_("The image was closed."))
    if image.get_floating_sel() is not None:
        raise Refusal(
            _("A floating selection is waiting to be placed."),
            _("Anchor it (Layer ▸ Anchor Layer) or make it a layer of its own, then try again."),
        )
    layers = [layer for layer in map(_layer_of, drawables) if layer is not None]
    if not of_layer:
        return Target(image, None, _topmost(image, layers))
    if len(layers) > 1:
        raise Refusal(
            _("Several layers are selected, and only one can be the source."),
            _("Select one layer, or choose the visible image as the source."),
        )
    if not layers:
        raise Refusal(
            _("No layer is selected to take the pixels from."),
            _("Select a layer, or choose the visible image as the source."),
        )
    return Target(image, layers[0], layers[0])


def all_layers(image: Gimp.Image) -> Iterator[Gimp.Layer]:
    """Every layer and group of the image, from the top of the stack down."""
    waiting = list(image.get_layers())
    while waiting:
        layer = waiting.pop(0)
        yield layer
        if layer.is_group():
            waiting[:0] = layer.get_children()


def is_in(image: Gimp.Image, layer: Gimp.Layer) -> bool:
    """True while the layer is in the image; one that undo still holds is valid, but is not."""
    return any(other.get_id() == layer.get_id() for other in all_layers(image))


def _layer_of(drawable: Gimp.Drawable) -> Gimp.Layer | None:
    """The layer a drawable is or belongs to; None for a channel."""
    if isinstance(drawable, Gimp.LayerMask):
        return Gimp.Layer.from_mask(drawable)
    return drawable if isinstance(drawable, Gimp.Layer) else None


def _topmost(image: Gimp.Image, layers: Sequence[Gimp.Layer]) -> Gimp.Layer | None:
    """The selected layer that lies highest; None where none is selected."""
    chosen = {layer.get_id() for layer in layers}
    return next((layer for layer in all_layers(image) if layer.get_id() in chosen), None)
