"""`overpaint/fill`: our own server's model, whatever engine stands behind it."""

from __future__ import annotations

from overpaint.geometry import Context, Extent, SizeRule
from overpaint.request import PaintRequest

from .base import Ask, ignored_by, without_none

__all__ = ["FillAdapter"]


class FillAdapter:
    """Native size, any shape; the answer meets the original at the mask's edge.

    The server says in its logs what its engine did not read, so only what the model has no input
    for is listed here.
    """

    rule = SizeRule()
    # The engine searches its surroundings for what to paint: as much again on each side as the
    # hole is wide, 64 to 512 px, gave the best fills for their cost (fills benchmark).
    context = Context(factor=1.0, least=64, most=512)
    blends = True
    grow = 0

    def ask(
        self,
        request: PaintRequest,
        *,
        version: str,
        image: str,
        mask: str,
        target: Extent,  # noqa: ARG002  the server keeps the picture's own size
    ) -> Ask:
        """Name the inputs of `overpaint/fill`; see `Adapter.ask`."""
        fields = {
            "image": image,
            "mask": mask,
            "prompt": request.prompt or None,
            "negative_prompt": request.negative_prompt or None,
            "seed": request.seed,
            "num_outputs": request.num_outputs,
        }
        reads = frozenset({"prompt", "negative_prompt", "seed", "num_outputs", "width", "height"})
        return Ask(version, without_none(fields, request.extra), ignored_by(request, reads))
