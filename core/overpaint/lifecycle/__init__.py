"""A prediction's life: create, read, wait, cancel, fetch — decided once, without any I/O.

Each function is a flow (`overpaint.calls.Flow`): both clients drive the same ones.

Money rules: a create is sent again only where it is certain that nothing was created. Where no
answer tells what was, the endpoint's own list is asked. Reads are repeated freely. A wait ends in
a success or an error, and whoever stops waiting cancels.
"""

from __future__ import annotations

from .cancellation import cancel
from .creation import create
from .fetching import fetch, fetch_all
from .patience import Memory, Patience
from .progress import Progress, progress_of
from .reading import get, listing
from .recovery import search
from .waiting import Listener, succeeded, wait

__all__ = [
    "Listener",
    "Memory",
    "Patience",
    "Progress",
    "cancel",
    "create",
    "fetch",
    "fetch_all",
    "get",
    "listing",
    "progress_of",
    "search",
    "succeeded",
    "wait",
]
