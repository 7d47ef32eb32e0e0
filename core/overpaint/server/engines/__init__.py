"""What paints: one file per engine, and the protocol they share in `base`."""

from __future__ import annotations

from pathlib import Path

from overpaint.errors import ConfigurationError

from .base import Engine

__all__ = ["ENGINES", "engine_named"]

ENGINES = ("patchmatch", "diffusers")


def engine_named(name: str, model: Path | None = None) -> Engine:
    """Make the engine of that name; what it needs loads when it first paints.

    Args:
        name: one of `ENGINES`.
        model: the folder of its weights, for an engine that has some.

    Raises:
        ConfigurationError: there is none, or its weights are missing.
    """
    if name == "patchmatch":
        from .patchmatch import PatchMatchEngine

        return PatchMatchEngine()
    if name == "diffusers":
        from .diffusers import DiffusersEngine

        if model is None:
            raise ConfigurationError(
                "The diffusers engine needs a model.", hint="Give its folder with --model."
            )
        return DiffusersEngine(model)
    raise ConfigurationError(
        f"There is no engine called {name}.", hint="There are: " + ", ".join(ENGINES) + "."
    )
