"""What each model calls things: one adapter per family, chosen by version."""

from __future__ import annotations

from .base import Adapter, Ask
from .catalogue import adapter_for

__all__ = ["Adapter", "Ask", "adapter_for"]
