"""A recipe's settings, to be filled in again."""

from __future__ import annotations

import dataclasses

from .vendor.overpaint_bridge.recipe import Recipe
from .vendor.overpaint_bridge.settings import SIDES, PanelSettings

__all__ = ["settings_of"]

PER_CENT = 100


def settings_of(recipe: Recipe, now: PanelSettings) -> PanelSettings:
    """What a recipe says, over what is filled in now."""
    asked = recipe.asked
    strength = asked.get("strength")
    expands = any(asked.get(side) for side in SIDES)
    said = {
        "mode": "expand" if expands else "fill",
        "prompt": recipe.prompt,
        "negative_prompt": asked.get("negative_prompt") or "",
        "seed": -1 if recipe.seed is None else recipe.seed,
        "steps": asked.get("num_inference_steps"),
        "guidance_scale": asked.get("guidance_scale"),
        "scheduler": asked.get("scheduler") or "",
        "num_outputs": asked.get("num_outputs", 1),
        "context": asked.get("context", "auto"),
        "feather": asked.get("feather"),
        "strength": None if strength is None else round(strength * PER_CENT),
        "endpoint": recipe.endpoint or now.endpoint,
        **{side: asked.get(side) or 0 for side in SIDES},
    }
    return PanelSettings.from_json(dataclasses.asdict(now) | said)
