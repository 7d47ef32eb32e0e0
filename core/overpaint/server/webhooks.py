"""Webhooks: a prediction's events sent to the address its create named, signed.

The signature is the real API's: HMAC-SHA256 over `id.timestamp.body`, with the key that
`GET …/webhooks/default/secret` shows to whoever has the server's token.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import logging
import secrets
import time
from collections.abc import Mapping

from overpaint.errors import OverpaintError

from .outward import Outward
from .runs import Run, new_id
from .settings import ServerSettings
from .views import prediction_view

__all__ = ["Webhooks", "new_secret", "signature"]

log = logging.getLogger(__name__)

PREFIX = "whsec_"
# The end of a run is told again until it is heard; what came on the way is told once.
TRIES = 5
FAREWELL_SECONDS = 3.0


def new_secret() -> str:
    """A key to sign with, as the real API's look."""
    return PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()


def signature(secret: str, webhook_id: str, timestamp: str, body: bytes) -> str:
    """Sign one webhook."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = b".".join((webhook_id.encode(), timestamp.encode(), body))
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


class Webhooks:
    """Tells of a server's runs; one task a run that asked for it."""

    def __init__(self, settings: ServerSettings, outward: Outward | None, secret: str) -> None:
        self._settings = settings
        self._outward = outward
        self._secret = secret
        self._tasks: set[asyncio.Task[None]] = set()

    def follow(self, run: Run) -> None:
        """Tell of a run from now on, if its create asked for it."""
        if run.webhook is None or self._outward is None:
            return
        # As it is now: it may have begun before the task does.
        first = self._body(run)
        task = asyncio.create_task(self._follow(run, run.webhook, self._outward, first))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Give what is under way a moment, then stop."""
        try:
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=FAREWELL_SECONDS)
        finally:
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _follow(self, run: Run, url: str, outward: Outward, first: bytes) -> None:
        """Send the events asked for, in order; logs and outputs at most twice a second."""
        wanted = run.webhook_events
        if "start" in wanted:
            await self._send(run, url, outward, first)
        told = ""
        while not run.is_terminal:
            try:
                await asyncio.wait_for(run.ended.wait(), self._settings.webhook_seconds)
            except TimeoutError:
                if "logs" in wanted and run.logs != told:
                    told = run.logs
                    await self._send(run, url, outward, self._body(run))
        last = self._body(run)
        if "output" in wanted and run.outputs:
            await self._send(run, url, outward, last)
        if "completed" in wanted:
            await self._send(run, url, outward, last, tries=TRIES)

    async def _send(
        self, run: Run, url: str, outward: Outward, body: bytes, *, tries: int = 1
    ) -> None:
        webhook_id = new_id()
        for attempt in range(tries):
            if attempt:
                await asyncio.sleep(self._settings.webhook_pause * 2 ** (attempt - 1))
            if await _heard(outward, url, body, self._headers(webhook_id, body)):
                return
        log.warning("The webhook of prediction %s was not heard.", run.id)

    def _body(self, run: Run) -> bytes:
        view = prediction_view(run, run.base, self._settings)
        return json.dumps(view, ensure_ascii=False).encode()

    def _headers(self, webhook_id: str, body: bytes) -> dict[str, str]:
        timestamp = str(int(time.time()))
        return {
            "webhook-id": webhook_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": signature(self._secret, webhook_id, timestamp, body),
        }


async def _heard(outward: Outward, url: str, body: bytes, headers: Mapping[str, str]) -> bool:
    try:
        status = await outward.post(url, body, headers)
    except OverpaintError as error:
        log.info("A webhook was not sent: %s", error.message)
        return False
    return 200 <= status < 300
