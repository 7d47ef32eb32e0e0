"""All findings together, as a person reads them and as a report carries them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from overpaint.installing import System
from overpaint_bridge import __version__

from .anonymity import anonymous
from .editors import look_at_editors
from .endpoint import look_at_endpoints
from .engine import look_at_engine
from .findings import Finding, Level
from .interpreters import look_at_pythons
from .kept_results import look_at_journal
from .storage import look_at_disk

__all__ = ["Diagnosis", "diagnose"]

SIGNS = {Level.GOOD: "ok  ", Level.NOTE: "note", Level.BAD: "BAD "}


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
        """For somebody else: no user's name, no folders, no private address or endpoint's name."""
        return anonymous(f"Overpaint {__version__}\n{self.text}", self.findings)


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
