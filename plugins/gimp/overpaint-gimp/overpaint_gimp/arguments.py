"""What a script may give a procedure, and the settings that makes."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from overpaint_bridge.language import N_
from overpaint_bridge.settings import PanelSettings
from overpaint_bridge.wording import gettext as _

from .host import Gimp, GObject
from .refusal import Refusal

__all__ = ["EXPAND", "FILL", "Asked", "declare", "remember", "settings_of"]

# A procedure's argument that stands for "the model's own default".
UNSET = -1
MODEL = (
    "negative-prompt",
    "strength",
    "seed",
    "num-outputs",
    "steps",
    "guidance-scale",
    "scheduler",
    "context",
    "feather",
    "source",
    "endpoint",
    "model",
    "extra",
    "group-results",
)
FILL = ("prompt", "mode", *MODEL, "whole-layer")
EXPAND = ("prompt", "left", "right", "up", "down", "keep-original", *MODEL)


@dataclass(frozen=True)
class Asked(PanelSettings):
    """A panel's settings, and what only a script can give.

    Attributes:
        more: fields of the request that stand in no panel.
        whole_layer: without a selection, all of the layer is filled.
    """

    more: dict[str, Any] = field(default_factory=dict)
    whole_layer: bool = False

    def request(self) -> dict[str, Any]:
        """The request; what a script gave by name beats the panel's fields."""
        return super().request() | self.more


def declare(procedure: Gimp.Procedure, names: Sequence[str]) -> None:
    """Give a procedure its arguments, and what it returns."""
    for name in names:
        _ARGUMENTS[name](procedure, name)
    flags = GObject.ParamFlags.READWRITE
    procedure.add_layer_return_value("layer", _("Layer"), _("The new layer"), True, flags)
    procedure.add_string_return_value(
        "report",
        _("Report"),
        _("JSON: all layers' ids, seeds, edge scores, what the model ignored, cost"),
        "",
        flags,
    )


def settings_of(config: Gimp.ProcedureConfig, names: Sequence[str], mode: str) -> Asked:
    """Read a procedure's arguments.

    Raises:
        Refusal: one can't be read.
    """
    given = {name: config.get_property(name) for name in names}
    text = given.pop("extra", "") or "{}"
    try:
        more = json.loads(text)
    except ValueError as error:
        raise Refusal(
            _("The argument “extra” is not JSON: {error}.").format(error=error)
        ) from error
    if not isinstance(more, dict):
        raise Refusal(_("The argument “extra” is not a JSON object."))
    model = given.pop("model", "")
    whole = bool(given.pop("whole-layer", False))
    values = {name.replace("-", "_"): value for name, value in given.items()}
    values["context"] = _context(values["context"])
    values["seed"] = int(values["seed"])
    for name in ("strength", "feather", "guidance_scale"):
        values[name] = None if values[name] < 0 else values[name]
    values["steps"] = values["steps"] or None
    values.setdefault("mode", mode)
    return Asked(**values, more=({"version": model} if model else {}) | more, whole_layer=whole)


def remember(config: Gimp.ProcedureConfig, names: Sequence[str], settings: PanelSettings) -> None:
    """Write settings back, so that GIMP has them as a procedure's last values."""
    for name in names:
        value = getattr(settings, name.replace("-", "_"), None)
        if name in ("strength", "feather", "guidance-scale") and value is None:
            value = UNSET
        elif name == "steps" and value is None:
            value = 0
        elif name == "context":
            value = str(value)
        if value is not None:
            config.set_property(name, value)


def _context(text: str) -> str | int:
    """`auto`, `whole`, or pixels.

    Raises:
        Refusal: something else.
    """
    word = text.strip() or "auto"
    if word in ("auto", "whole"):
        return word
    try:
        return int(word)
    except ValueError as error:
        raise Refusal(
            _("The context “{text}” is neither “auto” nor “whole” nor a number.").format(text=text)
        ) from error


class _Text:
    def __init__(self, label: str, blurb: str, default: str = "") -> None:
        self._said = (label, blurb)
        self._default = default

    def __call__(self, procedure: Gimp.Procedure, name: str) -> None:
        label, blurb = self._said
        flags = GObject.ParamFlags.READWRITE
        procedure.add_string_argument(name, _(label), _(blurb), self._default, flags)


