"""The keyword arguments `inpaint` and `outpaint` take, for type checkers."""

from __future__ import annotations

from typing import Literal, TypedDict

from pydantic import JsonValue

__all__ = ["PaintFields"]


class PaintFields(TypedDict, total=False):
    """Every name `overpaint.request.PaintRequest` reads; see there for ranges."""

    version: str | None
    input: dict[str, JsonValue]
    prompt: str
    negative_prompt: str
    seed: int | None
    num_inference_steps: int | None
    steps: int | None
    guidance_scale: float | None
    cfg_scale: float | None
    guidance: float | None
    scheduler: str | None
    sampler_name: str | None
    strength: float | None
    denoising_strength: float | None
    prompt_strength: float | None
    num_outputs: int
    width: int | None
    height: int | None
    left: int
    right: int
    up: int
    down: int
    outpaint_direction: Literal["both", "only width", "only height"] | None
    outpaint_amount: int | None
    keep_original: bool
    overlay_original_img: bool
    context: int | Literal["auto", "whole"]
    feather: int | None
    grow: int | None
    prefill: Literal["original", "neutral"]
    invert_mask: bool
    extra: dict[str, JsonValue]
