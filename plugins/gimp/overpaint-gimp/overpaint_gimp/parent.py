"""Whether GIMP is still there: a GIMP that crashed tells nobody, and its plug-ins live on."""

from __future__ import annotations

import os

__all__ = ["has_left"]

PARENT = os.getppid()


def has_left() -> bool:
    """True when GIMP has ended without ending us.

    Windows keeps the number of a parent that is no more, and ends plug-ins by other means.
    """
    return os.getppid() != PARENT
