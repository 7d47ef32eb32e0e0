"""Thousands of tiny runs: through a server, and through an editor's worker."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable

import numpy as np

from overpaint_bridge.protocol import Accepted, Done, Output
from overpaint_bridge.runtime import Runtime
from overpaint_bridge.session import Pixels, Session

from .load import press
from .picture import HOLE, Marked
from .process import Holding

__all__ = ["serve_many", "work_many"]

# Let the first runs load what stays loaded; then growth is growth.
WARM_RUNS = 100
CLIENTS = 8
RUN_SECONDS = 120.0


def serve_many(
    url: str, key: str, pid: int, runs: int, tell: Callable[[str, Holding], None]
) -> list[Holding]:
    """Let a server make so many, and look at it at the start, in the middle and at the end."""
    seen = []
    for name, count in steps(runs):
        load = asyncio.run(press(url, key, clients=CLIENTS, predictions=count))
        if load.returned != count:
            raise AssertionError(f"{count - load.returned} of {count} did not come back")
        seen.append(Holding.of(pid))
        tell(name, seen[-1])
    return seen


def work_many(runs: int, tell: Callable[[str, Holding], None]) -> list[Holding]:
    """The same through a worker, as an editor has it open all day."""
    seen = []
    with Session(Runtime((sys.executable,), "soak"), host="soak") as session:
        for name, count in steps(runs):
            for turn in range(count):
                work(session, Marked(0, turn))
            seen.append(Holding.of(session.pid))
            tell(name, seen[-1])
    return seen


def work(session: Session, picture: Marked) -> None:
    """One run: its result is copied and given back."""
    side = picture.pixels.shape[0]
    image = Pixels(picture.pixels.tobytes(), side, side, "RGB8")
    mask = Pixels(picture.hole.tobytes(), side, side, "L8")
    job = session.run({"seed": 1}, image, mask, endpoint="embedded")
    heard = session.wait(job, RUN_SECONDS)
    outputs = [message for message in heard if isinstance(message, Output)]
    if not isinstance(heard[-1], Done) or len(outputs) != 1:
        raise AssertionError(f"a run ended in {heard[-1]}")
    check(session, outputs[0], picture)
    session.release(job)
    for message in heard:
        if isinstance(message, Accepted):
            session.settle(message.id)


def check(session: Session, output: Output, picture: Marked) -> None:
    """The mask shows the hole at most, and the layer is as large as was said."""
    mask = session.pixels(output.mask)
    shown = np.frombuffer(mask.data, np.uint8).reshape(mask.height, mask.width)
    outside = np.zeros_like(picture.hole)
    outside[output.y : output.y + mask.height, output.x : output.x + mask.width] = shown
    outside[HOLE, HOLE] = 0
    if outside.any():
        raise AssertionError("a layer shows more than was selected")


def steps(runs: int) -> list[tuple[str, int]]:
    """Warm up, then two halves."""
    warm = min(WARM_RUNS, runs // 3)
    half = (runs - warm) // 2
    return [("start", warm), ("middle", half), ("end", runs - warm - half)]
