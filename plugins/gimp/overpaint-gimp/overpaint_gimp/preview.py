"""A result shown on the canvas before it is applied: one locked layer that undo never sees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from overpaint_bridge.runs import PanelResult
from overpaint_bridge.wording import gettext as _

from .grown import close_grown, show_grown
from .host import Gimp
from .layers import make_layer
from .target import Target, all_layers

__all__ = ["hide_previews", "remove_previews", "show_preview"]

# Marks the layer, so that one left behind by a plug-in that was killed is found again.
MARK = "overpaint/preview"


def show_preview(target: Target, result: PanelResult) -> None:
    """Show one result on the canvas, in the place it would be applied to."""
    image = target.image
    remove_previews(image)
    if (image.get_width(), image.get_height()) != result.canvas:
        show_grown(target, result)
        return
    if image.get_floating_sel() is not None:
        return
    with _unrecorded(image):
        chosen = image.get_selected_layers()
        layer = make_layer(image, result)
        layer.set_name(_("Preview: not applied yet"))
        # A document saved meanwhile has it too, and is rid of it when the panel sees it again.
        layer.attach_parasite(Gimp.Parasite.new(MARK, Gimp.PARASITE_PERSISTENT, list(b"1")))
        image.insert_layer(layer, *target.place())
        layer.set_lock_content(True)
        image.set_selected_layers(chosen)
    Gimp.displays_flush()


def remove_previews(image: Gimp.Image) -> None:
    """Take every preview off the canvas."""
    close_grown()
    if not image.is_valid():
        return
    shown = _previews(image)
    if not shown:
        return
    with _unrecorded(image):
        chosen = [layer for layer in image.get_selected_layers() if layer not in shown]
        for layer in shown:
            image.remove_layer(layer)
        if chosen:
            image.set_selected_layers(chosen)
    Gimp.displays_flush()


@contextmanager
def hide_previews(image: Gimp.Image, *, also: Sequence[Gimp.Layer] = ()) -> Iterator[None]:
    """Read the image in the block as it is without its preview, and without some layers."""
    shown = [layer for layer in (*_previews(image), *also) if layer.get_visible()]
    if not shown:
        yield
        return
    with _unrecorded(image):
        for layer in shown:
            layer.set_visible(False)
        try:
            yield
        finally:
            for layer in shown:
                layer.set_visible(True)


def _previews(image: Gimp.Image) -> list[Gimp.Layer]:
    return [layer for layer in all_layers(image) if layer.get_parasite(MARK) is not None]


@contextmanager
def _unrecorded(image: Gimp.Image) -> Iterator[None]:
    """Change the image in the block without an undo step, and without a mark that it changed."""
    was_dirty = image.is_dirty()
    image.undo_freeze()
    try:
        yield
    finally:
        image.undo_thaw()
        if not was_dirty:
            image.clean_all()
