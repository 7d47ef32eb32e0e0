"""A real `overpaint serve` on loopback, and small pictures to send it."""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from .keys import KEY

SERVER_KEY = f"{KEY}-of-the-server"


@dataclass(frozen=True)
class Serving:
    """Where a server listens."""

    address: str
    key: str | None
    pid: int

    @property
    def url(self) -> str:
        return f"{self.address}/v1"


@contextlib.contextmanager
def serving(
    *options: str,
    key: str | None = SERVER_KEY,
    environment: Mapping[str, str] = {},
    python: str = sys.executable,
    log: Path | None = None,
) -> Iterator[Serving]:
    """Start `overpaint serve`, and stop it; what it says of its work goes into `log`."""
    given = {**os.environ, **environment, "PYTHONUNBUFFERED": "1"}
    if key:
        given["OVERPAINT_SERVER_TOKEN"] = key
    command = [python, "-m", "overpaint", "serve", "--port", "0", *options]
    with contextlib.ExitStack() as stack:
        said_of_work = None if log is None else stack.enter_context(log.open("wb"))
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=said_of_work, text=True, env=given
        )
    assert process.stdout is not None
    try:
        said = process.stdout.readline()
        found = re.search(r"http://[\w.\[\]:]+:\d+", said)
        assert found, f"the server said {said!r}"
        yield Serving(found[0], key, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)
        process.stdout.close()


def photo(width: int = 64, height: int = 64) -> bytes:
    """A slope with noise over it: something to fill from."""
    rows, columns = np.mgrid[0:height, 0:width]
    slope = np.stack([rows, columns, rows + columns], axis=2).astype(np.uint8)
    noise = np.random.default_rng(3).integers(0, 20, slope.shape).astype(np.uint8)
    return png(slope // 2 + noise)


def mask(width: int = 64, height: int = 64, *, black: bool = False) -> bytes:
    """White in the middle, or nowhere."""
    hole = np.zeros((height, width), np.uint8)
    if not black:
        hole[height // 4 : height // 2, width // 4 : width // 2] = 255
    return png(hole)


def png(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()
