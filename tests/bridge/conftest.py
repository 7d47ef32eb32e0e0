"""A worker process of the real kind, and small pictures to send it."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from overpaint_bridge import wording
from overpaint_bridge.panel import Panel
from overpaint_bridge.runtime import Runtime
from overpaint_bridge.session import Session


@pytest.fixture
def in_english() -> Iterator[None]:
    """Give the next test English again."""
    yield
    wording.use_language(["en"])


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


@pytest.fixture
def large() -> NDArray[np.uint8]:
    """The same, larger than what a model sees of it."""
    rows, columns = np.mgrid[0:500, 0:700]
    slope = np.stack([rows // 3, columns // 4, (rows + columns) // 8], axis=2).astype(np.uint8)
    return slope + np.random.default_rng(3).integers(0, 20, slope.shape).astype(np.uint8)


@pytest.fixture
def spot() -> NDArray[np.uint8]:
    """A soft selection on it."""
    hole = np.zeros((500, 700), np.uint8)
    hole[300:340, 420:470] = 255
    hole[300:340, 415:420] = 100
    return hole


@pytest.fixture
def panel(runtime: Runtime) -> Iterator[Panel]:
    panel = Panel(host="tests", runtime=runtime)
    yield panel
    panel.close()
