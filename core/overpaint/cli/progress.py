"""The progress bar: stage and time, on stderr, gone when it is done."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from overpaint.lifecycle import Progress as Step

from .report import Report

__all__ = ["shown"]


@contextlib.contextmanager
def shown(report: Report) -> Iterator[Callable[[Step], None]]:
    """Show a bar for as long as the block runs; gives the listener to hand to a client."""
    console = report.console
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=32),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=report.quiet or not console.is_terminal,
    )
    with bar:
        task = bar.add_task("preparing", total=None)

        def listen(step: Step) -> None:
            total = None if step.fraction is None else 1.0
            bar.update(task, description=step.stage.lower(), total=total, completed=step.fraction)

        yield listen
