"""The table of models in docs/endpoints.md: `python -m tests.docs.models` writes it anew."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from overpaint.errors import InputError
from overpaint.geometry import Extent
from overpaint.models.base import WORDS, Adapter
from overpaint.models.catalogue import BY_NAME
from overpaint.request import PaintRequest

PAGE = Path(__file__).parents[2] / "docs/endpoints.md"
BLOCK = re.compile(r"(<!-- models: [^>]* -->\n\n).*?(\n<!-- end of models -->)", re.DOTALL)
# One value for each setting; whether a model takes just this one does not matter.
VALUES: dict[str, Any] = {
    "prompt": "a bench",
    "negative_prompt": "people",
    "seed": 7,
    "num_inference_steps": 25,
    "guidance_scale": 7.5,
    "scheduler": "DDIM",
    "sampler_name": "Euler a",
    "strength": 0.8,
    "num_outputs": 2,
}


def reads(adapter: Adapter, field: str) -> bool:
    """Ask an adapter; one that refuses the value has read it."""
    request = PaintRequest.read({"prompt": "a bench", field: VALUES[field]})
    try:
        asked = adapter.ask(
            request, version="x", image="image", mask="mask", target=Extent(512, 512)
        )
    except InputError as refusal:
        return refusal.field == field
    return WORDS[field] not in asked.ignored


def rows() -> Iterator[str]:
    """One row an adapter, with all its models."""
    yield "| model | reads | ignores | mask | sizes |"
    yield "|---|---|---|---|---|"
    models: dict[int, list[str]] = {}
    for name, adapter in BY_NAME.items():
        models.setdefault(id(adapter), []).append(name)
    for names in models.values():
        adapter = BY_NAME[names[0]]
        taken = [WORDS[field] for field in VALUES if reads(adapter, field)]
        ignored = [WORDS[field] for field in VALUES if WORDS[field] not in taken]
        cells = (
            "<br>".join(f"`{name}`" for name in names),
            ", ".join(taken) or "nothing",
            ", ".join(ignored) or "nothing",
            "none" if adapter.outpaints else "black" if adapter.invert_mask else "white",
            sizes(adapter),
        )
        yield f"| {' | '.join(cells)} |"


def sizes(adapter: Adapter) -> str:
    """What a model paints at."""
    rule = adapter.rule
    if rule.fixed is not None:
        return f"{rule.fixed.width} × {rule.fixed.height}"
    said = f"to {rule.largest}" if rule.largest < 10_000 else "any"
    return f"{said}, in steps of {rule.multiple}" if rule.multiple > 1 else said


def page() -> str:
    """The page with the table as the adapters have it now."""
    table = "\n".join(rows())
    return BLOCK.sub(lambda found: f"{found[1]}{table}\n{found[2]}", PAGE.read_text())


if __name__ == "__main__":
    PAGE.write_text(page())
