"""The engine that needs no key and no model: it copies what surrounds the hole."""

from .engine import PatchMatchEngine

__all__ = ["PatchMatchEngine"]
