"""How much a call may bring: a body past the limit is answered 413 before it is read whole."""

from __future__ import annotations

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["LimitBody"]

# A multipart body is its file and some headers.
MULTIPART_ROOM = 64 * 1024


class _TooLarge(Exception):  # noqa: N818  an order to stop reading
    """More came than was announced or allowed."""


class LimitBody:
    """Counts a body's bytes as they come."""

    def __init__(self, app: ASGIApp, largest: int, largest_file: int) -> None:
        self._app = app
        self._largest = largest
        self._largest_file = largest_file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a call on, its body counted."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_upload = scope["path"].endswith("/files")
        limit = self._largest_file + MULTIPART_ROOM if is_upload else self._largest
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > limit:
            await self._refuse(limit, scope, receive, send)
            return
        received = 0
        begun = False

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise _TooLarge
            return message

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, counted, watched)
        except _TooLarge:
            if not begun:
                await self._refuse(limit, scope, receive, send)

    async def _refuse(self, limit: int, scope: Scope, receive: Receive, send: Send) -> None:
        body = {
            "title": "Too large",
            "detail": f"The request is larger than {limit // 2**20} MiB.",
            "status": 413,
        }
        answer = JSONResponse(body, 413, media_type="application/problem+json")
        await answer(scope, receive, send)
