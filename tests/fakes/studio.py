"""A hosted endpoint with a memory: it creates, lists, paints and charges, and can be held up.

It paints one colour per prediction, so that a result of another's would be seen.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import itertools
import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

import numpy as np
from PIL import Image

from .clients import SHORT
from .recording import RecordingServer, Reply, Seen

Stage = Literal["asked", "create", "poll", "fetch", "list", "cancel"]
VERSION = "95b7223104132402a9ae91cc677285bc5eb997834bd2349fa486f53910fd68b3"
# What its tests paint, and how long they wait for it on a busy machine.
PATIENCE = replace(SHORT, deadline=60.0, answer=10.0, longest_answer=20.0, largest=2**26)
PICTURE = np.random.default_rng(1).integers(0, 256, (90, 120, 3)).astype(np.uint8)
MASK = np.zeros((90, 120), np.uint8)
MASK[30:60, 40:80] = 255


@dataclass
class Run:
    """One prediction; creating it is what costs."""

    id: str
    body: dict[str, Any]
    color: tuple[int, int, int]
    size: tuple[int, int]
    status: str = "processing"
    created_at: str = field(default_factory=lambda: datetime.now(UTC).isoformat())

    def told(self, url: str) -> dict[str, Any]:
        output = [f"{url}/files/{self.id}.png"] if self.status == "succeeded" else None
        return {
            "id": self.id,
            "status": self.status,
            "version": self.body.get("version", ""),
            "input": self.body.get("input", {}),
            "created_at": self.created_at,
            "logs": "Using seed: 7\n",
            "output": output,
        }

    def painted(self) -> bytes:
        buffer = io.BytesIO()
        Image.new("RGB", self.size, self.color).save(buffer, "PNG")
        return buffer.getvalue()


@dataclass(frozen=True)
class Staged(Reply):
    """An answer, and the stage it belongs to."""

    stage: str = ""


class Studio(RecordingServer):
    """Its runs end by themselves once they have been asked for `polls` times.

    `hold(stage)` keeps that stage's answers back; `reached(stage)` waits for a request to be there.
    At `asked` a create has arrived and nothing has been created; at `create` it has.
    """

    def __init__(self, *, polls: int = 1, runs: dict[str, Run] | None = None) -> None:
        super().__init__({})
        self.runs: dict[str, Run] = {} if runs is None else runs
        self.polls = polls
        self.faults: dict[str, list[Reply]] = {}
        self._held: set[str] = set()
        self._here: dict[str, threading.Event] = {}
        self._asked: dict[str, int] = {}
        self._numbers = itertools.count(len(self.runs) + 1)

    def hold(self, *stages: str) -> None:
        for stage in stages:
            self._here.pop(stage, None)
        self._held |= set(stages)

    def let_go(self) -> None:
        self._held.clear()

    def reached(self, stage: str, seconds: float = 60.0) -> bool:
        return self._here.setdefault(stage, threading.Event()).wait(seconds)

    def fail(self, stage: str, *replies: Reply) -> None:
        """Answer so at a stage, once each, and as usual afterwards."""
        self.faults[stage] = list(replies)

    def only(self) -> Run:
        (run,) = self.runs.values()
        return run

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await super()._answer(reader, writer)
        except (ConnectionError, RuntimeError):
            writer.close()

    async def _read(self, first: bytes, reader: asyncio.StreamReader) -> Seen:
        seen = await super()._read(first, reader)
        if seen.method == "POST" and seen.path.endswith("/predictions"):
            await self._pass("asked")
        return seen

    async def _pass(self, stage: str) -> None:
        self._here.setdefault(stage, threading.Event()).set()
        while stage in self._held:  # noqa: ASYNC110  let go from another thread
            await asyncio.sleep(0.005)

    async def _write(self, reply: Reply, writer: asyncio.StreamWriter) -> None:
        if isinstance(reply, Staged):
            await self._pass(reply.stage)
            faults = self.faults.get(reply.stage)
            if faults:
                reply = faults.pop(0)
        await super()._write(reply, writer)

    def _reply(self, seen: Seen) -> Reply:
        parts = seen.path.partition("?")[0].strip("/").split("/")
        if seen.method == "POST" and parts[-1] == "predictions":
            refused = self.faults.get("asked")
            if refused:
                return refused.pop(0)
            return Staged(201, self._create(seen.json).told(self.url), stage="create")
        if parts[-1] == "predictions":
            newest = [run.told(self.url) for run in reversed(self.runs.values())]
            return Staged(200, {"results": newest, "next": None}, stage="list")
        if parts[0] == "files" and parts[-1].removesuffix(".png") in self.runs:
            run = self.runs[parts[-1].removesuffix(".png")]
            return Staged(200, run.painted(), {"content-type": "image/png"}, stage="fetch")
        run_id = parts[-2] if parts[-1] == "cancel" else parts[-1]
        if run_id not in self.runs:
            return Reply(404, {"detail": "There is no such prediction.", "status": 404})
        run = self.runs[run_id]
        if parts[-1] == "cancel":
            if run.status == "processing":
                run.status = "canceled"
            return Staged(200, run.told(self.url), stage="cancel")
        self._asked[run_id] = self._asked.get(run_id, 0) + 1
        if run.status == "processing" and self._asked[run_id] >= self.polls:
            run.status = "succeeded"
        return Staged(200, run.told(self.url), stage="poll")

    def _create(self, body: dict[str, Any]) -> Run:
        number = next(self._numbers)
        digest = hashlib.sha256(str(body).encode()).digest()
        sent = base64.b64decode(body["input"]["image"].partition(",")[2])
        with Image.open(io.BytesIO(sent)) as image:
            run = Run(f"run{number}", body, (digest[0], digest[1], digest[2]), image.size)
        self.runs[run.id] = run
        return run
