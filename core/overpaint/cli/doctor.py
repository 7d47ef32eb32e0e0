"""`overpaint doctor`: what works here, what does not, and what to do about it."""

from __future__ import annotations

from typing import Annotated

import typer

from .options import AsJson, Quiet
from .report import Report

__all__ = ["doctor"]

Anonymous = Annotated[
    bool,
    typer.Option("--anonymous", help="Without your name, folders and private addresses: to post."),
]


def doctor(anonymous: Anonymous = False, as_json: AsJson = False, quiet: Quiet = False) -> None:
    """Look at Pythons, editors, plug-ins, endpoints, the engine and the disk.

    Costs nothing at any endpoint, and never shows a key. Exits with 2 where something is bad.

    Examples: overpaint doctor · overpaint doctor --anonymous
    """
    from overpaint.doctor import diagnose

    report = Report(as_json, quiet)
    diagnosis = diagnose()
    report.tell(diagnosis.report if anonymous else diagnosis.text)
    if not anonymous and not diagnosis.is_good:
        report.tell("", "To report a fault, add what `overpaint doctor --anonymous` says.")
    report.result(
        {
            "good": diagnosis.is_good,
            "report": diagnosis.report,
            "findings": [
                {
                    "topic": finding.topic,
                    "level": finding.level,
                    "says": finding.says,
                    "hint": finding.hint,
                    **finding.values,
                }
                for finding in (() if anonymous else diagnosis.findings)
            ],
        }
    )
    if not diagnosis.is_good:
        raise typer.Exit(2)
