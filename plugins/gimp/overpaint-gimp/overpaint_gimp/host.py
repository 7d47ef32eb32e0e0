"""The one place that says which of GIMP's libraries, in which versions, this plug-in uses."""

from __future__ import annotations

import gi

gi.require_version("Babl", "0.1")
gi.require_version("Gegl", "0.4")
gi.require_version("Gimp", "3.0")

from gi.repository import Babl, Gegl, Gimp, Gio, GLib, GObject  # noqa: E402  versions come first

__all__ = ["Babl", "GLib", "GObject", "Gegl", "Gimp", "Gio"]
