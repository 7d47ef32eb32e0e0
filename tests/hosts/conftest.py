"""Tests in real editors: they set up what they need in CI, or when asked for by path."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.outside import reason_to_skip

HERE = Path(__file__).parent
# A desktop on a busy machine can lose a click or the keyboard. A broken rule fails every time.
TRIES_MORE = 2


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip them elsewhere: the first run builds a Debian with the editor in it."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.flaky(reruns=TRIES_MORE))
            reason = reason_to_skip(config, item.path, "a real editor")
            if reason:
                item.add_marker(pytest.mark.skip(reason))
