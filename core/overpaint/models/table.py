"""An adapter as a table: which of a person's settings a model reads, and by which name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from overpaint.errors import InputError
from overpaint.geometry import Context, Extent, SizeRule
from overpaint.request import PaintRequest

from .base import Ask, ignored_by

__all__ = ["LATENT_CELL", "TableAdapter", "Takes"]

# A latent picture's cell, in pixels: by so much the mask of a diffusion model is made larger.
LATENT_CELL = 8
ANY_SIZE = SizeRule()
# Seen on each side of the hole: half as much as it is wide.
HALF_AS_MUCH = Context(factor=0.5, least=64, most=512)


@dataclass(frozen=True, slots=True)
class Takes:
    """One input of a model.

    Attributes:
        name: what the model calls it.
        least, most: its range, if it has one.
        choices: its names, if it takes only these.
        whole: True for whole numbers.
    """

    name: str
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()
    whole: bool = False

    def check(self, value: object, *, field: str, model: str) -> object:
        """Return the value as the model takes it.

        Raises:
            InputError: it is outside the range, or not one of the choices.
        """
        if self.choices and str(value) not in self.choices:
            raise InputError(
                f"{model} has no {field} “{value}”; it has {', '.join(self.choices)}.",
                hint=f"Choose one of these, or leave {field} out.",
                field=field,
            )
        if isinstance(value, str):
            return str(value)
        if not isinstance(value, int | float) or isinstance(value, bool):
            return value
        low = self.least is not None and value < self.least
        high = self.most is not None and value > self.most
        if low or high:
            raise InputError(f"{model} takes {field} {self._range()}, not {value:g}.", field=field)
        if not self.whole:
            return value
        if value != int(value):
            raise InputError(f"{model} takes {field} in whole numbers, not {value:g}.", field=field)
        return int(value)

    def _range(self) -> str:
        if self.least is None:
            return f"up to {self.most:g}"
        if self.most is None:
            return f"from {self.least:g}"
        return f"from {self.least:g} to {self.most:g}"


@dataclass(frozen=True, slots=True)
class TableAdapter:
    """Turns a request into one model's `input` by a table.

    Attributes:
        model: what a person calls it.
        takes: by the request's field, the input it becomes. What is not here is ignored.
        image: the name of the picture's input.
        mask: the name of the mask's input; None for a model that has none.
        rule, context, blends, grow, invert_mask, invents, outpaints: see `Adapter`.
        always: inputs that are sent whatever is asked.
        random_seed: sent where no seed is given; None = the seed is left out.
        blank_prompt: True sends an empty prompt as it is, since the model has one of its own.
        needs: inputs without which it does not run and that no setting stands for.
    """

    model: str
    takes: Mapping[str, Takes]
    image: str = "image"
    mask: str | None = "mask"
    rule: SizeRule = ANY_SIZE
    context: Context = HALF_AS_MUCH
    blends: bool = False
    grow: int = LATENT_CELL
    invert_mask: bool = False
    invents: bool = True
    outpaints: Literal["sides", "direction"] | None = None
    always: Mapping[str, Any] = field(default_factory=dict)
    random_seed: int | None = None
    blank_prompt: bool = True
    needs: frozenset[str] = frozenset()

    def ask(
        self,
        request: PaintRequest,
        *,
        version: str,
        image: str,
        mask: str | None,
        target: Extent,
    ) -> Ask:
        """Name the model's inputs; see `Adapter.ask`."""
        asked: dict[str, Any] = {self.image: image} | dict(self.always)
        if self.mask is not None and mask is not None:
            asked[self.mask] = mask
        for name, value in self._settings(request, target).items():
            taken = self.takes[name]
            asked[taken.name] = taken.check(value, field=name, model=self.model)
        asked |= request.extra
        missing = sorted(self.needs - asked.keys())
        if missing:
            raise InputError(
                f"{self.model} also needs {', '.join(missing)}.",
                hint="Give what only this model knows in `extra`.",
                field="extra",
            )
        # A size is never ignored: it decides how large the picture is sent.
        reads = frozenset(self.takes) | {"width", "height"}
        return Ask(version, asked, ignored_by(request, reads))

    def _settings(self, request: PaintRequest, target: Extent) -> dict[str, Any]:
        """What of the request is sent, by our names; absent parts are the model's to choose."""
        values: dict[str, Any] = {
            name: getattr(request, name)
            for name in self.takes
            if name not in ("width", "height", "prompt", "negative_prompt", "seed")
        }
        values |= {"width": target.width, "height": target.height}
        values["prompt"] = request.prompt if self.blank_prompt else request.prompt or None
        values["negative_prompt"] = request.negative_prompt or None
        values["seed"] = self.random_seed if request.seed is None else request.seed
        values["outpaint_direction"] = request.outpaint_direction or _direction(request)
        return {
            name: value
            for name, value in values.items()
            if name in self.takes and value is not None
        }


def _direction(request: PaintRequest) -> str | None:
    """The direction that sides given in pixels amount to, for a model that knows only these."""
    wide, high = request.left or request.right, request.up or request.down
    if wide and high:
        return "both"
    if wide:
        return "only width"
    return "only height" if high else None
