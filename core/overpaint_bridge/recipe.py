"""A result's recipe: what makes the same again, as layers and documents keep it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from .language import gettext as _
from .settings import SIDES, PanelSettings

__all__ = ["KEY", "Recipe"]

# What a layer's or document's annotation (parasite) is called.
KEY = "overpaint/recipe"
LONGEST_NAME = 60


@dataclass(frozen=True)
class Recipe:
    """How one result was made.

    Attributes:
        asked: the request, with the seed that was really used.
        version: which model painted it.
        endpoint: the name of the one that was asked.
        prediction: its id there.
        created_at: when, as the endpoint says it.
        overpaint: the version of Overpaint.
        index: which of its prediction's results, counted from 0.
    """

    asked: Mapping[str, Any] = field(default_factory=dict)
    version: str = ""
    endpoint: str = ""
    prediction: str = ""
    created_at: str = ""
    overpaint: str = ""
    index: int = 0

    @classmethod
    def from_json(cls, text: str | bytes | Mapping[str, Any]) -> Recipe:
        """Read a recipe, from a message or from what a layer keeps.

        Raises:
            ValueError: it is none.
        """
        try:
            values = text if isinstance(text, Mapping) else json.loads(text)
        except RecursionError as error:
            raise ValueError("This is nested too deeply for a recipe.") from error
        asked = values.get("request") if isinstance(values, Mapping) else None
        if not isinstance(asked, Mapping):
            raise ValueError("This is no recipe of Overpaint's.")  # noqa: TRY004  its text is wrong, not its type
        names = ("version", "endpoint", "prediction", "created_at", "overpaint")
        words = {name: str(values.get(name) or "") for name in names}
        index = values.get("index")
        return cls(dict(asked), **words, index=index if isinstance(index, int) else 0)

    def to_json(self) -> str:
        """Write it down."""
        values = asdict(self)
        return json.dumps({"request": values.pop("asked"), **values}, ensure_ascii=False)

    def request(self) -> dict[str, Any]:
        """The request that makes the same again, by the same model."""
        return {**self.asked, **({"version": self.version} if self.version else {})}

    def settings(self, now: PanelSettings) -> PanelSettings:
        """What a panel is to show for the same again.

        Args:
            now: what it shows; kept where a recipe says nothing.
        """
        asked = dict(self.asked)
        strength = asked.get("strength")
        said = {
            "mode": "expand" if any(asked.get(side) for side in SIDES) else "fill",
            "prompt": self.prompt,
            "negative_prompt": asked.get("negative_prompt") or "",
            "strength": round(strength * 100) if isinstance(strength, (int, float)) else None,
            "seed": -1 if self.seed is None else self.seed,
            "steps": asked.get("num_inference_steps"),
            "guidance_scale": asked.get("guidance_scale"),
            "scheduler": asked.get("scheduler") or "",
            "num_outputs": asked.get("num_outputs", 1),
            "context": asked.get("context", "auto"),
            "feather": asked.get("feather"),
            "endpoint": self.endpoint or now.endpoint,
            "keep_original": asked.get("keep_original", True),
            **{side: asked.get(side) or 0 for side in SIDES},
        }
        return PanelSettings.from_json({**asdict(now), **said})

    @property
    def prompt(self) -> str:
        """What was asked for; may be empty."""
        return str(self.asked.get("prompt") or "")

    @property
    def seed(self) -> int | None:
        """The seed that was used; None where the model did not tell."""
        seed = self.asked.get("seed")
        return seed if isinstance(seed, int) and seed >= 0 else None

    @property
    def layer_name(self) -> str:
        """What the layer is called: short, and on one line."""
        words = " ".join(self.prompt.split()) or _("fill from the surroundings")
        if len(words) > LONGEST_NAME:
            words = words[: LONGEST_NAME - 1].rstrip() + "…"
        return f"Overpaint: {words}" + ("" if self.seed is None else f" ({self.seed})")
