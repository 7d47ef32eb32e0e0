"""What an adapter is: from one request to one model's `input`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from overpaint.geometry import Context, Extent, SizeRule
from overpaint.request import PaintRequest

__all__ = ["WORDS", "Adapter", "Ask", "given", "ignored_by"]

# What a person can set that a model may or may not read, with the word the person knows.
WORDS: Mapping[str, str] = {
    "prompt": "prompt",
    "negative_prompt": "negative prompt",
    "seed": "seed",
    "num_inference_steps": "steps",
    "guidance_scale": "guidance scale",
    "scheduler": "scheduler",
    "sampler_name": "sampler",
    "strength": "strength",
    "num_outputs": "number of images",
    "width": "width",
    "height": "height",
}


@dataclass(frozen=True, slots=True)
class Ask:
    """What to send to one model.

    Attributes:
        version: as the endpoint is to be asked for it.
        input: the model's `input`; None values are left out, since models refuse null.
        ignored: what the person set and this model does not read, in the person's words.
    """

    version: str
    input: dict[str, Any]
    ignored: tuple[str, ...] = ()


class Adapter(Protocol):
    """Knows one model family.

    Attributes:
        rule: the sizes it takes.
        context: how much it needs to see round the mask.
        blends: True when its answer already equals the original along the mask's edge, so that
            no feather is needed.
        grow: pixels, at the size sent, by which its mask is larger than the person's: room for
            the model to meet the original in pixels that are then not used.
        invert_mask: True where black is repainted: its mask is turned round before it is sent.
        invents: False where it only copies what it sees, so that something must be left to see.
        outpaints: of a model without a mask, which grows a whole picture by itself: `sides` if it
            is told by how many pixels, `direction` if only where to; None for all others.
    """

    @property
    def rule(self) -> SizeRule:
        """The sizes it takes."""

    @property
    def context(self) -> Context:
        """How much it needs to see."""

    @property
    def blends(self) -> bool:
        """Whether its answer meets the original."""

    @property
    def grow(self) -> int:
        """How much larger its mask is."""

    @property
    def invert_mask(self) -> bool:
        """Whether black is repainted."""

    @property
    def invents(self) -> bool:
        """Whether it can paint where nothing is left to see."""

    @property
    def outpaints(self) -> Literal["sides", "direction"] | None:
        """Whether it grows a whole picture by itself, and how it is told."""

    def ask(
        self,
        request: PaintRequest,
        *,
        version: str,
        image: str,
        mask: str | None,
        target: Extent,
    ) -> Ask:
        """Turn a request into this model's `input`.

        Args:
            request: what the person asked for.
            version: what the endpoint is asked for.
            image: data URI or URL of the picture at `target`.
            mask: likewise of the mask, turned round if `invert_mask`; None if it `outpaints`.
            target: size of both in pixels.

        Raises:
            InputError: a value this model does not take.
        """


def given(request: PaintRequest) -> dict[str, Any]:
    """What the person set, by field: everything that differs from an empty request."""
    blank = PaintRequest()
    return {
        name: value
        for name in WORDS
        if (value := getattr(request, name)) not in (None, getattr(blank, name))
    }


def ignored_by(request: PaintRequest, reads: frozenset[str]) -> tuple[str, ...]:
    """The person's words for what they set and the model does not read."""
    return tuple(WORDS[name] for name in given(request) if name not in reads)
