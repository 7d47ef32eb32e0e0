"""An expansion before it is applied: the larger picture in a tab of its own.

The canvas itself can't grow for a look at it: every step that undo knows would lie elsewhere then.
"""

from __future__ import annotations

from overpaint_bridge.runs import PanelResult
from overpaint_bridge.wording import gettext as _

from .host import Gimp
from .layers import make_layer
from .target import Target

__all__ = ["close_grown", "is_grown", "show_grown"]

# Marks the image, so that the panel does not take it for one of the person's.
MARK = "overpaint/expansion"
OPEN: list[tuple[Gimp.Image, Gimp.Display]] = []


def show_grown(target: Target, result: PanelResult) -> None:
    """Show a copy of the image as it would be with this result applied."""
    image = target.image.duplicate()
    image.undo_disable()
    image.attach_parasite(Gimp.Parasite.new(MARK, 0, list(b"1")))
    image.resize(*result.canvas, *result.offset)
    layer = make_layer(image, result)
    layer.set_name(_("Preview: not applied yet"))
    image.insert_layer(layer, None, 0)
    Gimp.Selection.none(image)
    image.clean_all()
    OPEN.append((image, Gimp.Display.new(image)))


def close_grown() -> None:
    """Close every such tab that the person has left open."""
    while OPEN:
        image, display = OPEN.pop()
        if image.is_valid() and display is not None and display.is_valid():
            image.clean_all()
            display.delete()


def is_grown(image: Gimp.Image) -> bool:
    """True for an image that is a preview only."""
    return image.get_parasite(MARK) is not None
