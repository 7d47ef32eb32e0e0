"""`overpaint/fill`: our own server's model, whatever engine stands behind it.

Native size, any shape; the answer meets the original at the mask's edge. The server says in its
logs what its engine did not read, so only what the model has no input for is listed as ignored.
"""

from __future__ import annotations

from dataclasses import replace

from overpaint.geometry import Context

from .table import TableAdapter, Takes

__all__ = ["COPYING_FILL", "FILL"]

FILL = TableAdapter(
    model="overpaint/fill",
    takes={
        "prompt": Takes("prompt"),
        "negative_prompt": Takes("negative_prompt"),
        "seed": Takes("seed"),
        "num_outputs": Takes("num_outputs", 1, 8, whole=True),
    },
    # The engine searches its surroundings for what to paint: as much again on each side as the
    # hole is wide, 64 to 512 px, gave the best fills for their cost (fills benchmark).
    context=Context(factor=1.0, least=64, most=512),
    blends=True,
    grow=0,
    blank_prompt=False,
)

# The same with the engine that needs no model behind it.
COPYING_FILL = replace(FILL, invents=False)
