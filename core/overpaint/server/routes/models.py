"""Models and their versions: what can be asked for, and the schema of its input."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from overpaint.server.problem import not_found
from overpaint.server.published import PUBLISHED, Published
from overpaint.server.state import Base
from overpaint.server.views import model_view, version_view

__all__ = ["model_named", "router"]

router = APIRouter(tags=["models"])


@router.get("/models")
async def listing(base: Base) -> dict[str, Any]:
    """List the models this server has."""
    results = [model_view(published, base) for published in PUBLISHED]
    return {"previous": None, "next": None, "results": results}


@router.get("/models/{owner}/{name}")
async def show(owner: str, name: str, base: Base) -> dict[str, Any]:
    """Show a model with its latest version."""
    return model_view(model_named(owner, name), base)


@router.get("/models/{owner}/{name}/versions")
async def versions(owner: str, name: str) -> dict[str, Any]:
    """List a model's versions."""
    return {"previous": None, "next": None, "results": [version_view(model_named(owner, name))]}


@router.get("/models/{owner}/{name}/versions/{version_id}")
async def version(owner: str, name: str, version_id: str) -> dict[str, Any]:
    """Show one version with its schema."""
    published = model_named(owner, name)
    if published.version != version_id:
        raise not_found("version")
    return version_view(published)


def model_named(owner: str, name: str) -> Published:
    """Look a model up.

    Raises:
        Problem: 404, there is none of that name.
    """
    for published in PUBLISHED:
        if published.model == f"{owner}/{name}":
            return published
    raise not_found("model")
