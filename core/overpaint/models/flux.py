"""FLUX Fill, pro and dev: white is repainted, and the answer comes as PNG, without loss.

To expand, they are given a mask like any other model: their own `outpaint` modes grow by amounts
nobody can choose. Who wants one all the same gives it in `extra`.
"""

from __future__ import annotations

from overpaint.geometry import SizeRule

from .table import TableAdapter, Takes

__all__ = ["FILL_DEV", "FILL_PRO"]

FILL_PRO = TableAdapter(
    model="flux-fill-pro",
    takes={
        "prompt": Takes("prompt"),
        "seed": Takes("seed", whole=True),
        "num_inference_steps": Takes("steps", 1, 50, whole=True),
        # 2 to 5 in its first schema, 1.5 to 100 in later ones: the wider one, and the endpoint
        # says the rest.
        "guidance_scale": Takes("guidance", 1.5, 100),
    },
    rule=SizeRule(multiple=32, smallest=256, largest=1440, native=1024),
    always={"output_format": "png"},
)

FILL_DEV = TableAdapter(
    model="flux-fill-dev",
    takes={
        "prompt": Takes("prompt"),
        "seed": Takes("seed", whole=True),
        "num_outputs": Takes("num_outputs", 1, 4, whole=True),
        "num_inference_steps": Takes("num_inference_steps", 1, 50, whole=True),
        "guidance_scale": Takes("guidance", 0, 100),
    },
    # It cuts sides to multiples of 32 and scales down what is larger than 1440 × 1440.
    rule=SizeRule(multiple=32, smallest=256, largest=1440, native=1024),
    always={"output_format": "png", "megapixels": "match_input"},
)
