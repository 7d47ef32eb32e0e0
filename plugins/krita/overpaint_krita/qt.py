"""Qt 5 or Qt 6: the only file that knows which. Enums are fully scoped, which both understand.

Krita says which Qt it runs on from 5.3; older ones have Qt 5. To try PyQt6 first would load a
second Qt into a Krita 5 on a system that has both, and end it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import pykrita

__all__ = ["MAJOR", "QAction", "QtCore", "QtGui", "QtWidgets", "image_bytes", "owned", "put_over"]

MAJOR = pykrita.qt_major_version() if hasattr(pykrita, "qt_major_version") else 5

if MAJOR == 6:
    from PyQt6 import QtCore, QtGui, QtWidgets, sip
    from PyQt6.QtGui import QAction
else:
    from PyQt5 import QtCore, QtGui, QtWidgets, sip
    from PyQt5.QtWidgets import QAction

Item = TypeVar("Item")


def owned(items: Sequence[Item]) -> Sequence[Item]:
    """Take a list over from Krita, whose lists keep their wrappers for ever (up to 5.3)."""
    for item in items:
        if item is not None:
            sip.transferback(item)
    return items


def put_over(window: Any, other: Any) -> None:
    """Put a window over the middle of another one, where no window manager would."""
    window.move(other.frameGeometry().center() - window.rect().center())


def image_bytes(image: Any) -> bytes:
    """Copy a picture's rows out, with nothing between them."""
    row = image.width() * image.depth() // 8
    pointer = image.constBits()
    pointer.setsize(image.bytesPerLine() * image.height())
    whole = bytes(pointer)
    if image.bytesPerLine() == row:
        return whole
    starts = range(0, len(whole), image.bytesPerLine())
    return b"".join(whole[start : start + row] for start in starts)
