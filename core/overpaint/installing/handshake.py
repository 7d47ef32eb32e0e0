"""A real worker, started as an editor would start it, to see that it answers."""

from __future__ import annotations

import time
from dataclasses import dataclass

from overpaint.errors import WorkerError
from overpaint_bridge.errors import BridgeError
from overpaint_bridge.protocol import Ready
from overpaint_bridge.runtime import Runtime, find_runtime
from overpaint_bridge.session import Session

__all__ = ["Greeting", "greet"]

PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Greeting:
    """A worker that answered.

    Attributes:
        python: its interpreter.
        version: its Overpaint's.
        seconds: until it could take jobs.
    """

    python: str
    version: str
    seconds: float


def greet(python: str | None = None) -> Greeting:
    """Start a worker, wait until it can take jobs, and end it.

    Args:
        python: its interpreter; None = the one an editor would find.

    Raises:
        WorkerError: it did not start or did not answer.
    """
    began = time.monotonic()
    try:
        runtime: Runtime = find_runtime(python)
        with Session(runtime, host="install") as session:
            while time.monotonic() - began < PATIENCE:
                for message in session.poll():
                    if isinstance(message, Ready):
                        seconds = time.monotonic() - began
                        return Greeting(" ".join(runtime.command), message.version, seconds)
                time.sleep(0.02)
    except BridgeError as error:
        raise WorkerError(
            f"The worker can't be started from {python or 'any Python here'}: {error}",
            hint=error.detail or "Install Overpaint in an environment of its own.",
        ) from error
    raise WorkerError(f"The worker did not answer within {PATIENCE:.0f} s.")
