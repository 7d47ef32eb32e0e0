"""The models this server publishes, and the schema each version validates against."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any, TypeAlias

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

__all__ = ["FILL", "PUBLISHED", "STABLE_DIFFUSION", "FillInput", "Published", "find"]

LARGEST_SEED = 2**32 - 1
URI: JsonDict = {"format": "uri"}


class FillInput(BaseModel):
    """`overpaint/fill`: native size, any shape."""

    model_config = ConfigDict(extra="allow", title="Input")

    image: str = Field(
        description="The picture: a data URI, an uploaded file or a URL.", json_schema_extra=URI
    )
    mask: str = Field(
        description="As large as the picture; anything above black is painted.",
        json_schema_extra=URI,
    )
    prompt: str = Field("", description="What should be there; read by engines that can.")
    negative_prompt: str | None = Field(None, description="What should not be there.")
    seed: int | None = Field(None, ge=0, le=LARGEST_SEED, description="Random if left out.")
    num_outputs: int = Field(1, ge=1, le=8, description="Different results; seed, seed + 1, …")


class Scheduler(StrEnum):
    """The published names."""

    DDIM = "DDIM"
    K_EULER = "K_EULER"
    DPM = "DPMSolverMultistep"
    K_EULER_ANCESTRAL = "K_EULER_ANCESTRAL"
    PNDM = "PNDM"
    KLMS = "KLMS"


class Side(IntEnum):
    """The published sides, in pixels."""

    PX64 = 64
    PX128 = 128
    PX192 = 192
    PX256 = 256
    PX320 = 320
    PX384 = 384
    PX448 = 448
    PX512 = 512
    PX576 = 576
    PX640 = 640
    PX704 = 704
    PX768 = 768
    PX832 = 832
    PX896 = 896
    PX960 = 960
    PX1024 = 1024


class StableDiffusionInput(BaseModel):
    """`stability-ai/stable-diffusion-inpainting`, version 95b72231…68b3 of 2024-02-14."""

    model_config = ConfigDict(extra="allow", title="Input")

    prompt: str = Field("a vision of paradise. unreal engine", description="Input prompt")
    image: str = Field(description="Resized to width × height.", json_schema_extra=URI)
    mask: str = Field(description="White is repainted, black is kept.", json_schema_extra=URI)
    height: Side = Field(Side(512), description="Height in pixels")
    width: Side = Field(Side(512), description="Width in pixels")
    negative_prompt: str | None = Field(None, description="What should not be there")
    num_outputs: int = Field(1, ge=1, le=4, description="Number of images")
    num_inference_steps: int = Field(50, ge=1, le=500, description="Number of denoising steps")
    guidance_scale: float = Field(7.5, ge=1, le=20, description="Classifier-free guidance")
    scheduler: Scheduler = Field(Scheduler.DPM, description="Choose a scheduler")
    seed: int | None = Field(None, description="Random if left out")
    disable_safety_checker: bool = Field(default=False, description="For the API only")


Inputs: TypeAlias = FillInput | StableDiffusionInput


@dataclass(frozen=True, slots=True)
class Published:
    """One version of one model.

    Attributes:
        model: `owner/name`.
        version: 64 hexadecimal digits.
        input: what its input is validated with.
        created_at: RFC 3339.
        description: a sentence.
    """

    model: str
    version: str
    input: type[FillInput] | type[StableDiffusionInput]
    created_at: str
    description: str

    def openapi(self) -> dict[str, Any]:
        """The schema as the real API publishes one: `components.schemas.Input` and `.Output`."""
        schema = self.input.model_json_schema(ref_template="#/components/schemas/{model}")
        definitions = schema.pop("$defs", {})
        for order, field in enumerate(schema["properties"].values()):
            field["x-order"] = order
        output = {"type": "array", "items": {"type": "string", "format": "uri"}, "title": "Output"}
        return {
            "openapi": "3.0.2",
            "info": {"title": "Cog", "version": "0.1.0"},
            "paths": {},
            "components": {"schemas": {**definitions, "Input": schema, "Output": output}},
        }


FILL = Published(
    "overpaint/fill",
    # A name and no digest computed here: that would change with the library that writes the schema.
    # A new one is due where the inputs change.
    "21e5235685a228bd85f00637a619cb6cd2fd9ce0c1e9f2abf2f52bec59edb22e",
    FillInput,
    "2026-11-23T00:00:00.000000Z",
    "Fills the mask with this server's own engine.",
)
STABLE_DIFFUSION = Published(
    "stability-ai/stable-diffusion-inpainting",
    "95b7223104132402a9ae91cc677285bc5eb997834bd2349fa486f53910fd68b3",
    StableDiffusionInput,
    "2024-02-14T00:00:00.000000Z",
    "Takes what that version takes; this server's own engine paints.",
)
PUBLISHED = (FILL, STABLE_DIFFUSION)


def find(version: str) -> Published | None:
    """Look up `owner/name`, `owner/name:hash` or a bare hash."""
    name, _, digest = version.partition(":")
    for published in PUBLISHED:
        if name == published.model and digest in ("", published.version):
            return published
        if not digest and name == published.version:
            return published
    return None
