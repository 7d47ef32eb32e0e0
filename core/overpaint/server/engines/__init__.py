"""What paints: one file per engine, and the protocol they share in `base`."""

from __future__ import annotations

from overpaint.errors import ConfigurationError

from .base import Engine

__all__ = ["ENGINES", "engine_named"]

ENGINES = ("patchmatch",)


def engine_named(name: str) -> Engine:
    """Make the engine of that name; what it needs loads when it first paints.

    Raises:
        ConfigurationError: there is none.
    """
    if name == "patchmatch":
        from .patchmatch import PatchMatchEngine

        return PatchMatchEngine()
    raise ConfigurationError(
        f"There is no engine called {name}.", hint="There are: " + ", ".join(ENGINES) + "."
    )
