"""The journal: what was asked, what was paid, what came back — and what nobody has got yet.

A job's states, each reached in one transaction:

    intent → created → outputs → delivered
       └────────┴─────────┴──→ failed, canceled

`intent` is written before a create is sent, with everything that lays the result out later;
`created` names the prediction; at `outputs` every answer is on disk, before anybody is told.
"""

from __future__ import annotations

from .entry import Entry
from .journal import Journal
from .opening import journal_folder, open_journal
from .rows import SETTLED, Asker, Row, State
from .taken import Taken

__all__ = [
    "SETTLED",
    "Asker",
    "Entry",
    "Journal",
    "Row",
    "State",
    "Taken",
    "journal_folder",
    "open_journal",
]
