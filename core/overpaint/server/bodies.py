"""A create request's body, as the real API takes it, with the API page's flat fields beside."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import from_json

__all__ = ["FLAT", "CreateBody", "ModelBody", "read_json"]

# The page's flat fields, and what this server's models call them.
FLAT = {
    "seed": "seed",
    "image": "image",
    "steps": "num_inference_steps",
    "prompt": "prompt",
    "cfg_scale": "guidance_scale",
    "scheduler": "scheduler",
    "sampler_name": "sampler_name",
    "negative_prompt": "negative_prompt",
    "denoising_strength": "denoising_strength",
    "outpaint_direction": "outpaint_direction",
    "overlay_original_img": "overlay_original_img",
}
Event = Literal["start", "output", "logs", "completed"]


class ModelBody(BaseModel):
    """Where the address names the model."""

    model_config = ConfigDict(extra="forbid", strict=True, title="Create")

    version: Annotated[str | None, Field(description="Read where the address names no model")] = (
        None
    )
    input: dict[str, Any] = Field(description="The version's own inputs; its schema names them")
    webhook: Annotated[
        str | None,
        Field(description="Told of its events; an HTTPS URL", pattern="^(https?://.*)?$"),
    ] = None
    webhook_events_filter: list[Event] | None = None
    stream: Annotated[bool | None, Field(description="Taken, and not read")] = None
    seed: int | None = None
    image: str | None = None
    steps: int | None = None
    prompt: str | None = None
    cfg_scale: float | None = None
    scheduler: str | None = None
    sampler_name: str | None = None
    negative_prompt: str | None = None
    denoising_strength: float | None = None
    outpaint_direction: str | None = None
    overlay_original_img: bool | None = None

    @property
    def flat(self) -> dict[str, Any]:
        """The flat fields that were given, under the models' names."""
        return {
            name: getattr(self, given)
            for given, name in FLAT.items()
            if getattr(self, given) is not None
        }


class CreateBody(ModelBody):
    """Where it does not."""

    version: str = Field(description="owner/name, owner/name:hash or a bare hash", min_length=1)


def read_json(content: bytes | str) -> Any:  # noqa: ANN401  any JSON may come
    """Read what can also be written again: whatever a caller sends is shown to others later.

    The standard library's reader keeps the interpreter's lock, in any thread: two pictures of 32 MB
    would hold the event loop up for a tenth of a second. This one takes a fraction of that.

    Raises:
        ValueError: it is not JSON, nested beyond reason, or holds half a character or a number
            that no float holds.
    """
    # A form may name a charset that can say half a character: no UTF-8, so a ValueError here.
    content = content.encode() if isinstance(content, str) else content
    read = from_json(content, allow_inf_nan=False, cache_strings="none")
    _insist_on_finite(read)
    return read


def _insist_on_finite(value: object) -> None:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            _insist_on_finite(inner)
    elif isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a number is out of range")
