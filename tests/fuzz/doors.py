"""Every door there is, by the file that has it; a fuzzer loads no more than its own."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence

from .door import Door

__all__ = ["NAMES", "door_named"]

ROOMS: Mapping[str, Sequence[str]] = {
    "picture_doors": ("picture", "data URI", "mask"),
    "pipe_doors": ("line", "worker", "editor"),
    "file_doors": ("settings file", "key file", "names", "document", "panel"),
    "server_doors": ("server body", "server upload", "server create", "server call"),
    "journal_doors": ("journal", "job files"),
    "answer_doors": ("answer body", "answers"),
}
NAMES = tuple(name for names in ROOMS.values() for name in names)


def door_named(name: str) -> Door:
    """Load a door."""
    room = next(room for room, names in ROOMS.items() if name in names)
    doors: Sequence[Door] = importlib.import_module(f"fuzz.{room}").DOORS
    return next(door for door in doors if door.name == name)
