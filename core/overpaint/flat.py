"""The API page's flat body fields: what they mean inside `input`, and the other way round.

The page lists eleven of them beside `version` and `input`, all as required. The API itself refuses
unknown top-level fields, so they go into `input` by the names the model has for them; a gateway
that insists on them (`Endpoint.flat_fields`) is sent them as well.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from .models import adapter_for, is_known
from .models.table import TableAdapter
from .request import PaintRequest

__all__ = ["FLAT_FIELDS", "folded", "unfolded"]

logger = logging.getLogger(__name__)

# By the page's name, the request's.
FLAT_FIELDS: Mapping[str, str] = {
    "seed": "seed",
    "image": "image",
    "steps": "num_inference_steps",
    "prompt": "prompt",
    "cfg_scale": "guidance_scale",
    "scheduler": "scheduler",
    "sampler_name": "sampler_name",
    "negative_prompt": "negative_prompt",
    "denoising_strength": "strength",
    "outpaint_direction": "outpaint_direction",
    "overlay_original_img": "keep_original",
}
# Sent to a gateway that insists on what nobody gave: realisticoutpainter's own defaults, since it
# is that model's fields the page lists.
DEFAULTS: Mapping[str, Any] = {
    "seed": -1,
    "image": "",
    "steps": 20,
    "prompt": "",
    "cfg_scale": 7,
    "scheduler": "Karras",
    "sampler_name": "DPM++ 2M SDE",
    "negative_prompt": "",
    "denoising_strength": 0.75,
    "outpaint_direction": "only width",
    "overlay_original_img": False,
}


def folded(
    input: Mapping[str, Any], fields: Mapping[str, Any], *, version: str | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Move the page's flat fields into the input.

    What `input` already names is kept, as the API would read it. What the model does not read is
    left out, and the log says so.

    Args:
        input: the model's input.
        fields: top-level fields, flat ones among them.
        version: of the model; where none of ours knows it, names go in as they are.

    Returns:
        The input, and the top-level fields that remain.

    Raises:
        InputError: a value that the setting can't have.
    """
    rest = {name: value for name, value in fields.items() if name not in FLAT_FIELDS}
    flat = {name: value for name, value in fields.items() if name in FLAT_FIELDS}
    if not flat:
        return dict(input), rest
    adapter = adapter_for(version) if version and is_known(version) else None
    if not isinstance(adapter, TableAdapter):
        return flat | dict(input), rest
    request = PaintRequest.read(flat)
    moved: dict[str, Any] = {}
    for name, value in flat.items():
        ours = FLAT_FIELDS[name]
        if ours == "image":
            moved[adapter.image] = value
        elif ours not in adapter.takes:
            logger.info("%s does not read %s; it was left out.", adapter.model, name)
        else:
            taken, read = adapter.takes[ours], getattr(request, ours)
            read = adapter.random_seed if ours == "seed" and read is None else read
            if read is not None and taken.name not in input:
                moved[taken.name] = taken.check(read, field=name, model=adapter.model)
    return moved | dict(input), rest


def unfolded(input: Mapping[str, Any]) -> dict[str, Any]:
    """The page's flat fields for a gateway that insists, read from the input."""
    flat = dict(DEFAULTS)
    for name in FLAT_FIELDS:
        for other in (name, *_aliases(name)):
            if input.get(other) is not None:
                flat[name] = input[other]
    for whole in ("steps", "cfg_scale"):
        if isinstance(flat[whole], float):
            flat[whole] = round(flat[whole])
    return flat


def _aliases(name: str) -> tuple[str, ...]:
    """Other names models have for one of the page's fields."""
    return {
        "steps": ("num_inference_steps",),
        "cfg_scale": ("guidance_scale", "guidance"),
        "denoising_strength": ("strength", "prompt_strength"),
    }.get(name, ())
