"""What a panel remembers, and the request that it makes of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Union

__all__ = ["EMBEDDED", "MODES", "SIDES", "SOURCES", "PanelSettings"]

# The endpoint that costs nothing: the engine inside.
EMBEDDED = "embedded"
MODES = ("fill", "expand", "remove")
SOURCES = ("visible", "layer")
SIDES = ("left", "right", "up", "down")
LARGEST_SEED = 2**32 - 1


@dataclass(frozen=True)
class PanelSettings:
    """What a panel remembers.

    Attributes:
        mode: fill, expand or remove.
        prompt: what should be there; empty = fill from the surroundings.
        negative_prompt: what should not.
        strength: 0 to 100 %, how far the model may leave what is there; None = its own default.
        seed: -1 = random.
        steps: None = the model's own default.
        guidance_scale: likewise.
        scheduler: likewise, "".
        num_outputs: different results at once.
        context: pixels seen round the selection, "auto" or "whole".
        feather: pixels; None = by the selection's size.
        endpoint: its name; "" = the one that is used by default.
        source: the visible picture, or the active layer.
        left, right, up, down: pixels an expanded canvas grows by.
        keep_original: False lets an expansion blend into the original near the seam.
        group_results: put a request's results into one layer group.
    """

    mode: str = "fill"
    prompt: str = ""
    negative_prompt: str = ""
    strength: int | None = None
    seed: int = -1
    steps: int | None = None
    guidance_scale: float | None = None
    scheduler: str = ""
    num_outputs: int = 1
    context: Union[str, int] = "auto"  # noqa: UP007  read at run time by Python 3.10
    feather: int | None = None
    endpoint: str = ""
    source: str = "visible"
    left: int = 0
    right: int = 0
    up: int = 0
    down: int = 0
    keep_original: bool = True
    group_results: bool = False

    @classmethod
    def from_json(cls, text: str | bytes | Mapping[str, Any]) -> PanelSettings:
        """Read what an earlier, later or damaged version wrote; what can't be is left out."""
        try:
            values = text if isinstance(text, Mapping) else json.loads(text or "{}")
        except (ValueError, RecursionError):
            values = {}
        if not isinstance(values, Mapping):
            values = {}
        known = {part.name for part in fields(cls)}
        good = {
            name: value for name, value in values.items() if name in known and ALLOWED[name](value)
        }
        return cls(**good)

    def to_json(self) -> str:
        """Write them down."""
        return json.dumps(asdict(self), ensure_ascii=False)

    def request(self) -> dict[str, Any]:
        """The request for a run; what is left to the model is left out."""
        request: dict[str, Any] = {
            "prompt": "" if self.mode == "remove" else self.prompt,
            "negative_prompt": self.negative_prompt,
            "seed": self.seed if self.seed >= 0 else None,
            "num_inference_steps": self.steps,
            "guidance_scale": self.guidance_scale,
            "scheduler": self.scheduler,
            "strength": None if self.strength is None else self.strength / 100,
            "num_outputs": self.num_outputs,
            "context": self.context,
            "feather": self.feather,
        }
        if self.mode == "expand":
            request |= {side: getattr(self, side) for side in SIDES}
            request["keep_original"] = self.keep_original
        return {name: value for name, value in request.items() if value not in (None, "")}


def _whole(least: int, most: int, *, none: bool = False) -> Callable[[object], bool]:
    """A check for whole numbers of a range."""

    def check(value: object) -> bool:
        if value is None:
            return none
        return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most

    return check


def _one_of(*words: str) -> Callable[[object], bool]:
    return lambda value: value in words


def _text(value: object) -> bool:
    return isinstance(value, str)


def _flag(value: object) -> bool:
    return isinstance(value, bool)


def _guidance(value: object) -> bool:
    if value is None:
        return True
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 100


def _context(value: object) -> bool:
    return value in ("auto", "whole") or _whole(0, 16384)(value)


# What each may be.
ALLOWED: dict[str, Callable[[object], bool]] = {
    "mode": _one_of(*MODES),
    "prompt": _text,
    "negative_prompt": _text,
    "strength": _whole(0, 100, none=True),
    "seed": _whole(-1, LARGEST_SEED),
    "steps": _whole(1, 500, none=True),
    "guidance_scale": _guidance,
    "scheduler": _text,
    "num_outputs": _whole(1, 8),
    "context": _context,
    "feather": _whole(0, 512, none=True),
    "endpoint": _text,
    "source": _one_of(*SOURCES),
    **dict.fromkeys(SIDES, _whole(0, 16384)),
    "keep_original": _flag,
    "group_results": _flag,
}
