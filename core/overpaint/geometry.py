"""Where things are: sizes, rectangles, and the plan for what the model gets to see.

Pure integers; pixels are the unit, the canvas's upper left corner is (0, 0).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from .errors import InputError

__all__ = [
    "Bounds",
    "Context",
    "CropPlan",
    "Extent",
    "Margins",
    "SizeRule",
    "expanded",
    "margins_for_direction",
    "plan_crop",
]

# Largest side of a grown canvas: Pillow and the editors go further, people's memory does not.
LARGEST_CANVAS = 32768
# A strip thinner than a model's shapes is mirrored beside itself. Past so many pixels, most of them
# mirrored, that is gigabytes for a model to see nothing by (measured: 2 GB for 30,000 × 200).
LARGEST_MIRRORED = 64_000_000
MOST_MIRRORED = 4


class Extent(NamedTuple):
    """A size in pixels."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width} × {self.height}"


class Bounds(NamedTuple):
    """A rectangle in pixels; `x` and `y` may be negative (left of or above the canvas)."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column past it."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row past it."""
        return self.y + self.height

    @property
    def extent(self) -> Extent:
        """Its size."""
        return Extent(self.width, self.height)

    @property
    def is_empty(self) -> bool:
        """True when it holds no pixel."""
        return self.width <= 0 or self.height <= 0

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns of it in an array; only for bounds inside the array."""
        return slice(self.y, self.bottom), slice(self.x, self.right)

    def contains(self, other: Bounds) -> bool:
        """True when the other lies wholly within."""
        return self.intersection(other) == other

    def intersection(self, other: Bounds) -> Bounds:
        """What both cover; empty (width or height 0) where nothing is."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        return Bounds(
            x,
            y,
            max(0, min(self.right, other.right) - x),
            max(0, min(self.bottom, other.bottom) - y),
        )

    def grown(self, by: int) -> Bounds:
        """The same with so many pixels more on every side."""
        return Bounds(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def moved(self, by_x: int, by_y: int) -> Bounds:
        """The same elsewhere."""
        return Bounds(self.x + by_x, self.y + by_y, self.width, self.height)

    def widened(self, to: Extent) -> Bounds:
        """The same grown about its centre to at least this size."""
        width, height = max(self.width, to.width), max(self.height, to.height)
        return Bounds(
            self.x - (width - self.width) // 2,
            self.y - (height - self.height) // 2,
            width,
            height,
        )

    def shifted_into(self, canvas: Extent) -> Bounds:
        """The same moved inside the canvas; centred on it along a side that is too long."""
        return Bounds(
            _shifted(self.x, self.width, canvas.width),
            _shifted(self.y, self.height, canvas.height),
            self.width,
            self.height,
        )


@dataclass(frozen=True, slots=True)
class SizeRule:
    """The sizes a model takes, in pixels.

    Attributes:
        multiple: both sides are multiples of this.
        smallest: of each side.
        largest: of each side.
        largest_area: width × height, if limited.
        native: the side it paints best at; a smaller context grows to it where the canvas allows,
            and is enlarged to it where not. None = any size as it is.
        fixed: the only size it takes.
    """

    multiple: int = 1
    smallest: int = 1
    largest: int = 65536
    largest_area: int | None = None
    native: int | None = None
    fixed: Extent | None = None

    def allows(self, size: Extent) -> bool:
        """True when the model takes this size."""
        if self.fixed is not None:
            return size == self.fixed
        return all(
            self.smallest <= side <= self.largest and side % self.multiple == 0 for side in size
        ) and size.width * size.height <= (self.largest_area or math.inf)


@dataclass(frozen=True, slots=True)
class Context:
    """How much is seen round the mask.

    Attributes:
        factor: padding as a part of the mask's mean side, kept between `least` and `most` pixels.
        least: pixels.
        most: pixels.
        pixels: a person's own padding, instead of the formula.
        whole: the whole canvas.
    """

    factor: float = 0.5
    least: int = 64
    most: int = 512
    pixels: int | None = None
    whole: bool = False

    def padding(self, hole: Bounds) -> int:
        """Pixels seen on each side of the mask's bounds."""
        if self.pixels is not None:
            return self.pixels
        mean = (hole.width + hole.height) / 2
        return int(min(max(self.factor * mean, self.least), self.most))


@dataclass(frozen=True, slots=True)
class CropPlan:
    """What of the canvas the model sees, and at what size.

    Attributes:
        canvas: the document's size.
        hole: the mask's bounds on it.
        context: what the model sees, in canvas coordinates; where it sticks out of the canvas,
            mirrored edges fill it.
        target: the size it is sent at.
    """

    canvas: Extent
    hole: Bounds
    context: Bounds
    target: Extent

    @property
    def scale(self) -> float:
        """Pixels sent per canvas pixel; the same both ways but for less than one pixel."""
        return self.target.width / self.context.width

    @property
    def visible(self) -> Bounds:
        """The part of the context that lies on the canvas."""
        return self.context.intersection(Bounds(0, 0, *self.canvas))

    @property
    def is_native(self) -> bool:
        """True when pixels are sent as they are."""
        return self.target == self.context.extent


class Margins(NamedTuple):
    """Pixels by which a canvas grows on each side."""

    left: int = 0
    right: int = 0
    up: int = 0
    down: int = 0


def expanded(canvas: Extent, margins: Margins) -> tuple[Extent, Bounds]:
    """Return the grown canvas, and where on it the original lies.

    Raises:
        InputError: it would be larger than any editor takes.
    """
    grown = Extent(
        canvas.width + margins.left + margins.right, canvas.height + margins.up + margins.down
    )
    if max(grown) > LARGEST_CANVAS:
        raise InputError(
            f"The picture would grow to {grown} pixels; at most {LARGEST_CANVAS} on a side go.",
            hint="Expand by less.",
        )
    return grown, Bounds(margins.left, margins.up, *canvas)


def margins_for_direction(direction: str, amount: int) -> Margins:
    """Read `both`, `only width` or `only height`: so many pixels on each side concerned."""
    wide = 0 if direction == "only height" else amount
    high = 0 if direction == "only width" else amount
    return Margins(wide, wide, high, high)


def plan_crop(
    canvas: Extent,
    hole: Bounds,
    *,
    rule: SizeRule = SizeRule(),
    context: Context = Context(),
    width: int | None = None,
    height: int | None = None,
) -> CropPlan:
    """Choose what the model sees and at what size.

    The context is shifted inside the canvas before it is cut. It grows to the model's shape with
    real pixels first and sticks out of the canvas (mirrored edges) only where there are none. It
    is never stretched: both sides are scaled alike.

    Args:
        canvas: the document's size.
        hole: the mask's bounds, inside the canvas and not empty.
        rule: the sizes the model takes.
        context: how much it needs to see.
        width: a person's own choice of the size sent, with or without `height`.
        height: likewise.

    Raises:
        InputError: the model does not take the width or height asked for, or no strip as thin.
    """
    if context.whole:
        wanted = Bounds(0, 0, *canvas)
    else:
        wanted = hole.grown(context.padding(hole)).shifted_into(canvas)
        wanted = wanted.intersection(Bounds(0, 0, *canvas))
    chosen = _chosen(wanted, rule, width, height)
    if chosen is None and rule == SizeRule():
        return CropPlan(canvas, hole, wanted, wanted.extent)
    if chosen is None and rule.native is not None:
        least = Extent(min(rule.native, canvas.width), min(rule.native, canvas.height))
        wanted = wanted.widened(least).shifted_into(canvas)
    target = chosen or _target(wanted.extent, rule)
    region = _shaped(wanted, target).shifted_into(canvas)
    return _sensible(CropPlan(canvas, hole, region, target), rule)


def _sensible(plan: CropPlan, rule: SizeRule) -> CropPlan:
    """Insist that a large context is not next to nothing but mirrored edges."""
    seen = plan.visible.extent
    pixels = plan.context.width * plan.context.height
    if pixels > max(LARGEST_MIRRORED, MOST_MIRRORED * seen.width * seen.height):
        raise InputError(
            f"{seen} pixels are too thin a strip for this model: {_said(rule)}.",
            hint="Select less of it, or take a model of any shape, as overpaint/fill is.",
            field="mask",
        )
    return plan


def _chosen(wanted: Bounds, rule: SizeRule, width: int | None, height: int | None) -> Extent | None:
    """The size a person asks for; a missing side follows the context's shape."""
    if rule.fixed is not None and width is None and height is None:
        return rule.fixed
    if width is None and height is None:
        return None
    if width is None:
        width = _rounded((height or 1) * wanted.width / wanted.height, rule)
    if height is None:
        height = _rounded(width * wanted.height / wanted.width, rule)
    size = Extent(width, height)
    if not rule.allows(size):
        field = "height" if rule.allows(Extent(width, rule.smallest)) else "width"
        raise InputError(f"The model does not take {size} pixels: {_said(rule)}.", field=field)
    return size


def _said(rule: SizeRule) -> str:
    """The rule in words."""
    if rule.fixed is not None:
        return f"only {rule.fixed}"
    area = f", {rule.largest_area} pixels in all" if rule.largest_area else ""
    return f"sides from {rule.smallest} to {rule.largest}, multiples of {rule.multiple}{area}"


def _target(wanted: Extent, rule: SizeRule) -> Extent:
    """The size the model takes that is nearest to the context's own, and not smaller if it can be.

    Too large a context is scaled down, one below `native` up; in between pixels go as they are.
    """
    scale = 1.0
    if rule.native is not None:
        scale = max(scale, rule.native / max(wanted))
    scale = min(scale, rule.largest / max(wanted))
    if rule.largest_area is not None:
        scale = min(scale, math.sqrt(rule.largest_area / (wanted.width * wanted.height)))
    scale = max(scale, min(rule.smallest, rule.largest) / max(wanted))
    width, height = (_rounded(side * scale, rule) for side in wanted)
    while rule.largest_area is not None and width * height > rule.largest_area:
        if width >= height:
            width -= rule.multiple
        else:
            height -= rule.multiple
    return Extent(width, height)


def _rounded(side: float, rule: SizeRule) -> int:
    """Up to the next multiple, within the rule's limits."""
    up = math.ceil(side / rule.multiple - 1e-9) * rule.multiple
    most = rule.largest // rule.multiple * rule.multiple
    least = -(-rule.smallest // rule.multiple) * rule.multiple
    return max(least, min(most, up))


def _shaped(wanted: Bounds, target: Extent) -> Bounds:
    """Grow the context to the target's shape, about its centre."""
    across = wanted.width / target.width
    down = wanted.height / target.height
    if across <= 1 and down <= 1 and max(across, down) > 0.9:
        # Nearly there: take real pixels instead of scaling.
        return wanted.widened(target)
    step = max(across, down)
    return wanted.widened(Extent(round(target.width * step), round(target.height * step)))


def _shifted(start: int, length: int, canvas: int) -> int:
    if length >= canvas:
        return (canvas - length) // 2 if start < 0 or start + length > canvas else start
    return min(max(start, 0), canvas - length)
