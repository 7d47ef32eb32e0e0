"""`overpaint expand`: grow the canvas and paint what is new."""

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
    Image,
    LayerPath,
    Negative,
    Number,
    Out,
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
    read_request,
)
from .painting import paint, source, wanted_files
from .report import Report

__all__ = ["expand"]

Side = Annotated[str | None, typer.Option(metavar="PIXELS", help="Pixels to add on this side.")]
Direction = Annotated[
    str | None,
    typer.Option(metavar="KIND", help="Instead of sides: both, only width or only height."),
]
Amount = Annotated[
    str | None, typer.Option(metavar="PIXELS", help="With --direction, on each side; 128.")
]
Blend = Annotated[
    bool, typer.Option("--blend", help="Let the seam reach into the original, 32 pixels deep.")
]


def expand(
    output: Out,
    image: Image = None,
    left: Side = None,
    right: Side = None,
    up: Side = None,
    down: Side = None,
    direction: Direction = None,
    amount: Amount = None,
    blend: Blend = False,
    prompt: Prompt = None,
    negative_prompt: Negative = None,
    layer: LayerPath = None,
    version: Version = None,
    endpoint: EndpointOption = None,
    seed: Seed = None,
    steps: Steps = None,
    guidance_scale: Cfg = None,
    scheduler: Scheduler = None,
    sampler: Sampler = None,
    strength: Strength = None,
    num_outputs: Number = None,
    context: ContextOption = None,
    feather: Feather = None,
    settings: Setting = None,
    request_file: RequestFile = None,
    force: Force = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Grow the canvas and paint what is new; the original's pixels stay as they are.

    Example: overpaint expand photo.png --left 128 --right 128 -o wide.png
    """
    request = read_request(
        request_file,
        settings,
        version=version,
        prompt=prompt,
        negative_prompt=negative_prompt,
        left=left,
        right=right,
        up=up,
        down=down,
        outpaint_direction=direction,
        outpaint_amount=amount,
        keep_original=False if blend else None,
        seed=seed,
        num_inference_steps=steps,
        guidance_scale=guidance_scale,
        scheduler=scheduler,
        sampler_name=sampler,
        strength=strength,
        num_outputs=num_outputs,
        context=context,
        feather=feather,
    )
    if not request.is_outpaint:
        raise InputError(
            "No side to grow by was given.",
            hint="Give --left, --right, --up or --down in pixels, or --direction.",
            field="left",
        )
    picture = source("image", image, request.image)
    wanted = wanted_files(output, layer, number=request.num_outputs, force=force, inputs=(picture,))
    paint(
        request,
        picture,
        None,
        wanted=wanted,
        endpoint=endpoint_named(endpoint),
        report=Report(as_json, quiet),
    )
