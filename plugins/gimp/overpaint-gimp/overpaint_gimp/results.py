"""The results so far as small pictures, each under its seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from overpaint_bridge.runs import PanelResult
from overpaint_bridge.wording import gettext as _

from .gtk import GAP, Gdk, Gtk, label, picture, vertical
from .host import GLib
from .result_menu import Act, open_menu

__all__ = ["ResultsBox"]

SIDE = 96


class ResultsBox:
    """A grid of thumbnails; the chosen one is on the canvas.

    Attributes:
        box: to be packed.
    """

    def __init__(
        self, on_choice: Callable[[PanelResult], None], on_menu: Mapping[str, Act]
    ) -> None:
        """Make it empty.

        Args:
            on_choice: told which result was clicked.
            on_menu: what the right button's entries do, by their names.
        """
        self._on_choice = on_choice
        self._on_menu = on_menu
        self._shown: list[tuple[PanelResult, str]] = []
        self._current: PanelResult | None = None
        self._buttons: list[tuple[PanelResult, Gtk.ToggleButton]] = []
        self._flow = Gtk.FlowBox(
            valign=Gtk.Align.START,
            selection_mode=Gtk.SelectionMode.NONE,
            max_children_per_line=12,
            homogeneous=True,
            row_spacing=GAP,
            column_spacing=GAP,
        )
        self._flow.get_accessible().set_name(_("Results"))
        self._empty = label(_("Results appear here."), dim=True)
        self.box = Gtk.ScrolledWindow(shadow_type=Gtk.ShadowType.NONE)
        self.box.set_policy(Gtk.PolicyType.NEVER, Gtk.PolicyType.AUTOMATIC)
        column = vertical(0)
        column.pack_start(self._empty, False, False, 0)
        column.pack_start(self._flow, True, True, 0)
        self.box.add(column)

    def show(self, results: Sequence[PanelResult], current: PanelResult | None) -> None:
        """Show these, the newest last, and which of them is on the canvas."""
        wanted = [(result, result.state) for result in results]
        if [result for result, _state in wanted] != [result for result, _state in self._shown]:
            self._fill([result for result, _state in wanted])
        if current is not self._current:
            self._current = current
            GLib.idle_add(self._scroll)
        self._shown = wanted
        self._empty.set_visible(not wanted)
        self.box.set_min_content_height(SIDE + 32 if wanted else 0)
        for result, button in self._buttons:
            button.handler_block_by_func(self._clicked)
            button.set_active(result is current)
            button.handler_unblock_by_func(self._clicked)
            button.get_child().get_children()[1].set_text(_caption(result))
            button.get_child().set_opacity(1.0 if result.is_open else 0.6)

    def _scroll(self) -> bool:
        """Bring the one on the canvas into sight."""
        for result, button in self._buttons:
            if result is self._current and button.get_parent() is not None:
                place = button.get_parent().get_allocation()
                self.box.get_vadjustment().clamp_page(place.y, place.y + place.height)
        return False

    def _fill(self, results: Sequence[PanelResult]) -> None:
        known = dict(self._buttons)
        for child in self._flow.get_children():
            inner = child.get_child()
            child.remove(inner)
            self._flow.remove(child)
        self._buttons = [(result, known.get(result) or self._button(result)) for result in results]
        for _result, button in self._buttons:
            self._flow.add(button)
            # The frame round it would look like a second choice; the button has the keyboard.
            button.get_parent().set_can_focus(False)
        self._flow.show_all()

    def _button(self, result: PanelResult) -> Gtk.ToggleButton:
        column = vertical(GAP // 2)
        image = Gtk.Image.new_from_pixbuf(picture(result.thumbnail(SIDE)))
        column.pack_start(image, True, True, 0)
        column.pack_start(Gtk.Label(label=_caption(result)), False, False, 0)
        made = Gtk.ToggleButton()
        made.add(column)
        made.get_style_context().add_class("flat")
        made.set_tooltip_text(result.recipe.layer_name)
        seed = "?" if result.seed is None else result.seed
        made.get_accessible().set_name(_("Result with seed {seed}").format(seed=seed))
        made.connect("toggled", self._clicked, result)
        made.connect("button-press-event", self._pressed, result)
        made.connect("popup-menu", self._asked, result)
        return made

    def _pressed(
        self, _button: Gtk.ToggleButton, event: Gdk.EventButton, result: PanelResult
    ) -> bool:
        """Open the menu by the right button; the left one is the button's own."""
        if not event.triggers_context_menu():
            return False
        open_menu(result, self._on_menu).popup_at_pointer(event)
        return True

    def _asked(self, button: Gtk.ToggleButton, result: PanelResult) -> bool:
        """Open the menu by the keyboard."""
        below, above = Gdk.Gravity.SOUTH_WEST, Gdk.Gravity.NORTH_WEST
        open_menu(result, self._on_menu).popup_at_widget(button, below, above, None)
        return True

    def _clicked(self, _button: Gtk.ToggleButton, result: PanelResult) -> None:
        self._on_choice(result)


def _caption(result: PanelResult) -> str:
    """Its seed, and whether it has become a layer."""
    seed = "–" if result.seed is None else str(result.seed)
    return f"✓ {seed}" if result.state == "applied" else seed
