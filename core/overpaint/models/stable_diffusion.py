"""Stable Diffusion's inpainting models, exactly as their published schemas have them.

White is repainted by all of them. A mask a cell larger than the person's gives the model room to
meet the original.
"""

from __future__ import annotations

from overpaint.geometry import Extent, SizeRule

from .table import TableAdapter, Takes

__all__ = ["INPAINTING", "INPAINTING_BY_SIZE", "SDXL", "SDXL_INPAINTING", "VERSION"]

# The version the API page's example asks for (2024-02-14).
VERSION = "95b7223104132402a9ae91cc677285bc5eb997834bd2349fa486f53910fd68b3"
SCHEDULERS = ("DDIM", "K_EULER", "DPMSolverMultistep", "K_EULER_ANCESTRAL", "PNDM", "KLMS")
XL_SCHEDULERS = (
    "DDIM",
    "DPMSolverMultistep",
    "HeunDiscrete",
    "KarrasDPM",
    "K_EULER_ANCESTRAL",
    "K_EULER",
    "PNDM",
)

# stability-ai/stable-diffusion-inpainting squeezes the picture to width × height, so both are
# always sent. Its SD 1.x and 2.1 siblings refuse more than 1024 × 768 pixels; whether this one
# does is not on record, so the plan stays below. Its own default prompt is “a vision of paradise”:
# an empty one is sent as it is, so that it means the surroundings.
INPAINTING = TableAdapter(
    model="stable-diffusion-inpainting",
    takes={
        "prompt": Takes("prompt"),
        "negative_prompt": Takes("negative_prompt"),
        "width": Takes("width", 64, 1024, whole=True),
        "height": Takes("height", 64, 1024, whole=True),
        "seed": Takes("seed", whole=True),
        "num_outputs": Takes("num_outputs", 1, 4, whole=True),
        "num_inference_steps": Takes("num_inference_steps", 1, 500, whole=True),
        "guidance_scale": Takes("guidance_scale", 1, 20),
        "scheduler": Takes("scheduler", choices=SCHEDULERS),
    },
    rule=SizeRule(multiple=64, smallest=64, largest=1024, largest_area=1024 * 768, native=512),
)

# andreasjansson/stable-diffusion-inpainting keeps the size and cuts it to multiples of 8. It can
# turn the mask round itself; ours is never sent to it the wrong way.
INPAINTING_BY_SIZE = TableAdapter(
    model="andreasjansson/stable-diffusion-inpainting",
    takes={
        name: INPAINTING.takes[name]
        for name in (
            "prompt",
            "negative_prompt",
            "seed",
            "num_outputs",
            "num_inference_steps",
            "guidance_scale",
        )
    },
    rule=SizeRule(multiple=8, smallest=64, largest=1024, largest_area=1024 * 768, native=512),
)

# lucataco/sdxl-inpainting does not say which colour it repaints; the pipeline it wraps, diffusers',
# repaints white.
SDXL_INPAINTING = TableAdapter(
    model="lucataco/sdxl-inpainting",
    takes={
        "prompt": Takes("prompt"),
        "negative_prompt": Takes("negative_prompt"),
        "seed": Takes("seed", whole=True),
        "num_outputs": Takes("num_outputs", 1, 4, whole=True),
        "num_inference_steps": Takes("steps", 1, 80, whole=True),
        "guidance_scale": Takes("guidance_scale", 0, 10),
        "strength": Takes("strength", 0.01, 1),
        "scheduler": Takes("scheduler", choices=XL_SCHEDULERS),
    },
    rule=SizeRule(multiple=8, smallest=512, largest=1536, largest_area=1024 * 1536, native=1024),
)

# stability-ai/sdxl paints a whole 1024 × 1024 picture anew where the mask is white.
SDXL = TableAdapter(
    model="stability-ai/sdxl",
    takes={
        "prompt": Takes("prompt"),
        "negative_prompt": Takes("negative_prompt"),
        "width": Takes("width", whole=True),
        "height": Takes("height", whole=True),
        "seed": Takes("seed", whole=True),
        "num_outputs": Takes("num_outputs", 1, 4, whole=True),
        "num_inference_steps": Takes("num_inference_steps", 1, 500, whole=True),
        "guidance_scale": Takes("guidance_scale", 1, 50),
        "strength": Takes("prompt_strength", 0, 1),
        "scheduler": Takes("scheduler", choices=XL_SCHEDULERS),
    },
    rule=SizeRule(fixed=Extent(1024, 1024)),
    # The answer is composited here; a mark in it would be painted into the picture.
    always={"apply_watermark": False},
)
