"""What a person asks for: one request, whatever a model calls its parts.

Every body field of the prediction API's page is accepted by its own name: version, input, seed,
image, steps, prompt, cfg_scale, scheduler, sampler_name, negative_prompt, denoising_strength,
outpaint_direction, overlay_original_img. So are diffusers' names for the same things.
"""

from __future__ import annotations

import difflib
import json
import reprlib
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
    field_validator,
)

from .errors import InputError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

__all__ = [
    "SAMPLERS",
    "OutpaintDirection",
    "PaintRequest",
    "Prefill",
    "field_of",
    "insist_on_json",
]

# Every scheduler name a published inpainting schema lists: diffusers' short names, then the noise
# schedules of the A1111 stack behind realisticoutpainter. A model's own list is its adapter's.
SCHEDULERS = (
    "DDIM",
    "DPMSolverMultistep",
    "HeunDiscrete",
    "K_EULER",
    "K_EULER_ANCESTRAL",
    "KLMS",
    "KarrasDPM",
    "LCM",
    "PNDM",
    "UniPC",
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
    "Beta",
)
# As realisticoutpainter lists them.
SAMPLERS = (
    "DPM++ 2M",
    "DPM++ SDE",
    "DPM++ 2M SDE",
    "DPM++ 2M SDE Heun",
    "DPM++ 2S a",
    "DPM++ 3M SDE",
    "Euler a",
    "Euler",
    "LMS",
    "Heun",
    "DPM2",
    "DPM2 a",
    "DPM fast",
    "DPM adaptive",
    "Restart",
)

LONGEST_QUOTED = 80
# What a value must be, by the kind of pydantic's complaint; its own words are a programmer's.
WORDS = {
    "greater_than_equal": "it must be at least {ge}",
    "less_than_equal": "it must be at most {le}",
    **dict.fromkeys(
        ("int_parsing", "int_type", "int_from_float", "int_parsing_size"),
        "it must be a whole number",
    ),
    **dict.fromkeys(("float_parsing", "float_type", "finite_number"), "it must be a number"),
    **dict.fromkeys(("bool_parsing", "bool_type"), "it must be true or false"),
    **dict.fromkeys(("enum", "literal_error"), "it must be {expected}"),
    "string_type": "it must be text",
    "dict_type": "it must be an object of named values",
    "string_unicode": "it holds half a character",
    "invalid-json-value": "JSON can't say it",
}
# Fields that may be one of several kinds: pydantic complains of each.
SEVERAL = {"context": "a number of pixels up to 16384, “auto” or “whole”"}

LARGEST_SEED = 2**32 - 1
# No published model paints anything on a smaller side.
SMALLEST_SENT = 64


class OutpaintDirection(StrEnum):
    """Which sides grow, in realisticoutpainter's words."""

    BOTH = "both"
    ONLY_WIDTH = "only width"
    ONLY_HEIGHT = "only height"


class Prefill(StrEnum):
    """What the model finds under the mask before it paints."""

    ORIGINAL = "original"
    NEUTRAL = "neutral"


def _blank_is_none(value: object) -> object:
    """Read "" as not given, as dialogs and CSV files send it."""
    return None if value == "" else value


def _random_is_none(value: object) -> object:
    """Read −1 and blank as random, as every dialog of the field does."""
    return None if value in (-1, "-1", "") else value


Seed = Annotated[int, Field(ge=0, le=LARGEST_SEED)]


