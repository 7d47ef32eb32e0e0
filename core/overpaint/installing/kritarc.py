"""Krita's settings file: one line is added or changed, every other byte stays as it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["KEY", "Edit", "disabled", "enabled", "forgotten", "is_enabled"]

KEY = b"enable_overpaint_krita"
SECTION = b"[python]"
# What the docker remembers from one Krita to the next.
OURS = b"[overpaint]"
LINE = re.compile(rb"^" + KEY + rb"[ \t]*=[ \t]*(\w*)[ \t]*(\r?\n|\Z)", re.MULTILINE)
HEADING = re.compile(rb"^\[", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Edit:
    """A change, noted so that it can be taken back exactly.

    Attributes:
        at: where it begins.
        was: the bytes that stood there.
        now: the bytes that stand there.
    """

    at: int
    was: bytes
    now: bytes

    def apply(self, content: bytes) -> bytes:
        """Make the change."""
        return content[: self.at] + self.now + content[self.at + len(self.was) :]

    def undo(self, content: bytes) -> bytes:
        """Take the change back; what it is given must be what `apply` returned."""
        return content[: self.at] + self.was + content[self.at + len(self.now) :]


def is_enabled(content: bytes) -> bool:
    """True where Krita would load the plug-in."""
    line = _line(content)
    return line is not None and line[1].lower() == b"true"


def enabled(content: bytes) -> Edit | None:
    """The change that switches the plug-in on; None where it is on."""
    if is_enabled(content):
        return None
    ending = b"\r\n" if b"\r\n" in content else b"\n"
    now = KEY + b"=true"
    line = _line(content)
    if line is not None:
        return Edit(line.start(), line[0], now + line[2])
    section = _section(content)
    if section is not None:
        return _inserted(content, section[0], now + ending, ending)
    return _inserted(
        content,
        len(content),
        (ending if content else b"") + SECTION + ending + now + ending,
        ending,
    )


def disabled(content: bytes) -> bytes:
    """The content without our line, and without its section where that is left empty."""
    line = _line(content)
    if line is None:
        return content
    rest = content[: line.start()] + content[line.end() :]
    section = _section(rest)
    if section is not None and not rest[slice(*section)].strip():
        rest = _without(rest, SECTION, section)
    return rest


def forgotten(content: bytes) -> bytes:
    """The content without what the docker remembered."""
    section = _section(content, OURS)
    return content if section is None else _without(content, OURS, section)


def _without(content: bytes, heading: bytes, section: tuple[int, int]) -> bytes:
    """The content without a section and its heading."""
    at = content.rindex(heading, 0, section[0])
    before, after = content[:at], content[section[1] :]
    # What stood between two sections stays once; at the end there is nothing to keep apart.
    rest = before + after if after else re.sub(rb"(\r?\n)(\r?\n)+\Z", rb"\1", before)
    return rest.lstrip(b"\r\n") if not rest.strip() else rest


def _inserted(content: bytes, at: int, text: bytes, ending: bytes) -> Edit:
    """An insertion on a line of its own."""
    starts_a_line = at == 0 or content[at - 1 : at] == b"\n"
    return Edit(at, b"", text if starts_a_line else ending + text)


def _section(content: bytes, named: bytes = SECTION) -> tuple[int, int] | None:
    """Where a section's lines begin and end, its heading left out."""
    pattern = rb"^" + re.escape(named) + rb"[ \t]*(\r?\n|\Z)"
    heading = re.search(pattern, content, re.MULTILINE)
    if heading is None:
        return None
    following = HEADING.search(content, heading.end())
    return heading.end(), following.start() if following else len(content)


def _line(content: bytes) -> re.Match[bytes] | None:
    section = _section(content)
    return LINE.search(content, *section) if section else None
