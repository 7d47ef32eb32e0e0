"""A panel's first start: what its set-up is doing, as a panel shows it."""

from __future__ import annotations

from .language import gettext as _
from .setup import Setup, Step, help_page
from .trouble import Trouble

__all__ = ["FirstStart"]


class FirstStart:
    """The set-up behind a panel that has found no Python with Overpaint.

    Attributes:
        setup: what does it.
        step: how far it has come; None before it has begun.
    """

    def __init__(self, setup: Setup | None = None) -> None:
        """Nothing is done before `begin`."""
        self.setup = setup or Setup()
        self.step: Step | None = None

    @property
    def is_running(self) -> bool:
        """True from `begin` to the end."""
        return self.step is not None and not self.step.is_end

    @property
    def is_ready(self) -> bool:
        """True once it has ended well."""
        return self.step is not None and self.step.stage == "ready"

    @property
    def help_page(self) -> str:
        """The address of a page on this machine that helps where the set-up can't."""
        return help_page()

    @property
    def trouble(self) -> Trouble | None:
        """Why it has failed."""
        if self.step is None or self.step.stage != "failed":
            return None
        return Trouble(
            _("Overpaint could not be set up"),
            self.step.message,
            self.step.hint,
            self.step.detail,
            "setup_failed",
        )

    def begin(self) -> None:
        """Start it, or start it again; does nothing while it runs."""
        if not self.is_running:
            self.step = Step("look", _("Setting Overpaint up."), 0.0)
            self.setup.start()

    def cancel(self) -> None:
        """Stop it; nothing is left behind."""
        if self.is_running:
            self.setup.cancel()

    def poll(self) -> bool:
        """Hear of it; True if anything has changed. Never blocks."""
        steps = self.setup.poll()
        if steps:
            self.step = steps[-1]
        return bool(steps)
