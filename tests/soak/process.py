"""What a process holds: memory, open files, threads."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import psutil

__all__ = ["Holding", "Watch"]


@dataclass(frozen=True)
class Holding:
    """What a process and its children hold at one moment."""

    memory: int
    files: int
    threads: int

    @classmethod
    def of(cls, pid: int) -> Holding:
        """Look."""
        process = psutil.Process(pid)
        return cls(process.memory_info().rss, process.num_fds(), process.num_threads())

    def __str__(self) -> str:
        """As a line of the table."""
        return f"{self.memory / 2**20:6.1f} MB, {self.files:3} files, {self.threads:3} threads"


@dataclass
class Watch:
    """Looks at a process's memory all the time, for the peak."""

    pid: int
    peak: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Watch:
        """Begin."""
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _look(self) -> None:
        process = psutil.Process(self.pid)
        while not self._stop.wait(0.05):
            self.peak = max(self.peak, process.memory_info().rss)
