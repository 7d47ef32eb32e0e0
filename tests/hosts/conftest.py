"""Tests in real editors: they set up what they need in CI, or when asked for by path."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

HERE = Path(__file__).parent
# A desktop on a busy machine can lose a click or the keyboard. A broken rule fails every time.
TRIES_MORE = 2


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip them elsewhere: the first run builds a Debian with the editor in it."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.flaky(reruns=TRIES_MORE))
    if os.environ.get("CI") == "true":
        return
    named = [Path(arg.partition("::")[0]).resolve() for arg in config.args]
    for item in items:
        if not item.path.is_relative_to(HERE):
            continue
        if any(path.is_relative_to(HERE) and item.path.is_relative_to(path) for path in named):
            continue
        room = item.path.parent.relative_to(HERE.parents[1])
        item.add_marker(pytest.mark.skip(f"drives a real editor: run `hatch test {room}`"))
