"""Ideogram v2 and v3: BLACK is repainted and white kept, against everybody else."""

from __future__ import annotations

from overpaint.geometry import SizeRule

from .table import TableAdapter, Takes

__all__ = ["IDEOGRAM"]

# Its aspect ratio and resolution do not count while inpainting: the picture's own size does.
IDEOGRAM = TableAdapter(
    model="ideogram",
    takes={"prompt": Takes("prompt"), "seed": Takes("seed", 0, 2**31 - 1, whole=True)},
    rule=SizeRule(multiple=8, smallest=256, largest=1536, native=1024),
    invert_mask=True,
)
