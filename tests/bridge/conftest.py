"""A worker process of the real kind, and small pictures to send it."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from overpaint_bridge.runtime import Runtime
from overpaint_bridge.session import Pixels, Session


@pytest.fixture
def runtime() -> Runtime:
    return Runtime((sys.executable,), "test")


@pytest.fixture
def session(runtime: Runtime) -> Iterator[Session]:
    with Session(runtime, host="tests") as session:
        yield session


@pytest.fixture
def photo() -> NDArray[np.uint8]:
    """Noise over a slope: something to fill from."""
    rows, columns = np.mgrid[0:96, 0:128]
    slope = np.stack([rows, columns, rows + columns], axis=2).astype(np.uint8)
    return slope + np.random.default_rng(3).integers(0, 20, slope.shape).astype(np.uint8)


@pytest.fixture
def mask() -> NDArray[np.uint8]:
    hole = np.zeros((96, 128), np.uint8)
    hole[40:60, 50:80] = 255
    return hole


def packed(array: NDArray[np.uint8], name: str) -> Pixels:
    return Pixels(np.ascontiguousarray(array).tobytes(), array.shape[1], array.shape[0], name)
