"""Many pictures in one go: pairs from a list or a folder, painted side by side, taken up again."""

from __future__ import annotations

from .items import Item, read_items
from .running import Outcome, run_batch

__all__ = ["Item", "Outcome", "read_items", "run_batch"]
