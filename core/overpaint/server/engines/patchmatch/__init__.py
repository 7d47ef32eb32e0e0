"""The engine that needs no key and no model: it copies what surrounds the hole."""

from overpaint.server.engines.patchmatch.engine import PatchMatchEngine

__all__ = ["PatchMatchEngine"]
