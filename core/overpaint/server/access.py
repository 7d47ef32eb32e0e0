"""Who may call: a bearer token on every call but the ones that show nothing."""

from __future__ import annotations

import hmac
import re

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["RequireKey"]

# Health for load balancers; what this is, for clients that have no key yet; outputs as the real
# API's delivery hosts hand them out; what is not there, so that an address without its /v1 is told
# from a wrong key.
OPEN = re.compile(
    r"/health-check|/predictions(/.*)?|(/replicate)?/v1/?|.*/predictions/[^/]+/outputs/\d+\.png"
)


class RequireKey:
    """Answers 401 to calls without the server's token, in the real API's words.

    A server without a token is open to whoever can reach it, so it insists on being called by a
    name of its own: a web page can make a browser here call it by the page's.
    """

    def __init__(self, app: ASGIApp, token: str | None, hosts: frozenset[str] | None) -> None:
        self._app = app
        self._token = token
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a call through, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if self._token is None:
            app = self._app if self._is_at_home(headers) else self._elsewhere
            await app(scope, receive, send)
            return
        if OPEN.fullmatch(scope["path"]):
            await self._app(scope, receive, send)
            return
        given = headers.get(b"authorization", b"").decode("latin-1")
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
        answer = JSONResponse(
            body, 401, {"WWW-Authenticate": "Bearer"}, media_type="application/problem+json"
        )
        await answer(scope, receive, send)

    def _is_at_home(self, headers: dict[bytes, bytes]) -> bool:
        """Called by a name of its own, and not by another's page."""
        if self._hosts is None:
            return True
        host = headers.get(b"host", b"").decode("latin-1")
        origin = headers.get(b"origin")
        names = [host] if origin is None else [host, origin.decode("latin-1").rpartition("//")[2]]
        return all(_name(name) in self._hosts for name in names)

    @staticmethod
    async def _elsewhere(scope: Scope, receive: Receive, send: Send) -> None:
        body = {
            "title": "Not this server",
            "detail": "This server has no key, and answers only to names of its own machine.",
            "status": 403,
        }
        answer = JSONResponse(body, 403, media_type="application/problem+json")
        await answer(scope, receive, send)


def _name(host: str) -> str:
    """A host's name, its port left out."""
    return host.casefold().rpartition(":")[0] if re.search(r":\d+$", host) else host.casefold()
