"""Outpainting by a model that grows a whole picture by itself and sees no mask.

Some are told by how many pixels, some only in which direction; of those the answer's size says how
far they went.
"""

from __future__ import annotations

from .errors import InputError, OutputError
from .geometry import Bounds, CropPlan, Extent, Margins, SizeRule
from .request import PaintRequest

__all__ = ["grown_plan", "insist_on_growing", "margins_from", "scaled_sides", "sent_size"]

# How far an answer's side may be from the one it must have, for a model that rounds.
ROUNDING = 16


def insist_on_growing(request: PaintRequest, *, has_mask: bool) -> None:
    """Refuse to fill with a model that can only grow.

    Raises:
        InputError: there is a mask, or no side to grow by.
    """
    if has_mask or not request.is_outpaint:
        raise InputError(
            "This model grows pictures and can't fill a selection.",
            hint="Choose a model made for inpainting, or give sides to grow by.",
            field="version",
        )


def sent_size(original: Extent, rule: SizeRule) -> Extent:
    """The size a whole picture is sent at: its own, or the largest the model takes."""
    scale = min(1.0, rule.largest / max(original))
    width, height = (
        max(rule.multiple, round(side * scale / rule.multiple) * rule.multiple) for side in original
    )
    return Extent(width, height)


def scaled_sides(request: PaintRequest, margins: Margins, *, scale: float) -> PaintRequest:
    """The request with its sides in the pixels that are sent."""
    left, right, up, down = (round(side * scale) for side in margins)
    return request.changed(left=left, right=right, up=up, down=down, outpaint_direction=None)


def grown_plan(original: Bounds, canvas: Extent, *, scale: float) -> CropPlan:
    """The plan for an answer that is the whole grown canvas."""
    target = Extent(round(canvas.width * scale), round(canvas.height * scale))
    return CropPlan(canvas, original, Bounds(0, 0, *canvas), target)


def margins_from(answer: Extent, *, sent: Extent, original: Extent) -> Margins:
    """How far the model grew the picture, in the original's pixels, evenly on both sides.

    A side that did not grow tells at which scale the rest came back.

    Raises:
        OutputError: it did not grow, or not in a way that says where the original lies.
    """
    across, down = answer.width / sent.width, answer.height / sent.height
    scale = 1.0 if min(across, down) > 1 + ROUNDING / min(sent) else min(across, down)
    grown_width = round((answer.width / scale - sent.width) * original.width / sent.width)
    grown_height = round((answer.height / scale - sent.height) * original.height / sent.height)
    if max(grown_width, grown_height) <= ROUNDING:
        raise OutputError(
            f"The model answered with {answer} pixels to a picture of {sent}: it has not grown.",
            hint="Choose a direction, or a model made for inpainting.",
        )
    wide = grown_width if grown_width > ROUNDING else 0
    high = grown_height if grown_height > ROUNDING else 0
    return Margins(wide // 2, wide - wide // 2, high // 2, high - high // 2)
