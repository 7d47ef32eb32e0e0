"""All findings together, as a person reads them and as a report carries them."""

from __future__ import annotations

import getpass
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from overpaint.installing import System
from overpaint_bridge import __version__

from .editors import look_at_editors
from .endpoint import look_at_endpoints
from .engine import look_at_engine
from .findings import Finding, Level
from .interpreters import look_at_pythons
from .kept_results import look_at_journal
from .storage import look_at_disk

__all__ = ["Diagnosis", "diagnose"]

SIGNS = {Level.GOOD: "ok  ", Level.NOTE: "note", Level.BAD: "BAD "}
ADDRESS = re.compile(r"https?://[^\s,;)]+")
# Of a path, only what it ends in is of use to somebody else.
PATH = re.compile(r"(?<![\w:/.])(?:~|[A-Za-z]:)?[\\/](?:[^\s,;:()\\/]+[\\/])+([^\s,;:()\\/]+)")
# Addresses that say nothing about a person.
PUBLIC = frozenset({"api.replicate.com", "embedded.overpaint", "127.0.0.1", "localhost"})


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Everything that was looked at."""

    findings: tuple[Finding, ...]

    @property
    def is_good(self) -> bool:
        """True where nothing stops a fill."""
        return all(finding.level is not Level.BAD for finding in self.findings)

    @property
    def text(self) -> str:
        """For a person at this machine."""
        return "\n".join(_lines(self.findings))

    @property
    def report(self) -> str:
        """For somebody else: no user's name, no folders, no private address."""
        return _anonymous(f"Overpaint {__version__}\n{self.text}")


def diagnose(system: System | None = None) -> Diagnosis:
    """Look at everything; takes some seconds, and costs nothing at any endpoint."""
    system = system or System()
    return Diagnosis(
        (
            *look_at_pythons(system),
            *look_at_editors(system),
            *look_at_endpoints(),
            *look_at_engine(),
            *look_at_disk(),
            *look_at_journal(),
        )
    )


def _lines(findings: tuple[Finding, ...]) -> Iterator[str]:
    width = max(len(finding.topic) for finding in findings)
    for finding in findings:
        yield f"{SIGNS[finding.level]}  {finding.topic:{width}}  {finding.says}"
        if finding.hint:
            yield f"      {'':{width}}  {finding.hint}"


def _anonymous(text: str) -> str:
    """Take out what tells of the person."""
    home = str(System().home)
    text = text.replace(home, "~") if len(home) > 1 else text
    addresses = ADDRESS.findall(text)
    # A gateway's path is often the tenant's name.
    text = ADDRESS.sub(lambda found: found[0].split("/", 3)[2].join(("//", "/…")), text)
    for host in {urlsplit(address).hostname or "" for address in addresses} - PUBLIC:
        text = text.replace(host, "HOST")  # errors name it without the rest of its address
    text = PATH.sub(r"…/\1", text)
    user = getpass.getuser()
    return re.sub(rf"\b{re.escape(user)}\b", "USER", text) if len(user) > 2 else text
