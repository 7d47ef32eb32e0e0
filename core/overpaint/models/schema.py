"""An adapter for any model, made from the input schema it publishes.

The names it looks for are those that occur in the public models that have a mask. Which colour is
repainted is read from the mask's description; where that says nothing, it is white, as almost
everywhere.
"""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from overpaint.errors import ConfigurationError
from overpaint.geometry import SizeRule

from .table import TableAdapter, Takes

__all__ = ["adapter_from_schema", "repaints_black"]

logger = logging.getLogger(__name__)

IMAGES = ("image", "init_image", "input_image", "inpaint_input_image", "image_path", "img")
MASKS = ("mask", "mask_image", "mask_img", "inpaint_input_mask", "mask_path")
# By our name, what models call it; the first that a model has is taken.
NAMES: Mapping[str, tuple[str, ...]] = {
    "prompt": ("prompt",),
    "negative_prompt": ("negative_prompt",),
    "seed": ("seed", "image_seed"),
    "num_inference_steps": ("num_inference_steps", "steps", "num_steps", "ddim_steps"),
    "guidance_scale": ("guidance_scale", "guidance", "cfg_scale", "cfg"),
    "scheduler": ("scheduler",),
    "sampler_name": ("sampler_name", "sampler"),
    "strength": ("strength", "prompt_strength", "denoising_strength"),
    "num_outputs": ("num_outputs", "num_images", "image_number", "number_of_images"),
    "width": ("width",),
    "height": ("height",),
    "outpaint_direction": ("outpaint_direction",),
    "left": ("outpaint_left", "left"),
    "right": ("outpaint_right", "right"),
    "up": ("outpaint_up", "outpaint_top", "up", "top"),
    "down": ("outpaint_down", "outpaint_bottom", "down", "bottom"),
}
SIDES = ("left", "right", "up", "down")
GROWTH = (*SIDES, "outpaint_direction")
# Where a model takes any size, one that every diffusion model of today can hold.
UNSAID = SizeRule(multiple=8, smallest=256, largest=1536, native=1024)

COLORS = re.compile(r"\b(black|white)\b", re.IGNORECASE)
PAINTS = re.compile(
    r"inpaint|repaint|paint|fill|replac|edit|generat|remov|eras|chang|modif|regenerat",
    re.IGNORECASE,
)
KEEPS = re.compile(r"preserv|keep|kept|unchanged|remain|retain|protect|untouched", re.IGNORECASE)


def adapter_from_schema(schema: Mapping[str, Any], *, model: str) -> TableAdapter:
    """Make the adapter for a model from its OpenAPI document.

    Raises:
        ConfigurationError: it takes no picture, or neither a mask nor sides to grow by.
    """
    components = _mapping(_mapping(schema.get("components")).get("schemas"))
    definition = _mapping(components.get("Input"))
    inputs = {
        str(name): _resolved(_mapping(field), components)
        for name, field in _mapping(definition.get("properties")).items()
    }
    image, mask = _first(IMAGES, inputs), _first(MASKS, inputs)
    takes = {
        ours: _takes(name, inputs[name])
        for ours, names in NAMES.items()
        if (name := _first(names, inputs)) is not None
    }
    outpaints = _outpaints(takes) if mask is None else None
    if image is None or (mask is None and outpaints is None):
        missing = "picture" if image is None else "mask"
        raise ConfigurationError(
            f"{model} takes no {missing}: it can't fill a selection.",
            hint="Choose a model made for inpainting.",
        )
    if mask is not None:
        takes = {name: taken for name, taken in takes.items() if name not in GROWTH}
    black = mask is not None and repaints_black(str(inputs[mask].get("description", "")))
    if black:
        logger.warning("%s says it repaints black; the mask is turned round for it.", model)
    required = {str(name) for name in _items(definition.get("required"))}
    given = {image, mask} | {taken.name for taken in takes.values()}
    return TableAdapter(
        model=model,
        takes=takes,
        image=image,
        mask=mask,
        rule=_rule(inputs, takes),
        invert_mask=black,
        outpaints=outpaints,
        random_seed=_random_seed(inputs, takes),
        needs=frozenset(required - given) | _needed(takes, required),
    )


def _outpaints(takes: Mapping[str, Takes]) -> Literal["sides", "direction"] | None:
    """How a model without a mask is told to grow a picture."""
    if all(side in takes for side in SIDES):
        return "sides"
    return "direction" if "outpaint_direction" in takes else None


def repaints_black(description: str) -> bool:
    """Whether a mask's description says that black is what is painted.

    Each colour is judged by the words of its own clause; on a draw, white is.
    """
    votes = 0
    clauses = re.split(r"[.,;()\n]|\band\b|\bwhile\b|\bwhereas\b", description)
    for clause in clauses:
        colors = {color.casefold() for color in COLORS.findall(clause)}
        paints, keeps = bool(PAINTS.search(clause)), bool(KEEPS.search(clause))
        if len(colors) != 1 or paints == keeps:
            continue
        votes += 1 if (colors == {"black"}) == paints else -1
    return votes > 0


def _takes(name: str, field: Mapping[str, Any]) -> Takes:
    """One input's limits."""
    return Takes(
        name,
        _number(field.get("minimum")),
        _number(field.get("maximum")),
        tuple(str(choice) for choice in _items(field.get("enum"))),
        whole=field.get("type") == "integer",
    )


def _rule(inputs: Mapping[str, Mapping[str, Any]], takes: Mapping[str, Takes]) -> SizeRule:
    """The sizes its width and height allow."""
    if "width" not in takes or "height" not in takes:
        return UNSAID
    field = inputs[takes["width"].name]
    enum = [side for side in _items(field.get("enum")) if isinstance(side, int) and side > 0]
    if enum:
        native = field.get("default")
        return SizeRule(
            multiple=math.gcd(*enum),
            smallest=min(enum),
            largest=max(enum),
            native=native if isinstance(native, int) else None,
        )
    least, most = takes["width"].least, takes["width"].most
    return SizeRule(
        multiple=64,
        smallest=int(least or UNSAID.smallest),
        largest=int(most or UNSAID.largest),
        native=min(int(most or UNSAID.largest), 1024),
    )


def _random_seed(inputs: Mapping[str, Mapping[str, Any]], takes: Mapping[str, Takes]) -> int | None:
    """−1 where the model's own default says so; elsewhere the seed is left out."""
    if "seed" not in takes:
        return None
    return -1 if inputs[takes["seed"].name].get("default") == -1 else None


def _needed(takes: Mapping[str, Takes], required: Iterable[str]) -> frozenset[str]:
    """Required inputs that a request may leave out."""
    optional = set(takes) - {"prompt", "num_outputs", "width", "height", "left", "right"}
    return frozenset(takes[name].name for name in optional) & frozenset(required)


def _resolved(field: Mapping[str, Any], components: Mapping[str, Any]) -> Mapping[str, Any]:
    """The field with what it refers to (its enum, by `allOf` and `$ref`) laid in."""
    parts = [field, *_items(field.get("allOf"))]
    merged: dict[str, Any] = {}
    for part in parts:
        reference = str(_mapping(part).get("$ref", "")).rpartition("/")[2]
        merged = {**_mapping(components.get(reference)), **_mapping(part), **merged}
    return merged


def _first(names: Iterable[str], inputs: Mapping[str, object]) -> str | None:
    return next((name for name in names if name in inputs), None)


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _items(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
