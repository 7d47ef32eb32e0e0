"""GIMP's toolkit, loaded only where something is shown, and widgets made alike everywhere."""

from __future__ import annotations

from collections.abc import Callable

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("GdkPixbuf", "2.0")
gi.require_version("Gtk", "3.0")
gi.require_version("GimpUi", "3.0")

from gi.repository import (  # noqa: E402  versions come first
    Gdk,
    GdkPixbuf,
    GimpUi,
    GLib,
    Gtk,
    Pango,
)

from overpaint_bridge.pixels import Pixels  # noqa: E402

__all__ = [
    "BORDER",
    "GAP",
    "Gdk",
    "GdkPixbuf",
    "GimpUi",
    "Gtk",
    "Pango",
    "add_row",
    "button",
    "combo",
    "copy",
    "entry",
    "grid",
    "label",
    "pack",
    "picture",
    "screen_height",
    "spin",
    "text",
    "vertical",
]

BORDER = 12
GAP = 6


def screen_height() -> int:
    """How high a window can be on the smallest screen."""
    display = Gdk.Display.get_default()
    screens = [display.get_monitor(place) for place in range(display.get_n_monitors())]
    return min((screen.get_workarea().height for screen in screens), default=768)


def vertical(spacing: int = GAP) -> Gtk.Box:
    """A column."""
    return Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=spacing)


def pack(box: Gtk.Box, *widgets: Gtk.Widget, grow: bool = False) -> None:
    """Put widgets into a row or column, one after the other."""
    for widget in widgets:
        box.pack_start(widget, grow, grow, 0)


def grid() -> Gtk.Grid:
    """Two columns: what a thing is called, and the thing."""
    return Gtk.Grid(row_spacing=GAP, column_spacing=BORDER)


def add_row(table: Gtk.Grid, row: int, name: str, widget: Gtk.Widget) -> Gtk.Label:
    """Put a field into a grid, its name before it."""
    said = Gtk.Label(label=name, use_underline=True, xalign=0.0)
    said.set_mnemonic_widget(_focus(widget))
    _focus(widget).get_accessible().set_name(name.replace("_", ""))
    widget.set_hexpand(True)
    table.attach(said, 0, row, 1, 1)
    table.attach(widget, 1, row, 1, 1)
    return said


def label(words: str = "", *, dim: bool = False, bold: bool = False) -> Gtk.Label:
    """A line or more of text, to the left, that can be selected and copied."""
    said = Gtk.Label(label=words, xalign=0.0, wrap=True, selectable=False)
    said.set_line_wrap_mode(Pango.WrapMode.WORD_CHAR)
    said.set_max_width_chars(48)
    if dim:
        said.get_style_context().add_class("dim-label")
    if bold:
        attributes = Pango.AttrList()
        attributes.insert(Pango.attr_weight_new(Pango.Weight.BOLD))
        said.set_attributes(attributes)
    return said


def button(
    name: str, act: Callable[[], object], *, tip: str = "", suggested: bool = False
) -> Gtk.Button:
    """A button that does one thing."""
    made = Gtk.Button(label=name, use_underline=True)
    made.connect("clicked", lambda _button: act())
    made.get_accessible().set_name(name.replace("_", ""))
    if tip:
        made.set_tooltip_text(tip)
    if suggested:
        made.get_style_context().add_class("suggested-action")
    return made


def copy(words: str) -> None:
    """Put words on the clipboard, where they stay when GIMP has ended."""
    clipboard = Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD)
    clipboard.set_text(words, -1)
    clipboard.store()


def entry(placeholder: str = "", *, width: int = 12) -> Gtk.Entry:
    """One line to type in; what it does when it is empty stands in it."""
    made = Gtk.Entry(placeholder_text=placeholder, activates_default=True)
    made.set_width_chars(width)
    return made


def spin(low: int, high: int, step: int = 1) -> Gtk.SpinButton:
    """A whole number."""
    made = Gtk.SpinButton.new_with_range(low, high, step)
    made.set_activates_default(True)
    return made


def combo(*choices: tuple[str, str]) -> Gtk.ComboBoxText:
    """One of several: what it is called in the settings, and what a person reads."""
    made = Gtk.ComboBoxText()
    for word, shown in choices:
        made.append(word, shown)
    return made


def text(height: int = 64) -> tuple[Gtk.ScrolledWindow, Gtk.TextView]:
    """Several lines to type in; Tab goes on to the next field."""
    view = Gtk.TextView(wrap_mode=Gtk.WrapMode.WORD_CHAR, accepts_tab=False)
    for side in ("left", "right", "top", "bottom"):
        view.set_property(f"{side}-margin", GAP)
    frame = Gtk.ScrolledWindow(shadow_type=Gtk.ShadowType.IN, min_content_height=height)
    frame.set_policy(Gtk.PolicyType.NEVER, Gtk.PolicyType.AUTOMATIC)
    frame.add(view)
    return frame, view


def picture(pixels: Pixels) -> GdkPixbuf.Pixbuf:
    """Pixels that GTK can show: RGB8, or L8 as gray."""
    data = pixels.data
    if pixels.format == "L8":
        data = b"".join(bytes((value,)) * 3 for value in data)
    return GdkPixbuf.Pixbuf.new_from_bytes(
        GLib.Bytes.new(data),
        GdkPixbuf.Colorspace.RGB,
        False,
        8,
        pixels.width,
        pixels.height,
        pixels.width * 3,
    )


def _focus(widget: Gtk.Widget) -> Gtk.Widget:
    """What the keyboard goes to: the first field of a box, or the widget itself."""
    if isinstance(widget, Gtk.ScrolledWindow | Gtk.Box):
        return widget.get_children()[0]
    if isinstance(widget, Gtk.ComboBox) and widget.get_has_entry():
        return widget.get_child()
    return widget
