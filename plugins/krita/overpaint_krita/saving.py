"""Where a result is saved as a picture of its own: beside the document it was made for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .qt import QtCore, QtWidgets
from .vendor.overpaint_bridge.wording import gettext as _

__all__ = ["ask_place"]


def ask_place(parent: Any, document: Any | None) -> str:
    """Ask for a file's name, which always has an ending; "" where nothing was chosen.

    Args:
        parent: the window to ask over.
        document: the result's; None where it was closed.
    """
    proposed = _proposed(document)
    dialog = QtWidgets.QFileDialog(
        parent, _("Save image"), str(proposed.parent), _("PNG image (*.png)")
    )
    dialog.setAcceptMode(QtWidgets.QFileDialog.AcceptMode.AcceptSave)
    # By the dialog, which then asks before it takes the name of a file that is there.
    dialog.setDefaultSuffix("png")
    dialog.selectFile(proposed.name)
    return str(dialog.selectedFiles()[0]) if dialog.exec() else ""


def _proposed(document: Any | None) -> Path:
    """A name beside the document's file, else among the person's pictures."""
    name = document.fileName() if document is not None else ""
    if name:
        file = Path(name)
        return file.with_name(f"{file.stem}-overpaint.png")
    places = QtCore.QStandardPaths
    return Path(places.writableLocation(places.StandardLocation.PicturesLocation), "overpaint.png")
