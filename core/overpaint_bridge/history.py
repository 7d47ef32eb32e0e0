"""What was made in a document, as the document itself keeps it: recipes, no pixels."""

from __future__ import annotations

import json
from collections.abc import Iterable

from .recipe import Recipe

__all__ = ["KEY", "read_history", "write_history"]

# What a document's annotation (parasite) is called.
KEY = "overpaint/history"
# A document is not to grow without end.
MOST = 200


def write_history(recipes: Iterable[Recipe]) -> str:
    """Write recipes down, the newest of them if there are very many."""
    newest = list(dict.fromkeys(recipe.to_json() for recipe in recipes))[-MOST:]
    return json.dumps({"recipes": [json.loads(text) for text in newest]}, ensure_ascii=False)


def read_history(text: str | bytes) -> list[Recipe]:
    """Read what a document keeps; what can't be read is left out."""
    try:
        values = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return []
    listed = values.get("recipes") if isinstance(values, dict) else None
    rows = listed if isinstance(listed, list) else []
    return [recipe for row in rows if (recipe := _read(row)) is not None]


def _read(row: object) -> Recipe | None:
    try:
        return Recipe.from_json(row) if isinstance(row, dict) else None
    except ValueError:
        return None
