"""Who may call: a bearer token on every call but the ones that show nothing."""

from __future__ import annotations

import hmac
import re

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["RequireKey"]

# Health for load balancers; outputs as the real API's delivery hosts hand them out.
OPEN = re.compile(r"/health-check|.*/predictions/[^/]+/outputs/\d+\.png")


class RequireKey:
    """Answers 401 to calls without the server's token, in the real API's words."""

    def __init__(self, app: ASGIApp, token: str | None) -> None:
        self._app = app
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a call through, or refuse it."""
        if scope["type"] != "http" or self._token is None or OPEN.fullmatch(scope["path"]):
            await self._app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
        kind, _, token = given.partition(" ")
        known = kind.casefold() in ("bearer", "token") and hmac.compare_digest(
            token.strip().encode(), self._token.encode()
        )
        if known:
            await self._app(scope, receive, send)
            return
        valid = "a valid" if given else "an"
        body = {
            "title": "Unauthenticated",
            "detail": f"You did not pass {valid} authentication token",
            "status": 401,
        }
        headers = {"WWW-Authenticate": "Bearer"}
        answer = JSONResponse(body, 401, headers, media_type="application/problem+json")
        await answer(scope, receive, send)
