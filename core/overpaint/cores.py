"""How many cores linear algebra takes: one, for a server runs several predictions side by side."""

from __future__ import annotations

import os

__all__ = ["one_core_each"]

# What the linear algebra under NumPy reads when it is loaded.
VARIABLES = ("OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def one_core_each() -> None:
    """Keep the linear algebra of this process to one thread, unless the environment says otherwise.

    Its products are too small to share: on a busy machine the other threads spend up to half a
    second a fill waiting for each other. For a process of our own, before NumPy is loaded.
    """
    for name in VARIABLES:
        os.environ.setdefault(name, "1")
