"""`overpaint fill`: paint what a mask covers."""

from __future__ import annotations

from typing import Annotated

import typer

from overpaint.errors import InputError
from overpaint.settings import endpoint_named

from .options import (
    AsJson,
    Cfg,
    ContextOption,
    EndpointOption,
    Feather,
    Force,
    Grow,
    Height,
    Image,
    LayerPath,
    Negative,
    Number,
    Out,
    Prefilled,
    Prompt,
    Quiet,
    RequestFile,
    Sampler,
    Scheduler,
    Seed,
    Setting,
    Steps,
    Strength,
    Version,
    Width,
    read_request,
)
from .painting import paint, source, wanted_files
from .report import Report

__all__ = ["fill"]

Mask = Annotated[
    str | None,
    typer.Argument(metavar="MASK", help="As large; white is painted.", show_default=False),
]
Inverted = Annotated[
    bool, typer.Option("--invert-mask", help="Black in the mask is painted, white is kept.")
]


def fill(
    output: Out,
    image: Image = None,
    mask: Mask = None,
    prompt: Prompt = None,
    negative_prompt: Negative = None,
    layer: LayerPath = None,
    invert_mask: Inverted = False,
    version: Version = None,
    endpoint: EndpointOption = None,
    seed: Seed = None,
    steps: Steps = None,
    guidance_scale: Cfg = None,
    scheduler: Scheduler = None,
    sampler: Sampler = None,
    strength: Strength = None,
    num_outputs: Number = None,
    width: Width = None,
    height: Height = None,
    context: ContextOption = None,
    feather: Feather = None,
    grow: Grow = None,
    prefill: Prefilled = None,
    settings: Setting = None,
    request_file: RequestFile = None,
    force: Force = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Paint what a mask covers; nothing else in the picture changes.

    Example: overpaint fill photo.png mask.png -o out.png --prompt "a wooden bench"
    """
    request = read_request(
        request_file,
        settings,
        version=version,
        prompt=prompt,
        negative_prompt=negative_prompt,
        invert_mask=invert_mask or None,
        seed=seed,
        num_inference_steps=steps,
        guidance_scale=guidance_scale,
        scheduler=scheduler,
        sampler_name=sampler,
        strength=strength,
        num_outputs=num_outputs,
        width=width,
        height=height,
        context=context,
        feather=feather,
        grow=grow,
        prefill=prefill,
    )
    if request.is_outpaint:
        raise InputError(
            "The request grows the canvas; `fill` paints under a mask.",
            hint="Use `overpaint expand`.",
            field="outpaint_direction",
        )
    picture, hole = source("image", image, request.image), source("mask", mask, request.mask)
    wanted = wanted_files(
        output, layer, number=request.num_outputs, force=force, inputs=(picture, hole)
    )
    paint(
        request,
        picture,
        hole,
        wanted=wanted,
        endpoint=endpoint_named(endpoint),
        report=Report(as_json, quiet),
    )
