"""SciPy or OpenCV: what the operations cost for which the engine could use either."""

from __future__ import annotations

__all__ = ["compare_operations"]


def compare_operations() -> None:
    """Print each operation's time with SciPy and, if it is installed, with OpenCV."""
