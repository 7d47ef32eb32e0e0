"""How long to wait for what, and what is remembered of former runs."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field

__all__ = ["DEFAULT_PATIENCE", "Memory", "Patience"]

# Of this many former runs the quickest says when the next is first asked for.
REMEMBERED_RUNS = 20
# A little before the quickest, so that a model that has become quicker is noticed.
FIRST_ASKED = 0.9


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what, in seconds.

    Attributes:
        deadline: for the whole prediction, from its creation; then it is canceled.
        first_poll: after the create, where nothing is known of the model.
        slowest_poll: polls grow towards this.
        growth: each poll waits at least this part of the time waited so far. 2 % of it, from
            0.1 s, costs less than 100 ms after the end in the median for runs of 0.2 to 2 s
            (measured over a 50 ms line).
        tries: of a request that may be repeated.
        pause: before the second try; doubled for each further one.
        outage: how long a wait bears an endpoint that does not answer, or a model that is busy.
        longest_pause: asked for by `Retry-After`; where more is asked, the caller is told instead.
        answer: silence after which an ordinary answer is given up.
        longest_answer: after which any answer is given up, however steadily it trickles.
        largest: bytes of any answer.
    """

    deadline: float = 900.0
    first_poll: float = 0.1
    slowest_poll: float = 3.0
    growth: float = 0.02
    tries: int = 5
    pause: float = 0.5
    outage: float = 60.0
    longest_pause: float = 60.0
    answer: float = 30.0
    longest_answer: float = 600.0
    largest: int = 256 * 2**20


DEFAULT_PATIENCE = Patience()


@dataclass(slots=True)
class Memory:
    """What one client has learnt; shared by its threads and tasks.

    Attributes:
        created: the ids of its own predictions.
        files: the digest of what was uploaded: its address, and when that ends (monotonic).
        takes_files: False once the endpoint turned out to have no place for files.
    """

    created: set[str] = field(default_factory=set)
    files: dict[str, tuple[str, float]] = field(default_factory=dict)
    takes_files: bool = True
    _runs: dict[str, deque[float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def learn(self, version: str, seconds: float) -> None:
        """Keep how long a run of a version took."""
        with self._lock:
            self._runs.setdefault(version, deque(maxlen=REMEMBERED_RUNS)).append(seconds)

    def first_poll(self, version: str) -> float:
        """Seconds after the create before which no run of this version is worth asking for."""
        with self._lock:
            runs = self._runs.get(version)
            return FIRST_ASKED * min(runs) if runs else 0.0
