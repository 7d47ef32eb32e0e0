"""What works on this machine and what does not: for a person, a program, or a report."""

from __future__ import annotations

from .diagnosis import Diagnosis, diagnose
from .findings import Finding, Level

__all__ = ["Diagnosis", "Finding", "Level", "diagnose"]
