"""What this plug-in can't do with what it was given, said so that a person can go on."""

from __future__ import annotations

from overpaint_bridge.trouble import Trouble

__all__ = ["Refusal"]


class Refusal(Exception):  # noqa: N818  an answer, not a fault
    """One sentence on what is in the way, and one on what to do.

    Attributes:
        what: what is in the way.
        next: what to do about it; may be empty.
    """

    def __init__(self, what: str, next: str = "") -> None:  # noqa: A002  the field's name
        super().__init__(f"{what} {next}".strip())
        self.what = what
        self.next = next

    @property
    def trouble(self) -> Trouble:
        """The same, as windows show what went wrong: the sentence itself is the heading."""
        return Trouble(self.what.removesuffix("."), "", self.next)
