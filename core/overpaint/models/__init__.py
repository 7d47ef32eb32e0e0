"""What each model calls things: one adapter per family, chosen by version."""

from __future__ import annotations

from .base import WORDS, Adapter, Ask
from .catalogue import adapter_for, is_known
from .fill import COPYING_FILL, FILL

__all__ = ["COPYING_FILL", "FILL", "WORDS", "Adapter", "Ask", "adapter_for", "is_known"]
