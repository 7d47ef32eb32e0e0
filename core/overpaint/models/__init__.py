"""What each model calls things: one adapter per family, chosen by version."""

from __future__ import annotations

from .base import WORDS, Adapter, Ask
from .catalogue import adapter_for, is_known

__all__ = ["WORDS", "Adapter", "Ask", "adapter_for", "is_known"]
