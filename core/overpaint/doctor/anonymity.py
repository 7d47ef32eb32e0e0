"""A report for somebody else: what tells of the person is taken out."""

from __future__ import annotations

import contextlib
import getpass
import re
from collections.abc import Iterable, Iterator
from pathlib import PureWindowsPath
from typing import Any
from urllib.parse import urlsplit

from overpaint.installing import System

from .endpoint import BUILT_IN
from .findings import Finding

__all__ = ["anonymous"]

ADDRESS = re.compile(r"https?://[^\s,;)]+")
# Of a path, only what it ends in is of use to somebody else.
PATH = re.compile(r"(?<![\w:/.])(?:~|[A-Za-z]:)?[\\/](?:[^\s,;:()\\/]+[\\/])+([^\s,;:()\\/]+)")
# Addresses that say nothing about a person.
PUBLIC = frozenset({"api.replicate.com", "embedded.overpaint", "127.0.0.1", "localhost"})


def anonymous(text: str, findings: Iterable[Finding]) -> str:
    """Take a person's folders, addresses, endpoints and name out of a text.

    Args:
        text: what the findings say.
        findings: their values tell what in it is a path or an endpoint's name.
    """
    values = [value for finding in findings for value in _strings(finding.values)]
    for path in sorted((value for _, value in values if _is_path(value)), key=len, reverse=True):
        # The name may have blanks in it, which no pattern would know the end of.
        text = text.replace(path, f"…/{PureWindowsPath(path).name}")
    home = str(System().home)
    text = text.replace(home, "~") if len(home) > 1 else text
    addresses = ADDRESS.findall(text)
    # A gateway's path is often the tenant's name.
    text = ADDRESS.sub(lambda found: found[0].split("/", 3)[2].join(("//", "/…")), text)
    for host in {urlsplit(address).hostname or "" for address in addresses} - PUBLIC - {""}:
        text = _without(text, host, "HOST")  # errors name it without the rest of its address
    named = dict.fromkeys(value for key, value in values if key == "endpoint")
    for number, name in enumerate([name for name in named if name not in BUILT_IN], 1):
        text = _without(text, name, f"ENDPOINT-{number}")
    return _without(PATH.sub(r"…/\1", text), _user(), "USER")


def _strings(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    return ((key, value) for key, value in values.items() if isinstance(value, str))


def _is_path(value: str) -> bool:
    return bool(re.match(r"(?:~|[A-Za-z]:)?[\\/]", value)) and len(value) > len("C:/")


def _without(text: str, word: str, instead: str) -> str:
    """The text with a word replaced wherever it stands by itself."""
    if not word:
        return text
    # A host's name comes back in small letters, however it was written.
    return re.sub(rf"(?<![\w-]){re.escape(word)}(?![\w-])", instead, text, flags=re.IGNORECASE)


def _user() -> str:
    """The person's name here; empty where there is none, or it could be any syllable."""
    with contextlib.suppress(KeyError, ImportError, OSError):  # an id without a name
        user = getpass.getuser()
        return user if len(user) > len("me") else ""
    return ""
