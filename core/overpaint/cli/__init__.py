"""The command line. It is a script like any other: requests go in, files come out."""

from __future__ import annotations

from .app import main

__all__ = ["main"]
