"""The settings a model may or may not have; left empty they are the model's own."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from overpaint_bridge.settings import PanelSettings
from overpaint_bridge.wording import gettext as _

from .gtk import GAP, Gtk, add_row, combo, entry, grid, spin
from .refusal import Refusal

__all__ = ["Advanced"]

LARGEST_SEED = 2**32 - 1


class Advanced:
    """An expander with every setting that is not the prompt.

    Attributes:
        box: to be packed.
    """

    def __init__(self) -> None:
        own = _("Model's own")
        self.box = Gtk.Expander(label=_("Advanced"))
        self._negative = entry()
        self._strength_on = Gtk.CheckButton(tooltip_text=_("Off: the model's own"))
        self._strength = Gtk.Scale.new_with_range(Gtk.Orientation.HORIZONTAL, 0, 100, 1)
        self._strength.set_value_pos(Gtk.PositionType.RIGHT)
        self._strength.set_digits(0)
        self._strength_on.connect(
            "toggled", lambda box: self._strength.set_sensitive(box.get_active())
        )
        self._number = spin(1, 8)
        self._seed = entry(_("Random"))
        self._steps = entry(own)
        self._guidance = entry(own)
        self._scheduler = Gtk.ComboBoxText.new_with_entry()
        self._scheduler.get_child().set_placeholder_text(own)
        self._context = Gtk.ComboBoxText.new_with_entry()
        for words in self._contexts():
            self._context.append_text(words)
        self._feather = entry(_("Automatic"))
        self._source = combo(("visible", _("Visible image")), ("layer", _("Selected layer")))
        self._group = Gtk.CheckButton(
            label=_("Several results go into a layer _group"), use_underline=True
        )
        self._strength_row = self._row(self._strength_on, self._strength)
        self._strength.get_accessible().set_name(_("Strength"))
        self._lay_out()

    def _lay_out(self) -> None:
        """Put the fields into the expander, one a row."""
        table = grid()
        table.set_margin_top(GAP)
        table.set_margin_start(GAP)
        self.box.add(table)
        rows = (
            (_("Negative pro_mpt"), self._negative),
            (_("St_rength in %"), self._strength_row),
            (_("Num_ber of images"), self._number),
            (_("S_eed"), self._seed_row()),
            (_("Steps"), self._steps),
            (_("Guidance sca_le"), self._guidance),
            (_("Sc_heduler"), self._scheduler),
            (_("C_ontext in pixels"), self._context),
            (_("_Feather in pixels"), self._feather),
            (_("So_urce"), self._source),
        )
        for place, (name, widget) in enumerate(rows):
            add_row(table, place, name, widget)
        table.attach(self._group, 0, len(rows), 2, 1)

    def show(self, settings: PanelSettings) -> None:
        """Put settings into the fields."""
        self._negative.set_text(settings.negative_prompt)
        self._strength_on.set_active(settings.strength is not None)
        self._strength.set_sensitive(settings.strength is not None)
        self._strength.set_value(80 if settings.strength is None else settings.strength)
        self._number.set_value(settings.num_outputs)
        self._seed.set_text("" if settings.seed < 0 else str(settings.seed))
        self._steps.set_text(_shown(settings.steps))
        self._guidance.set_text(_shown(settings.guidance_scale))
        self._scheduler.get_child().set_text(settings.scheduler)
        self.show_surroundings(settings)
        self._source.set_active_id(settings.source)
        self._group.set_active(settings.group_results)

    def show_surroundings(self, settings: PanelSettings) -> None:
        """Put only the context and the feather into their fields."""
        words = dict(zip(("auto", "whole"), self._contexts(), strict=True))
        self._context.get_child().set_text(words.get(str(settings.context), str(settings.context)))
        self._feather.set_text(_shown(settings.feather))

    def read(self, settings: PanelSettings) -> PanelSettings:
        """The settings with the fields' values in them.

        Raises:
            Refusal: a field can't be read; it has the keyboard now.
        """
        strength = round(self._strength.get_value()) if self._strength_on.get_active() else None
        guidance = self._numeric(self._guidance, _("guidance scale"), 0, 100, whole=False)
        seed = self._numeric(self._seed, _("seed"), -1, LARGEST_SEED)
        steps = self._numeric(self._steps, _("steps"), 1, 500)
        feather = self._numeric(self._feather, _("feather"), 0, 512)
        return replace(
            settings,
            negative_prompt=self._negative.get_text().strip(),
            strength=strength,
            num_outputs=self._number.get_value_as_int(),
            seed=-1 if seed is None else int(seed),
            steps=None if steps is None else int(steps),
            guidance_scale=guidance,
            scheduler=self._scheduler.get_child().get_text().strip(),
            context=self._read_context(),
            feather=None if feather is None else int(feather),
            source=self._source.get_active_id() or "visible",
            group_results=self._group.get_active(),
        )

    def offer_schedulers(self, names: Sequence[str]) -> None:
        """List what the endpoint's model knows; what is typed stays."""
        kept = self._scheduler.get_child().get_text()
        self._scheduler.remove_all()
        for name in names:
            self._scheduler.append_text(name)
        self._scheduler.get_child().set_text(kept)

    def use_seed(self, seed: int | None) -> None:
        """Put a seed into its field."""
        self._seed.set_text("" if seed is None else str(seed))

    def _read_context(self) -> str | int:
        words = self._context.get_child().get_text().strip()
        automatic, whole = self._contexts()
        if words in ("", automatic):
            return "auto"
        if words == whole:
            return "whole"
        number = self._numeric(self._context.get_child(), _("context"), 0, 16384)
        return "auto" if number is None else int(number)

    def _numeric(
        self, field: Gtk.Entry, name: str, low: int, high: int, *, whole: bool = True
    ) -> float | None:
        """A number, or None where the field is empty."""
        words = field.get_text().strip().replace("−", "-").replace(",", ".")
        if not words:
            return None
        try:
            number = int(words) if whole else float(words)
        except ValueError:
            number = None
        if number is None or not low <= number <= high:
            self.box.set_expanded(True)
            field.grab_focus()
            raise Refusal(
                _("The {field} “{words}” is no number from {low} to {high}.").format(
                    field=name, words=words, low=low, high=high
                ),
                _("Change it, or leave the field empty."),
            )
        return number

    def _seed_row(self) -> Gtk.Box:
        dice = Gtk.Button.new_from_icon_name("media-playlist-shuffle-symbolic", Gtk.IconSize.BUTTON)
        dice.set_tooltip_text(_("Throw the dice for a seed"))
        dice.get_accessible().set_name(_("Dice"))
        dice.connect("clicked", lambda _button: self.use_seed(random.randint(0, LARGEST_SEED)))  # noqa: S311  not a secret
        return self._row(self._seed, dice, fill_first=True)

    @staticmethod
    def _row(first: Gtk.Widget, second: Gtk.Widget, *, fill_first: bool = False) -> Gtk.Box:
        row = Gtk.Box(spacing=GAP)
        row.pack_start(first, fill_first, True, 0)
        row.pack_start(second, not fill_first, True, 0)
        return row

    @staticmethod
    def _contexts() -> tuple[str, str]:
        return _("Automatic"), _("Whole image")


def _shown(number: float | None) -> str:
    return "" if number is None else f"{number:g}"
