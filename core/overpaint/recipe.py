"""The recipe of a result: what makes the same again. Kept in layers, documents and the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from overpaint_bridge import __version__

from .provenance import public

if TYPE_CHECKING:
    from .results import Result

__all__ = ["recipe_of"]

# Where a picture lay on somebody's disk; the version has a place of its own.
LEFT_OUT = {"image", "mask", "version"}


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
