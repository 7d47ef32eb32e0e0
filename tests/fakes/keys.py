"""The key of the tests: a canary's where `hatch run canary` looks for it afterwards."""

from __future__ import annotations

import os

__all__ = ["KEY", "TESTS_KEY"]

TESTS_KEY = "TESTS_KEY"
KEY = os.environ.get(TESTS_KEY, "r8_secret-of-the-tests")
