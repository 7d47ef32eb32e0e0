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

__all__ = [
    "MARK",
    "clear_strays",
    "hide_previews",
    "note_stray",
    "previews_of",
    "remove_previews",
    "show_preview",
]

# Marks the layer, so that one left behind by a plug-in that was killed is found again. It says
# which layers there were, and in which order.
MARK = "overpaint/preview"
# What the person's own undo may bring back, and whether it was they who took it away.
STRAYS: list[tuple[Gimp.Layer, bool]] = []


def show_preview(target: Target, result: PanelResult) -> Gimp.Layer | None:
    """Show one result on the canvas, in the place it would be applied to.

    Returns:
        The layer; None where it is shown elsewhere, or can't be.
    """
    image = target.image
    remove_previews(image)
    extent = (image.get_width(), image.get_height())
    if result.grows_from(extent):
        show_grown(target, result)
        return None
    if extent != result.canvas or image.get_floating_sel() is not None:
        return None
    order = _order(image)
    with _unrecorded(image):
        chosen = image.get_selected_layers()
        layer = make_layer(image, result)
        layer.set_name(_("Preview: not applied yet"))
        layer.attach_parasite(Gimp.Parasite.new(MARK, Gimp.PARASITE_PERSISTENT, list(order)))
        image.insert_layer(layer, *target.place())
        layer.set_lock_content(True)
        image.set_selected_layers(chosen)
    Gimp.displays_flush()
    return layer


def remove_previews(image: Gimp.Image, *, strays: bool = False) -> None:
    """Take the preview off the canvas.

    Where layers have come, gone or moved since it was shown, undo knows their places with the
    preview among them: it is then removed as a person would do it, and undo brings it back.

    Args:
        image: which.
        strays: also what undo has brought back, and only hides it from sight until now.
    """
    close_grown()
    if not image.is_valid():
        return
    shown = [layer for layer in previews_of(image) if strays or layer.get_visible()]
    if not shown:
        return
    chosen = [layer for layer in image.get_selected_layers() if layer not in shown]
    order = _order(image)
    for layer in shown:
        if _order_before(layer) == order:
            with _unrecorded(image):
                image.remove_layer(layer)
        else:
            STRAYS.append((layer, False))
            image.remove_layer(layer)
    if chosen:
        with _unrecorded(image):
            image.set_selected_layers(chosen)
    Gimp.displays_flush()


def note_stray(layer: Gimp.Layer) -> None:
    """A preview that the person has merged or deleted, and may bring back by undo."""
    STRAYS.append((layer, True))


def clear_strays() -> None:
    """Take off what the person's own undo has brought back.

    Of one that a redo would remove once more, nothing may be missing then: it is hidden only.
    """
    for layer, is_merged in STRAYS:
        if not layer.is_valid():
            continue
        image = layer.get_image()
        if is_merged and _order_before(layer) == _order(image):
            with _unrecorded(image):
                image.remove_layer(layer)
        elif layer.get_visible():
            with _unrecorded(image):
                layer.set_visible(False)
        Gimp.displays_flush()


@contextmanager
def hide_previews(image: Gimp.Image, *, also: Sequence[Gimp.Layer] = ()) -> Iterator[None]:
    """Read the image in the block as it is without its preview, and without some layers."""
    shown = [layer for layer in (*previews_of(image), *also) if layer.get_visible()]
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


def previews_of(image: Gimp.Image) -> list[Gimp.Layer]:
    """Every preview among the image's layers, hidden or not."""
    return [layer for layer in all_layers(image) if layer.get_parasite(MARK) is not None]


def _order(image: Gimp.Image) -> bytes:
    """Which layers lie in which order in which group, the previews left out."""
    said = []
    for layer in all_layers(image):
        if layer.get_parasite(MARK) is None:
            parent = layer.get_parent()
            said.append(f"{layer.get_id()}:{parent.get_id() if parent else 0}")
    return " ".join(said).encode()


def _order_before(layer: Gimp.Layer) -> bytes:
    """What the order was when this preview was shown."""
    return bytes(layer.get_parasite(MARK).get_data())


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
