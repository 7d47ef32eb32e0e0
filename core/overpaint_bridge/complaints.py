"""Why a set-up can't go on: what was not found, and what pip or uv said, in sentences."""

from __future__ import annotations

import re

from .language import gettext as _
from .pythons import Maker, Search

__all__ = ["SetupFailed", "chosen", "explained"]

OFFLINE = re.compile(
    r"NewConnectionError|NameResolutionError|name resolution|Network is unreachable|getaddrinfo"
    r"|Connection refused|ConnectTimeout|Read timed out|dns error|error sending request",
)
UNTRUSTED = re.compile(r"CERTIFICATE_VERIFY_FAILED|SSLCertVerificationError|invalid peer certif")
FULL = re.compile(r"No space left|not enough space|Errno 28")
MISSING = re.compile(r"No matching distribution found for ([\w.-]+)|no versions of ([\w.-]+)")


class SetupFailed(Exception):  # noqa: N818  it ends as a step, never as a traceback
    """The set-up can't go on; says why and what helps."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def chosen(search: Search) -> Maker:
    """What an environment is made with.

    Raises:
        SetupFailed: nothing can.
    """
    if search.maker is not None:
        return search.maker
    if search.without_venv:
        raise SetupFailed(
            _("{python} can't make environments: its part “venv” is not installed.").format(
                python=search.without_venv[0]
            ),
            _("Install it; Debian and Ubuntu call it python3-venv. Then try again."),
        )
    if search.too_old:
        raise SetupFailed(
            _("{python} is too old: Overpaint needs Python 3.11 or later.").format(
                python=search.too_old[0]
            ),
            _("Install a newer Python beside it, then try again."),
        )
    raise SetupFailed(
        _("Overpaint needs Python 3.11 or later, and none was found on this machine."),
        _("Install Python, then try again."),
    )


def explained(said: str, failure: str) -> SetupFailed:
    """What pip or uv said, in a sentence."""
    missing = MISSING.search(said)
    if FULL.search(said):
        return SetupFailed(_("The disk is full."), _("Make 500 MB of room and try again."))
    if UNTRUSTED.search(said):
        return SetupFailed(
            _("The package index was reached through a connection that can't be trusted."),
            _("A network that inspects connections needs its certificate named in PIP_CERT."),
        )
    if OFFLINE.search(said):
        return SetupFailed(
            _("The package index can't be reached; Overpaint fetches its parts from there once."),
            _("Connect to the network and try again; later it works off-line."),
        )
    if missing:
        return SetupFailed(
            _("The package index has no {part} for this Python.").format(
                part=missing[1] or missing[2]
            ),
            _("Connect to the network, or try another Python: name it in OVERPAINT_PYTHON."),
        )
    return SetupFailed(failure, _("The details have the reason; please report it with them."))
