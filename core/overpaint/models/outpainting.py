"""Models that grow a whole picture by themselves: no mask, a direction or amounts."""

from __future__ import annotations

from overpaint.geometry import Context, SizeRule
from overpaint.request import SAMPLERS

from .table import TableAdapter, Takes

__all__ = ["REALISTIC"]

NOISE_SCHEDULES = (
    "Automatic",
    "Uniform",
    "Karras",
    "Exponential",
    "Polyexponential",
    "SGM Uniform",
    "KL Optimal",
    "Align Your Steps",
    "Simple",
    "Normal",
    "DDIM",
    "Beta",
)

# wolverinn/realisticoutpainter: the model whose inputs the API page lists as its body's fields.
# An A1111 stack: its `scheduler` is a noise schedule, its seed −1 is random. How far it grows is
# its own affair.
REALISTIC = TableAdapter(
    model="realisticoutpainter",
    takes={
        "prompt": Takes("prompt"),
        "negative_prompt": Takes("negative_prompt"),
        "seed": Takes("seed", -1, whole=True),
        "num_inference_steps": Takes("steps", 1, whole=True),
        "guidance_scale": Takes("cfg_scale", 1, whole=True),
        "strength": Takes("denoising_strength", 0, 1),
        "sampler_name": Takes("sampler_name", choices=SAMPLERS),
        "scheduler": Takes("scheduler", choices=NOISE_SCHEDULES),
        "outpaint_direction": Takes(
            "outpaint_direction", choices=("both", "only width", "only height")
        ),
        "keep_original": Takes("overlay_original_img"),
    },
    mask=None,
    rule=SizeRule(multiple=8, smallest=256, largest=1024, native=768),
    context=Context(whole=True),
    outpaints="direction",
    random_seed=-1,
)
