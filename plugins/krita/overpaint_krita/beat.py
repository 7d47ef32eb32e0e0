"""What happens again and again by itself: one fault in it must not end it, or fill the screen."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from .qt import QtCore
from .vendor.overpaint_bridge.reports import Failed
from .vendor.overpaint_bridge.trouble import Trouble, trouble

__all__ = ["Beat"]


class Beat(QtCore.QTimer):
    """Does something at an interval, never while it still does it."""

    def __init__(
        self, parent: Any, interval: int, act: Callable[[], None], tell: Callable[[Trouble], None]
    ) -> None:
        """Begin at once.

        Args:
            parent: it ends with it.
            interval: milliseconds.
            act: what to do.
            tell: shows a person what went wrong in that, each fault once.
        """
        super().__init__(parent)
        self._act, self._tell = act, tell
        self._is_acting = False
        self._told: set[str] = set()
        self.setInterval(interval)
        self.timeout.connect(self._beat)
        self.start()

    def _beat(self) -> None:
        """Act, unless Krita lets timers run while one of its own calls waits."""
        if self._is_acting:
            return
        self._is_acting = True
        try:
            self._act()
        except Exception as error:  # noqa: BLE001  Krita would open a dialog at each of the beats
            self._note(error)
        finally:
            self._is_acting = False

    def _note(self, error: Exception) -> None:
        """Log a fault, and show it the first time."""
        words = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        if words in self._told:
            return
        self._told.add(words)
        sys.stderr.write(words)
        told = trouble(Failed("", "internal", f"{type(error).__name__}: {error}"))
        self._tell(replace(told, details=words))
