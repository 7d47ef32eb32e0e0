"""The actions, which Krita's shortcuts and menus find by name."""

from __future__ import annotations

from typing import Any

from krita import Extension

from .docker import ID, Docker
from .vendor.overpaint_bridge.wording import gettext as _

__all__ = ["ACTIONS", "OverpaintExtension"]

# Action: the words for it, and the docker's method.
ACTIONS = {
    "overpaint_generate": (_("Overpaint: generate"), "generate"),
    "overpaint_cancel": (_("Overpaint: cancel"), "cancel"),
    "overpaint_apply": (_("Overpaint: apply"), "apply"),
    "overpaint_discard": (_("Overpaint: discard"), "discard"),
    "overpaint_next": (_("Overpaint: next result"), "next"),
    "overpaint_previous": (_("Overpaint: previous result"), "previous"),
    "overpaint_focus_prompt": (_("Overpaint: write the prompt"), "focus_prompt"),
}


class OverpaintExtension(Extension):
    """Gives every window the actions."""

    def setup(self) -> None:
        """Nothing is needed before there are windows."""

    def createActions(self, window: Any) -> None:  # noqa: N802  Krita's name
        """Make a window's actions, which its own docker carries out."""
        # Krita lets go of its own `window` after a while; the real one stays.
        real = window.qwindow()
        for name, (words, method) in ACTIONS.items():
            action = window.createAction(name, words, "tools/scripts")
            action.triggered.connect(lambda _checked=False, method=method: _tell(real, method))


def _tell(window: Any, method: str) -> None:
    """Call a method of the docker in a Qt window."""
    docker = window.findChild(Docker, ID)
    if docker is not None:
        getattr(docker, method)()
