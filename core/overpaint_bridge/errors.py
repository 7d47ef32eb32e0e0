"""What can go wrong between an editor and its worker; the core has its own tree.

    BridgeError
    ├── RuntimeMissingError   no Python with Overpaint in it was found
    ├── WorkerGoneError       the worker ended, or never began
    ├── NoRoomError           no memory or disk is left for the pixels
    └── ProtocolError         the two ends do not understand each other

Each is a sentence for a person; `detail` has the rest.
"""

from __future__ import annotations

from typing import ClassVar

__all__ = [
    "BridgeError",
    "CanvasGone",
    "NoRoomError",
    "ProtocolError",
    "RuntimeMissingError",
    "WorkerGoneError",
]


class BridgeError(Exception):
    """Anything that went wrong with the worker.

    Attributes:
        code: its name, as `failed` carries it.
        detail: the end of what the worker wrote to its log, or what helps; may be empty.
    """

    code: ClassVar[str] = "bridge"

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail


class RuntimeMissingError(BridgeError):
    """No Python with Overpaint in it was found."""

    code = "runtime_missing"


class WorkerGoneError(BridgeError):
    """The worker ended, or never began."""

    code = "worker_gone"


class NoRoomError(BridgeError):
    """No memory or disk is left for the pixels."""

    code = "no_room"


class ProtocolError(BridgeError):
    """A message or a picture's place that can't be right."""

    code = "protocol"


class CanvasGone(Exception):  # noqa: N818  an event, not a fault
    """The picture was closed, or its layer removed, before its pixels were read.

    An editor's canvas raises it with a sentence for a person.
    """
