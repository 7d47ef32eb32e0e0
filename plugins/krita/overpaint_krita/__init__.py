"""Overpaint's docker for Krita: select, say what should be there, get a new layer."""

from __future__ import annotations

from krita import DockWidgetFactory, DockWidgetFactoryBase, Krita

from .qt import QtCore
from .vendor.overpaint_bridge.wording import use_language

# Before anything takes its words.
use_language([QtCore.QLocale().name()])

from .docker import ID, Docker  # noqa: E402
from .extension import OverpaintExtension  # noqa: E402

__all__ = ["extension"]

_positions = getattr(DockWidgetFactoryBase, "DockPosition", DockWidgetFactoryBase)

extension = OverpaintExtension(Krita.instance())
Krita.instance().addExtension(extension)
Krita.instance().addDockWidgetFactory(DockWidgetFactory(ID, _positions.DockRight, Docker))
