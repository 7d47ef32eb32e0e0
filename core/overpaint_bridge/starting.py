"""Starts a worker without keeping an editor waiting: which Python has Overpaint takes a while."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

from .errors import BridgeError, NoRoomError, WorkerGoneError
from .session import Session

__all__ = ["Starter"]


class Starter:
    """Starts one session at a time, in a thread."""

    def __init__(self, start: Callable[[], Session]) -> None:
        """Take what starts a session, and may block."""
        self._start = start
        self._started: queue.SimpleQueue[Session | BridgeError] = queue.SimpleQueue()
        self._unwanted = threading.Event()
        # What is being handed over just now is handed over before it is looked for.
        self._handing = threading.Lock()
        self.is_busy = False

    def begin(self) -> None:
        """Start one, unless one is being started."""
        if not self.is_busy:
            self.is_busy = True
            threading.Thread(target=self._run, daemon=True).start()

    def take(self) -> Session | None:
        """What has been started since; None while nothing has.

        Raises:
            BridgeError: it could not be started.
        """
        try:
            started = self._started.get_nowait()
        except queue.Empty:
            return None
        self.is_busy = False
        if isinstance(started, BridgeError):
            raise started
        return started

    def close(self) -> None:
        """End what is still being started as soon as it is there."""
        try:
            with self._handing:
                self._unwanted.set()
                session = self.take()
        except BridgeError:
            return
        if session is not None:
            session.close()

    def _run(self) -> None:
        # Whatever happens here, somebody waits to hear of it; a fault's traceback goes to stderr.
        outcome: Session | BridgeError = WorkerGoneError("Overpaint's worker could not be started.")
        try:
            outcome = self._start()
        except BridgeError as error:
            outcome = error
        except OSError as error:
            outcome = NoRoomError(
                "There is no room, or no access, for temporary files.", f"{error}"
            )
        finally:
            with self._handing:
                is_wanted = isinstance(outcome, BridgeError) or not self._unwanted.is_set()
                if is_wanted:
                    self._started.put(outcome)
            if not is_wanted and isinstance(outcome, Session):
                outcome.close()
