"""The recipe of a result: what makes the same again. Kept in layers, documents and the journal."""

from __future__ import annotations

import contextlib
import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from overpaint_bridge import __version__

from .errors import InputError
from .provenance import KEYWORD, public
from .request import PaintRequest

if TYPE_CHECKING:
    from .results import Result

__all__ = ["changes", "recipe_in", "recipe_of"]

# Where a picture lay on somebody's disk; the version has a place of its own.
LEFT_OUT = {"image", "mask", "version"}
# What Pillow and JSON raise where a file is damaged, or larger than Pillow likes.
UNREADABLE = (OSError, SyntaxError, ValueError, RecursionError, Image.DecompressionBombError)
# What a recipe tells of one result, and a request of all of them.
ONE_RESULTS = {"seed", "num_outputs"}


def recipe_of(result: Result, index: int = 0) -> dict[str, Any]:
    """Write down how one of a request's results was made.

    Never a key, never a path.

    Args:
        result: what a request brought.
        index: which of its outputs.

    Returns:
        JSON: the request with the seed that was used, the version, the endpoint's name, the
        prediction's id and time, and Overpaint's version. `index` says which output it was
        where the model named no seed of its own for it.
    """
    seed = result.outputs[index].seed
    asked = result.request.model_dump(mode="json", exclude_unset=True, exclude=LEFT_OUT)
    request = {name: public(item, name) for name, item in asked.items()}
    if seed is not None:
        request |= {"seed": seed, "num_outputs": 1}
    return {
        "request": request,
        "version": result.request.version or "",
        "endpoint": result.endpoint,
        "prediction": result.prediction.id,
        "created_at": result.prediction.created_at or "",
        "overpaint": __version__,
        "index": index,
    }


def recipe_in(path: Path) -> Mapping[str, Any] | None:
    """The recipe a PNG of ours holds; None where it is none, or holds none."""
    with contextlib.suppress(*UNREADABLE), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a large picture; no pixel of it is read
        with Image.open(path, formats=["PNG"]) as image:
            recipe = json.loads(image.info.get(KEYWORD, "null"))
            return recipe if isinstance(recipe, dict) else None
    return None


def changes(recipe: Mapping[str, Any], request: PaintRequest) -> tuple[str, ...]:
    """What a request asks for otherwise than the one a result was made by, field by field."""
    try:
        made = PaintRequest.read(recipe.get("request") or {})
    except InputError:
        return ()  # another version's, which can't be compared
    told = PaintRequest.model_fields.keys() - LEFT_OUT - ONE_RESULTS
    differing = [name for name in told if _said(made, name) != _said(request, name)]
    if request.version and recipe.get("version") not in ("", None, request.version):
        differing.append("version")
    if request.seed is not None and made.seed not in (None, request.seed):
        differing.append("seed")
    return tuple(sorted(differing))


def _said(request: PaintRequest, name: str) -> object:
    return public(getattr(request, name), name)
