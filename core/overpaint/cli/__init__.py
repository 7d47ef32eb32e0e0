"""The command line. It is a script like any other: requests go in, files come out."""

from __future__ import annotations

from .starting import ready_streams, stoppable

__all__ = ["main"]


def main() -> None:
    """Run the command line and exit with its code."""
    ready_streams()
    with stoppable():
        from .app import run
    run()
