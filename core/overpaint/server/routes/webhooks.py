"""The key that webhooks are signed with."""

from __future__ import annotations

from fastapi import APIRouter

from overpaint.server.state import Shared

__all__ = ["router"]

router = APIRouter(tags=["webhooks"])


@router.get("/webhooks/default/secret")
async def secret(server: Shared) -> dict[str, str]:
    """Show it."""
    return {"key": server.webhook_secret}