class PaintRequest(BaseModel):
    """One request to paint, validated; absent parts are left to the model's own defaults.

    Attributes:
        version: `owner/name`, `owner/name:hash` or a bare hash; None = the endpoint's own.
        prompt: what should be there; empty = fill from the surroundings.
        negative_prompt: what should not be there.
        seed: 0 to 2**32 − 1; None (also −1 or blank) = random.
        num_inference_steps: 1 to 500.
        guidance_scale: 0 to 100; the model's adapter knows the narrower range.
        scheduler, sampler_name: a published name.
        strength: 0 to 1; how far the model may leave what is there.
        num_outputs: 1 to 8 different results.
        width, height: pixels sent to the model, 64 to 16384; None = what the crop plan finds best.
        left, right, up, down: pixels by which the canvas grows.
        outpaint_direction: which sides grow, by `outpaint_amount` pixels each.
        keep_original: False lets an outpainting blend into the original near the seam.
        context: pixels seen round the mask, "auto", or "whole" for the whole canvas.
        feather: pixels over which the edge fades, inward; None = by the mask's size.
        grow: pixels by which the model's mask (not the person's) is larger; None = a few.
        prefill: what the model finds under the mask.
        invert_mask: True reads the mask as black = paint here.
        image, mask: a path or URL, for requests that come as JSON.
        extra: passed into the model's `input` as it is.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, str_max_length=20_000_000
    )

    version: Annotated[str | None, BeforeValidator(_blank_is_none)] = None
    prompt: str = ""
    negative_prompt: str = ""
    seed: Annotated[Seed | None, BeforeValidator(_random_is_none)] = None
    num_inference_steps: int | None = Field(
        None, ge=1, le=500, validation_alias=AliasChoices("num_inference_steps", "steps")
    )
    guidance_scale: float | None = Field(
        None, ge=0, le=100, validation_alias=AliasChoices("guidance_scale", "cfg_scale", "guidance")
    )
    scheduler: Annotated[str | None, BeforeValidator(_blank_is_none)] = None
    sampler_name: Annotated[str | None, BeforeValidator(_blank_is_none)] = None
    strength: float | None = Field(
        None,
        ge=0,
        le=1,
        validation_alias=AliasChoices("strength", "denoising_strength", "prompt_strength"),
    )
    num_outputs: int = Field(1, ge=1, le=8)
    width: int | None = Field(None, ge=SMALLEST_SENT, le=16384)
    height: int | None = Field(None, ge=SMALLEST_SENT, le=16384)
    left: int = Field(0, ge=0, le=16384)
    right: int = Field(0, ge=0, le=16384)
    up: int = Field(0, ge=0, le=16384)
    down: int = Field(0, ge=0, le=16384)
    outpaint_direction: Annotated[OutpaintDirection | None, BeforeValidator(_blank_is_none)] = None
    outpaint_amount: int | None = Field(None, ge=1, le=16384)
    keep_original: bool = Field(
        default=True, validation_alias=AliasChoices("keep_original", "overlay_original_img")
    )
    context: Annotated[int, Field(ge=0, le=16384)] | Literal["auto", "whole"] = "auto"
    feather: int | None = Field(None, ge=0, le=512)
    grow: int | None = Field(None, ge=0, le=512)
    prefill: Prefill = Prefill.ORIGINAL
    invert_mask: bool = False
    image: str | None = None
    mask: str | None = None
    extra: dict[str, JsonValue] = Field(default_factory=dict)

    @field_validator("scheduler")
    @classmethod
    def _known_scheduler(cls, value: str | None) -> str | None:
        return _known(value, SCHEDULERS, "scheduler")

    @field_validator("sampler_name")
    @classmethod
    def _known_sampler(cls, value: str | None) -> str | None:
        return _known(value, SAMPLERS, "sampler")

    @field_validator("extra")
    @classmethod
    def _sendable(cls, value: dict[str, JsonValue]) -> dict[str, JsonValue]:
        insist_on_json(value)
        return value

    @property
    def is_outpaint(self) -> bool:
        """True when the canvas is to grow."""
        return self.outpaint_direction is not None or any(
            (self.left, self.right, self.up, self.down)
        )

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Self:
        """Validate a body as a person, a script or an editor gives it.

        A nested `input` (the API's own form) is read as if its fields stood at top level; where
        both name a field, `input` wins, since that is the one the API would read.

        Raises:
            InputError: a name or value that is not taken; nothing has been sent.
        """
        flat = {name: value for name, value in body.items() if name != "input"}
        inner = body.get("input")
        if inner is not None and not isinstance(inner, Mapping):
            raise InputError("`input` must be an object of named fields.", field="input")
        flat = _one_name_each(flat) | _one_name_each(inner or {})
        try:
            return cls.model_validate(flat)
        except ValidationError as error:
            raise _refusal(error, {**body, **(inner or {})}) from error

    def changed(self, **fields: Any) -> Self:  # noqa: ANN401  the fields' own types are checked by `read`
        """Return the same request with some fields changed, validated anew.

        Raises:
            InputError: as `read`.
        """
        return self.read(self.model_dump(exclude_unset=True) | _one_name_each(fields))


def insist_on_json(fields: Mapping[str, Any]) -> None:
    """Refuse a value that can't be said in JSON, before anything is written down or sent.

    Raises:
        InputError: NaN, bytes, a set, half a character, …; the field is named.
    """
    for name, value in fields.items():
        if isinstance(value, str) and value.isascii():
            continue  # a picture, mostly: not worth going through
        try:
            json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
        except (TypeError, ValueError, RecursionError) as error:
            raise InputError(
                f"`{name}` can't be sent: JSON can't say {reprlib.repr(value):.60}.",
                hint="Give text, a finite number, true, false, or lists and objects of such.",
                field=name,
            ) from error


def field_of(name: str) -> str:
    """The field that a name stands for; the name itself where it stands for none."""
    return _names().get(name, name)


def _names() -> dict[str, str]:
    """Every accepted name, and the field it stands for."""
    names = {name: name for name in PaintRequest.model_fields}
    for name, field in PaintRequest.model_fields.items():
        if isinstance(field.validation_alias, AliasChoices):
            names |= {str(alias): name for alias in field.validation_alias.choices}
    return names


def _one_name_each(body: Mapping[str, Any]) -> dict[str, Any]:
    """Bring aliases to their field's own name, so that none hides another.

    Raises:
        InputError: two names of one field with different values.
    """
    names = _names()
    flat: dict[str, Any] = {}
    given: dict[str, str] = {}
    for name, value in body.items():
        field = names.get(name, name)
        if field in flat and flat[field] != value:
            raise InputError(
                f"`{name}` and `{given[field]}` are two names of one setting, with two values.",
                hint="Give one of them.",
                field=name,
            )
        flat[field] = value
        given[field] = name
    return flat


def _known(value: str | None, names: tuple[str, ...], kind: str) -> str | None:
    """Accept a listed name in any case, as the list spells it."""
    if value is None:
        return None
    for name in names:
        if name.casefold() == value.casefold():
            return name
    raise ValueError(f"there is no such {kind}; {_nearest(value, names)}")


def _nearest(word: str, words: tuple[str, ...]) -> str:
    """Suggest the nearest name, or list them all."""
    spelled = {name.casefold(): name for name in words}
    asked = word.casefold()
    # Half a name is nearer to the whole one than its letters are: `cfg`, `K_EULER_A`.
    begun = [name for name in spelled if asked and name.startswith(asked)]
    if len(begun) == 1:
        return f"did you mean “{spelled[begun[0]]}”?"
    close = difflib.get_close_matches(asked, spelled, n=1, cutoff=0.6)
    if close:
        return f"did you mean “{spelled[close[0]]}”?"
    return "one of " + ", ".join(words) + "."


def _refusal(error: ValidationError, given: Mapping[str, Any]) -> InputError:
    """Say the first thing wrong in one sentence, the field called as it was given."""
    first = error.errors(include_url=False)[0]
    place = first["loc"]
    # What goes into `extra` is the model's own; its name says more.
    inner = len(place) > 1 and place[0] == "extra"
    field = str(place[1 if inner else 0]) if place else "request"
    if first["type"] == "extra_forbidden":
        return InputError(
            f"There is no setting called `{field}`; {_nearest(field, tuple(_names()))}",
            hint="What only this model knows goes into `extra`.",
            field=field,
        )
    called = next((name for name in given if field_of(name) == field), field)
    message = f"`{called}` can't be {_quoted(first['input'])}: {_reason(first)}"
    return InputError(message, field=field)


def _quoted(value: object) -> str:
    """What was given, shortened: text in quotation marks, anything else as JSON would have it."""
    if isinstance(value, str):
        # Half a character can't be shown, nor written anywhere.
        shown = value[:LONGEST_QUOTED].encode("utf-8", "backslashreplace").decode()
        return f"“{shown}{'…' if len(value) > LONGEST_QUOTED else ''}”"
    return f"{reprlib.repr(value):.{LONGEST_QUOTED}}"


def _plainly(value: object) -> object:
    """A limit without the `.0` of one that is whole."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _reason(item: ErrorDetails) -> str:
    """What it must be, as a sentence."""
    field = str(item["loc"][0]) if item["loc"] else ""
    if field in SEVERAL:
        return f"it must be {SEVERAL[field]}."
    if item["type"] in WORDS:
        limits = {name: _plainly(value) for name, value in item.get("ctx", {}).items()}
        return WORDS[item["type"]].format(**limits) + "."
    return str(item["msg"]).removeprefix("Value error, ").rstrip(".?") + (
        "?" if str(item["msg"]).endswith("?") else "."
    )
