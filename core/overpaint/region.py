"""The part of a canvas that one job needs, known before a pixel is read.

An editor hands over this part only; what becomes of it is bit for bit what would have become of
the whole picture.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from . import growing
from .errors import InputError
from .geometry import (
    Bounds,
    Context,
    CropPlan,
    Extent,
    Margins,
    expanded,
    margins_for_direction,
    plan_crop,
)
from .models import Adapter
from .request import PaintRequest

__all__ = ["OUTPAINT_OVERLAP", "Region", "kept_of", "margins_of", "plan_region"]

# Of the sides an outpainting grows by, where only a direction is given.
OUTPAINT_AMOUNT = 128
# An outpainting must see into the original this far for the model to meet it.
OUTPAINT_OVERLAP = 32
# The seam score looks this far past the mask's edge, further than a small context may reach.
SEAM_REACH = 5


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the canvas, and what is planned with it.

    Attributes:
        plan: what the model sees, on the canvas the result is laid on.
        bounds: the part of that canvas the job is computed on; all of it for a whole picture.
        original: where the picture lies on that canvas; all of it but for an outpainting.
    """

    plan: CropPlan
    bounds: Bounds
    original: Bounds

    @property
    def needed(self) -> Bounds:
        """The part of the picture itself that must be read."""
        x, y = self.original.x, self.original.y
        return self.bounds.intersection(self.original).moved(-x, -y)

    @property
    def picture(self) -> Bounds:
        """Where that part lies in the region."""
        return self.bounds.intersection(self.original).moved(-self.bounds.x, -self.bounds.y)

    @property
    def local_plan(self) -> CropPlan:
        """The plan in the region's own coordinates."""
        x, y = -self.bounds.x, -self.bounds.y
        plan = self.plan
        return CropPlan(
            self.bounds.extent, plan.hole.moved(x, y), plan.context.moved(x, y), plan.target
        )

    def whole(self) -> Region:
        """The same plan, computed on the whole canvas."""
        return replace(self, bounds=Bounds(0, 0, *self.plan.canvas))


def plan_region(
    request: PaintRequest, extent: Extent, hole: Bounds | None, *, adapter: Adapter
) -> Region:
    """Plan a job by sizes alone.

    Args:
        request: what the person asked for.
        extent: the picture's size.
        hole: the mask's bounds on it; None for an outpainting.
        adapter: of the model that is asked.

    Raises:
        InputError: nothing to paint, or a size that does not go.
    """
    everything = Bounds(0, 0, *extent)
    if adapter.outpaints:
        growing.insist_on_growing(request, has_mask=hole is not None)
        sent = growing.sent_size(extent, adapter.rule)
        return Region(CropPlan(extent, everything, everything, sent), everything, everything)
    canvas, original = extent, everything
    if request.is_outpaint:
        margins = margins_of(request)
        canvas, original = expanded(extent, margins)
        hole = _around(canvas, kept_of(request, original, margins))
    if hole is None or hole.is_empty:
        raise InputError(
            "The mask is empty: there is nothing to paint.",
            hint="White in the mask is painted, black is kept.",
            field="mask",
        )
    if not Bounds(0, 0, *canvas).contains(hole):
        raise InputError("The selection lies outside the picture.", field="mask")
    plan = plan_crop(
        canvas,
        hole,
        rule=adapter.rule,
        context=_context(request, adapter.context),
        width=request.width,
        height=request.height,
    )
    edge = hole.grown(SEAM_REACH).intersection(Bounds(0, 0, *canvas))
    return Region(plan, _union(plan.visible, edge), original)


def margins_of(request: PaintRequest) -> Margins:
    """The sides a picture grows by, as given or by direction.

    Raises:
        InputError: both are given.
    """
    sides = Margins(request.left, request.right, request.up, request.down)
    if request.outpaint_direction is None:
        return sides
    if any((sides.left, sides.right, sides.up, sides.down)):
        raise InputError(
            "Sides and outpaint_direction can't be given together.",
            hint="Give one of them.",
            field="outpaint_direction",
        )
    amount = request.outpaint_amount or OUTPAINT_AMOUNT
    return margins_for_direction(str(request.outpaint_direction), amount)


def kept_of(request: PaintRequest, original: Bounds, margins: Margins) -> Bounds:
    """The original less a strip along the sides that grow, where it may be painted over."""
    overlap = 0 if request.keep_original else OUTPAINT_OVERLAP
    left = overlap if margins.left else 0
    up = overlap if margins.up else 0
    right = overlap if margins.right else 0
    down = overlap if margins.down else 0
    return Bounds(
        original.x + left,
        original.y + up,
        max(0, original.width - left - right),
        max(0, original.height - up - down),
    )


def _context(request: PaintRequest, context: Context) -> Context:
    """The model's own need, unless the person says how much."""
    if request.context == "auto":
        return replace(context, least=max(context.least, OUTPAINT_OVERLAP))
    if request.context == "whole":
        return replace(context, whole=True)
    return replace(context, pixels=request.context)


def _around(canvas: Extent, kept: Bounds) -> Bounds:
    """The bounds of everything but a rectangle."""
    if kept.is_empty:
        return Bounds(0, 0, *canvas)
    wide = kept.x > 0 or kept.right < canvas.width
    high = kept.y > 0 or kept.bottom < canvas.height
    left = 0 if high or kept.x > 0 else kept.right
    up = 0 if wide or kept.y > 0 else kept.bottom
    right = canvas.width if high or kept.right < canvas.width else kept.x
    down = canvas.height if wide or kept.bottom < canvas.height else kept.y
    return Bounds(left, up, right - left, down - up)


def _union(one: Bounds, other: Bounds) -> Bounds:
    """The smallest rectangle round both."""
    x, y = min(one.x, other.x), min(one.y, other.y)
    return Bounds(x, y, max(one.right, other.right) - x, max(one.bottom, other.bottom) - y)
