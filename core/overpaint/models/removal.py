"""Models that remove: they see the picture and the mask, and no prompt."""

from __future__ import annotations

from overpaint.geometry import Context, SizeRule

from .table import TableAdapter, Takes

__all__ = ["ERASER", "GENFILL", "LAMA"]

# allenhooo/lama and zylim0702/remove-object do not say which colour they remove; LaMa's own
# convention is white. It works at the picture's size, in cells of 8.
LAMA = TableAdapter(
    model="lama",
    takes={},
    rule=SizeRule(multiple=8, smallest=64, largest=2048),
    context=Context(factor=1.0, least=64, most=512),
)

# Bria's documentation: 255 is repainted, 0 kept; the answer has the picture's own resolution.
GENFILL = TableAdapter(
    model="bria/genfill",
    takes={
        "prompt": Takes("prompt"),
        "negative_prompt": Takes("negative_prompt"),
        "seed": Takes("seed", whole=True),
    },
    rule=SizeRule(multiple=8, smallest=256, largest=2048),
)
ERASER = TableAdapter(
    model="bria/eraser", takes={}, rule=SizeRule(multiple=8, smallest=256, largest=2048)
)
