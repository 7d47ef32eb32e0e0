"""The plug-ins' files as this installation carries them, laid out as each editor wants them."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath

import overpaint_bridge
from overpaint.errors import ConfigurationError

from .places import Editor

__all__ = ["OWNED", "Files", "plugin_files", "remembered"]

Files = dict[PurePosixPath, bytes]

# What is ours in an editor's folder: nothing else there is ever touched.
OWNED = {
    Editor.GIMP: (PurePosixPath("overpaint-gimp"),),
    Editor.KRITA: (
        PurePosixPath("pykrita/overpaint_krita"),
        PurePosixPath("pykrita/overpaint_krita.desktop"),
        PurePosixPath("actions/overpaint_krita.action"),
    ),
}
BRIDGE = {
    Editor.GIMP: PurePosixPath("overpaint-gimp/overpaint_bridge"),
    Editor.KRITA: PurePosixPath("pykrita/overpaint_krita/vendor/overpaint_bridge"),
}


# What the plug-in, and GIMP for it, remember from one start to the next, beside `plug-ins`.
REMEMBERED = ("overpaint-panel.*", "plug-in-settings/plug-in-overpaint-*")


def remembered(editor: Editor, folder: Path) -> list[Path]:
    """The files a plug-in has written beside an editor's folder of plug-ins."""
    if editor is not Editor.GIMP:
        return []  # Krita keeps it in its settings
    return [path for name in REMEMBERED for path in sorted(folder.parent.glob(name))]


def plugin_files(editor: Editor) -> Files:
    """Every file of a plug-in, the bridge included, by its path in the editor's folder.

    Raises:
        ConfigurationError: this installation carries no plug-ins.
    """
    laid = {_place(editor, name): content for name, content in _walk(_source(editor))}
    laid = {path: content for path, content in laid.items() if _is_owned(path, editor)}
    bridge = files(overpaint_bridge)
    laid |= {BRIDGE[editor] / name: content for name, content in _walk(bridge)}
    return laid


def _place(editor: Editor, name: PurePosixPath) -> PurePosixPath:
    if editor is Editor.GIMP:
        return name
    return ("actions" if name.suffix == ".action" else "pykrita") / name


def _is_owned(path: PurePosixPath, editor: Editor) -> bool:
    return any(path == owned or owned in path.parents for owned in OWNED[editor])


def _source(editor: Editor) -> Traversable:
    """The plug-in's tree: inside the wheel, or in the checkout of an editable installation."""
    packaged = files("overpaint").joinpath("plugins", editor.value)
    if packaged.is_dir():
        return packaged
    checkout = Path(str(files("overpaint"))).parents[1] / "plugins" / editor.value
    if checkout.is_dir():
        return checkout
    raise ConfigurationError(
        f"This installation carries no plug-in for {editor.label}.",
        hint="Install Overpaint from its wheel, or `pip install .` in its repository.",
    )


def _walk(tree: Traversable) -> Iterator[tuple[PurePosixPath, bytes]]:
    for entry in tree.iterdir():
        if entry.is_file():
            yield PurePosixPath(entry.name), entry.read_bytes()
        elif entry.name != "__pycache__":
            for name, content in _walk(entry):
                yield entry.name / name, content
