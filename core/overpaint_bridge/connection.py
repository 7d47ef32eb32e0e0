"""The worker behind a panel: started when it is first needed, and again after it has died."""

from __future__ import annotations

import threading
from collections.abc import Callable

from .errors import BridgeError, WorkerGoneError
from .protocol import Message
from .session import Session
from .starting import Starter

__all__ = ["Connection", "Order"]

# Something to say to a session once there is one.
Order = Callable[[Session], object]


class Connection:
    """One worker at a time; never blocks but in `close`.

    Attributes:
        session: the one that runs; None before the first order, and after its death.
    """

    def __init__(self, start: Callable[[], Session]) -> None:
        """Take what starts a session, and may block."""
        self._starter = Starter(start)
        self._orders: list[Order] = []
        self._error: BridgeError | None = None
        self.session: Session | None = None

    def tell(self, order: Order) -> None:
        """Say something to the worker; if there is none, to the one that is started now.

        What comes of it, and that the worker has ended meanwhile, is heard by `poll`.
        """
        if self.session is None:
            self._orders.append(order)
            self._starter.begin()
        else:
            self._give(order, self.session)

    @property
    def is_starting(self) -> bool:
        """True while orders wait for a worker that is being started."""
        return self.session is None and bool(self._orders)

    def fail(self, error: BridgeError) -> None:
        """Note that the session is of no use any more; `poll` raises it behind what was heard."""
        # That the worker has ended is heard from itself, behind all that it said before.
        if not isinstance(error, WorkerGoneError):
            self._error = self._error or error

    def poll(self) -> list[Message]:
        """What was heard since the last poll.

        Raises:
            BridgeError: the worker has ended or could not be started; `drop` follows.
        """
        if self.session is None:
            self.session = self._starter.take()
            if self.session is None:
                return []
            orders, self._orders = self._orders, []
            for order in orders:
                self._give(order, self.session)
        heard = self.session.poll()
        if self._error is not None and not heard:
            raise self._error
        return heard

    def drop(self) -> None:
        """Let go of a worker that has ended; the next order starts another."""
        self._orders, self._error = [], None
        session, self.session = self.session, None
        if session is not None:
            threading.Thread(target=session.close, daemon=True).start()

    def close(self, *, wait: bool = True) -> None:
        """End the worker.

        Args:
            wait: until it has gone, 2 s at most; else it goes by itself.
        """
        self._orders = []
        self._starter.close()
        if not wait:
            self.drop()
        elif self.session is not None:
            self.session.close()
            self.session = None

    def _give(self, order: Order, session: Session) -> None:
        try:
            order(session)
        except BridgeError as error:
            self.fail(error)