class _Number:
    def __init__(self, label: str, blurb: str, low: float, high: float, default: float) -> None:
        self._said = (label, blurb)
        self._range = (low, high, default)

    def __call__(self, procedure: Gimp.Procedure, name: str) -> None:
        label, blurb = self._said
        add = procedure.add_double_argument
        if all(isinstance(number, int) for number in self._range):
            add = procedure.add_int_argument
        add(name, _(label), _(blurb), *self._range, GObject.ParamFlags.READWRITE)


class _Switch:
    def __init__(self, label: str, blurb: str, *, default: bool) -> None:
        self._said = (label, blurb)
        self._default = default

    def __call__(self, procedure: Gimp.Procedure, name: str) -> None:
        label, blurb = self._said
        flags = GObject.ParamFlags.READWRITE
        procedure.add_boolean_argument(name, _(label), _(blurb), self._default, flags)


class _Choice:
    def __init__(self, label: str, blurb: str, **choices: str) -> None:
        self._said = (label, blurb)
        self._choices = choices

    def __call__(self, procedure: Gimp.Procedure, name: str) -> None:
        label, blurb = self._said
        choice = Gimp.Choice.new()
        for number, (word, shown) in enumerate(self._choices.items()):
            choice.add(word, number, _(shown), "")
        first = next(iter(self._choices))
        flags = GObject.ParamFlags.READWRITE
        procedure.add_choice_argument(name, _(label), _(blurb), choice, first, flags)


_SIDE = N_("Pixels by which the canvas grows on this side")
_ARGUMENTS: dict[str, Callable[[Gimp.Procedure, str], None]] = {
    "prompt": _Text(N_("Prompt"), N_("What should be there; empty: fill from the surroundings")),
    "negative-prompt": _Text(N_("Negative prompt"), N_("What should not be there")),
    "mode": _Choice(
        N_("Mode"),
        N_("Fill by the prompt, or remove what is there"),
        fill=N_("Fill"),
        remove=N_("Remove"),
    ),
    "strength": _Number(N_("Strength"), N_("0 to 100 %; -1: the model's default"), -1, 100, -1),
    # A whole number of GIMP's ends at half the range of seeds.
    "seed": _Number(N_("Seed"), N_("0 to 4294967295; -1: random"), -1.0, 4294967295.0, -1.0),
    "num-outputs": _Number(N_("Number of images"), N_("How many different results"), 1, 8, 1),
    "steps": _Number(N_("Steps"), N_("1 to 500; 0: the model's default"), 0, 500, 0),
    "guidance-scale": _Number(
        N_("Guidance scale"), N_("0 to 100; -1: the model's default"), -1.0, 100.0, -1.0
    ),
    "scheduler": _Text(N_("Scheduler"), N_("As the model names it; empty: its default")),
    "context": _Text(
        N_("Context"), N_("Pixels seen round the selection, “auto” or “whole”"), "auto"
    ),
    "feather": _Number(
        N_("Feather"), N_("Pixels over which the edge fades; -1: automatic"), -1, 512, -1
    ),
    "source": _Choice(
        N_("Source"),
        N_("Which pixels are read"),
        visible=N_("Visible image"),
        layer=N_("Selected layer"),
    ),
    "endpoint": _Text(N_("Endpoint"), N_("Its name; empty: the default one")),
    "model": _Text(N_("Model"), N_("owner/name or a version; empty: the endpoint's own")),
    "extra": _Text(N_("Extra"), N_("JSON object: any further field of the request")),
    "group-results": _Switch(
        N_("Group results"), N_("Put the results into a layer group"), default=False
    ),
    "whole-layer": _Switch(
        N_("Whole layer"), N_("Fill all of the layer where nothing is selected"), default=False
    ),
    "left": _Number(N_("Left"), _SIDE, 0, 16384, 0),
    "right": _Number(N_("Right"), _SIDE, 0, 16384, 0),
    "up": _Number(N_("Up"), _SIDE, 0, 16384, 0),
    "down": _Number(N_("Down"), _SIDE, 0, 16384, 0),
    "new-seed": _Switch(N_("New seed"), N_("Let chance choose; off: the same seed"), default=False),
    "keep-original": _Switch(
        N_("Keep original pixels"), N_("Off: the seam may blend into them"), default=True
    ),
}
