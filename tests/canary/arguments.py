"""The arguments of every process below this one, looked at again and again."""

from __future__ import annotations

import threading

import psutil

__all__ = ["Arguments"]


class Arguments:
    """Samples what anybody on the machine can read with `ps`."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.samples = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Arguments:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        own = psutil.Process()
        while not self._stop.wait(0.1):
            self.samples += 1
            for process in own.children(recursive=True):
                try:
                    self.seen.add(" ".join(process.cmdline()))
                except psutil.Error:
                    continue
