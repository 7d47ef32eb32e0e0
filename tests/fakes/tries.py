"""Tests that may be tried again, and what they must know of it."""

from __future__ import annotations

import pytest

__all__ = ["is_another_try"]


def is_another_try(request: pytest.FixtureRequest) -> bool:
    """Whether this test has just failed: then what it drives is started anew."""
    return int(getattr(request.node, "execution_count", 1)) > 1
