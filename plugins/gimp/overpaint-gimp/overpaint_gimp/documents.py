"""Which image a panel works on: those that are open, and closed ones that still have results."""

from __future__ import annotations

from collections.abc import Callable

from overpaint_bridge.wording import gettext as _

from .canvas import document_key
from .grown import is_grown
from .gtk import Gtk, combo
from .host import Gimp

__all__ = ["Documents"]


class Documents:
    """A list to choose the image from, kept up with what is open.

    Attributes:
        widget: to be packed.
        chosen: the document's name, as runs carry it.
    """

    def __init__(self, image: Gimp.Image, on_choice: Callable[[], None]) -> None:
        """Begin with an image.

        Args:
            image: chosen first.
            on_choice: told of another choice.
        """
        self.widget = combo()
        self.widget.get_accessible().set_name(_("Image"))
        self.widget.connect("changed", self._changed)
        self._on_choice = on_choice
        self._images: dict[str, Gimp.Image] = {}
        self._listed: list[tuple[str, str]] = []
        self.chosen = document_key(image)
        self._images[self.chosen] = image
        self.refresh(set())

    @property
    def image(self) -> Gimp.Image | None:
        """The chosen image; None when it has been closed."""
        image = self._images.get(self.chosen)
        return image if image is not None and image.is_valid() else None

    @property
    def images(self) -> list[Gimp.Image]:
        """Every open image."""
        return [image for image in self._images.values() if image.is_valid()]

    def choose(self, image: Gimp.Image) -> None:
        """Work on this one from now on; not on what is only there to be looked at."""
        if is_grown(image):
            return
        key = document_key(image)
        self._images[key] = image
        changed, self.chosen = key != self.chosen, key
        self.refresh(set())
        if changed:
            self._on_choice()

    def refresh(self, waiting: set[str]) -> list[Gimp.Image]:
        """Look which images are open.

        Args:
            waiting: documents that have results nobody has decided about, open or not.

        Returns:
            Those that were not open before.
        """
        opened = {
            document_key(image): image
            for image in Gimp.get_images()
            if image.is_valid() and not is_grown(image)
        }
        new = [image for key, image in opened.items() if key not in self._images]
        self._images |= opened
        listed = [
            (key, _name(key, image))
            for key, image in self._images.items()
            if image.is_valid() or key in waiting or key == self.chosen
        ]
        self.widget.handler_block_by_func(self._changed)
        if listed != self._listed:
            self._listed = listed
            self.widget.remove_all()
            for key, name in listed:
                self.widget.append(key, name)
        # Even where the list is as it was: another image may be meant now.
        if self.widget.get_active_id() != self.chosen:
            self.widget.set_active_id(self.chosen)
        self.widget.handler_unblock_by_func(self._changed)
        return new

    def _changed(self, widget: Gtk.ComboBoxText) -> None:
        key = widget.get_active_id()
        if key is not None and key != self.chosen:
            self.chosen = key
            self._on_choice()


def _name(key: str, image: Gimp.Image) -> str:
    if image.is_valid():
        # GIMP itself tells images of one name apart by their numbers.
        name = f"{image.get_name()}-{image.get_id()}"
        return f"{name} · {image.get_width()} × {image.get_height()}"
    return _("{name} (closed)").format(name=key.rpartition(" #")[0])
