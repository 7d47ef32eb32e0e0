"""What becomes of an image while a preview lies on it: it is saved, exported, flattened, closed."""

from __future__ import annotations

import os

from overpaint_bridge.trouble import Trouble
from overpaint_bridge.wording import gettext as _

from .copies import Copies, moment
from .host import Gimp, Gio
from .preview import MARK, note_stray, previews_of, remove_previews

__all__ = ["Watch"]

Written = dict[str, int]


class Watch:
    """One preview, looked after until it is gone.

    No plug-in is asked before GIMP saves, so a file that got the preview is seen to afterwards.
    """

    def __init__(self, layer: Gimp.Layer) -> None:
        """Begin with a preview that has just been shown."""
        self._layer = layer
        self._image: Gimp.Image = layer.get_image()
        self._files = _written(self._image)
        self._was_dirty = bool(self._image.is_dirty())
        self._copies = Copies()

    def look(self) -> Trouble | None:
        """See to what has happened; None where nothing has, else what to tell the person."""
        if not self._image.is_valid():
            return self._closed()
        written = _changed(self._files, _written(self._image))
        saved = _path(self._image.get_xcf_file())
        if written:
            # Only what the person has just saved is saved again, and not what came after that.
            can_save = saved in written and self._was_dirty and not self._image.is_dirty()
            remove_previews(self._image)
            if can_save:
                _save(self._image, saved)
            return _told(written[0], saved=saved in written, again=can_save)
        cleaned = [path for path in self._copies.look(MARK) if _cleaned(path)]
        if cleaned:
            remove_previews(self._image)
            return _told(cleaned[0], saved=True, again=True)
        if not self._layer.is_valid():
            note_stray(self._layer)
            return Trouble(
                _("The preview is not on the canvas any more"),
                _("It was merged into the picture, or its layer was removed."),
                _("Undo takes a merge back. The result still waits in the panel."),
            )
        self._was_dirty = self._was_dirty or bool(self._image.is_dirty())
        return None

    def _closed(self) -> Trouble | None:
        """The image was closed, and perhaps saved before that: the file is opened once more."""
        now = {path: moment(path) for path in self._files}
        written = [path for path in _changed(self._files, now) if path.endswith(".xcf")]
        cleaned = [path for path in written if _cleaned(path)]
        return _told(cleaned[0], saved=True, again=True) if cleaned else None


def _cleaned(path: str) -> bool:
    """Take the preview out of a file that is not this image's; False where there is none in it."""
    image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path(path))
    if image is None:
        return False
    found = previews_of(image)
    for layer in found:
        image.remove_layer(layer)
    if found:
        _save(image, path)
    image.delete()
    return bool(found)


def _save(image: Gimp.Image, path: str) -> None:
    was_dirty = image.is_dirty()
    Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, Gio.File.new_for_path(path), None)
    if not was_dirty:
        image.clean_all()


def _told(path: str, *, saved: bool, again: bool) -> Trouble:
    name = os.path.basename(path)  # noqa: PTH119  of GIMP's own path
    title = _("A file was written with the preview in it")
    if again:
        what = _("“{name}” was saved with the preview in it, and then once more without.")
        following = _("There is nothing to do. Click a result to see it again.")
    elif saved:
        what = _("“{name}” was saved with the preview in it.")
        following = _("The preview is off the canvas now: save the image once more.")
    else:
        what = _("“{name}” was exported with the preview in it.")
        following = _("The preview is off the canvas now: export the image once more.")
    return Trouble(title, what.format(name=name), following, code="preview_written")


def _written(image: Gimp.Image) -> Written:
    """The files GIMP writes the image to, and when each was written last."""
    files = (image.get_xcf_file(), image.get_exported_file())
    return {path: moment(path) for path in map(_path, files) if path}


def _changed(before: Written, now: Written) -> list[str]:
    return [path for path, moment in now.items() if moment > before.get(path, 0)]


def _path(file: Gio.File | None) -> str:
    """A file's path; "" for none, and for one that is not on this computer."""
    return (file.get_path() or "") if file is not None else ""
