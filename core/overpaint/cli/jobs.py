"""`overpaint jobs`: what was asked, what came back, and what a crash left behind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from overpaint.client import Client
from overpaint.errors import (
    APIError,
    JournalError,
    NotFoundError,
    OverpaintError,
    TransportError,
)
from overpaint.journal import Journal, Row, open_journal
from overpaint.results import Result
from overpaint.settings import endpoint_again

from .options import AsJson, Quiet
from .progress import shown
from .report import Report, error_object, plain

__all__ = ["jobs"]

jobs = typer.Typer(no_args_is_help=True, help="Runs, their results, and those a crash left behind.")

Name = Annotated[
    str,
    typer.Argument(metavar="ID", help="From `jobs list`, or its beginning.", show_default=False),
]
Folder = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="DIR", help="Where results go; else into the journal."),
]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one job."""

    row: Row
    outputs: tuple[Path, ...]
    error: OverpaintError | None = None

    def listed(self) -> dict[str, Any]:
        """As `--json` gives it."""
        row = self.row
        return {
            "id": row.id,
            "state": row.state,
            "outputs": [str(path) for path in self.outputs],
            "prompt": row.prompt,
            "endpoint": row.endpoint,
            "version": row.version,
            "prediction": row.prediction,
            "seeds": list(row.seeds),
            "host": row.host,
            "document": row.document,
            "created_at": row.created,
            "message": row.message,
        } | ({} if self.error is None else {"error": error_object(self.error)})


@jobs.command("list")
def list_(as_json: AsJson = False) -> None:
    """List every run that is remembered, newest first."""
    journal, report = _journal(), Report(as_json)
    rows = [Outcome(row, _files(journal, row)) for row in journal.rows()]
    if not rows:
        report.tell("No run is remembered.")
    else:
        table = Table("id", "when", "state", "endpoint", "prompt", box=None)
        for item in rows:
            row = item.row
            table.add_row(
                row.id, row.created, row.state, plain(row.endpoint), plain(row.prompt[:60])
            )
        report.print(table)
    _give(report, rows)


@jobs.command()
def show(job: Name, as_json: AsJson = False) -> None:
    """Show one run."""
    journal, report = _journal(), Report(as_json)
    row = journal.row(job)
    item = Outcome(row, _files(journal, row))
    for name, value in item.listed().items():
        if value and name != "outputs":
            report.tell(f"{name}: {value}")
    report.tell(*(f"output: {path}" for path in item.outputs))
    _give(report, [item])


@jobs.command()
def resume(
    job: Annotated[
        str | None, typer.Argument(metavar="ID", help="Left out: all.", show_default=False)
    ] = None,
    output: Folder = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Fetch the results of runs whose process is no more. Nothing is paid for twice.

    Example: overpaint jobs resume -o results
    """
    journal, report = _journal(), Report(as_json, quiet)
    if job is None:
        rows = [row for row in journal.rows() if not row.is_settled and not journal.is_held(row)]
    else:
        rows = [journal.row(job)]
    done = [_resumed(journal, row, output, report) for row in rows]
    if not done:
        report.tell("Nothing is left over.")
    _give(report, done)
    _leave(done, report)


@jobs.command()
def cancel(
    job: Name,
    as_json: AsJson = False,
    force: Annotated[
        bool, typer.Option("--force", help="Drop it here though its endpoint can't be asked.")
    ] = False,
) -> None:
    """Stop a run at its endpoint, or drop a result that nobody wants any more."""
    journal, report = _journal(), Report(as_json)
    row = journal.row(job)
    if row.is_settled:
        raise JournalError(f"The run {row.id} has ended already: it was {row.state}.")
    is_held = journal.is_held(row)
    if is_held and (row.has_results or row.free):
        journal.dismiss(row.id)  # refuses it with its reason, unless its holder has just let go
    try:
        stopped = row.has_results or row.free or _stopped(row)
    except (TransportError, APIError) as error:
        if not force:
            error.hint = f"{error.hint} `overpaint jobs cancel {row.id} --force` drops it here."
            raise
        stopped = False
    if not is_held:
        journal.dismiss(row.id)
    if stopped:
        report.tell(f"Canceled {row.id}.")
    else:
        report.tell(f"{row.endpoint} did not cancel {row.id}; it may run on and be charged.")
    _give(report, [Outcome(journal.row(row.id), ())])


def _stopped(row: Row) -> bool:
    """Cancel at the endpoint; False where it may run on."""
    if row.prediction is None:
        return False
    with Client(endpoint_again(row.endpoint, row.base_url)) as client:
        try:
            return client.cancel_prediction(row.prediction) is not None
        except NotFoundError:
            return True


def _resumed(journal: Journal, row: Row, folder: Path | None, report: Report) -> Outcome:
    """Take one job to its end; its failure is its own."""
    try:
        taken = journal.take(row.id)
        try:
            endpoint = endpoint_again(row.endpoint, row.base_url)
            with Client(endpoint, journal=journal) as client, shown(report) as listen:
                result = client.resume(taken, on_progress=listen)
            place = journal.folder_of(row.id) if folder is None else folder
            outputs = _written(result, place, row.id if folder else "result")
        except BaseException:
            taken.entry.let_go()
            raise
        if folder is None:
            taken.entry.let_go()
        else:
            taken.entry.delivered(*(str(path.absolute()) for path in outputs))
        report.tell(*(f"The result of {row.id} is {path}." for path in outputs))
        return Outcome(journal.row(row.id), outputs)
    except OverpaintError as error:
        if not report.as_json:
            report.tell(f"The run {row.id} at {row.endpoint} ({row.base_url}):")
            report.failure(error)
        now = journal.row(row.id)
        return Outcome(now, _files(journal, now), error)


def _written(result: Result, folder: Path, stem: str) -> tuple[Path, ...]:
    """Write every result: the whole picture, or of a part of one its layer."""
    if not folder.is_dir():
        folder.mkdir(parents=True)
    bounds = result.region.bounds
    is_whole = (bounds.x, bounds.y, *bounds.extent) == (0, 0, *result.extent)
    return tuple(
        result.write(folder / f"{stem}-{index}.png", index, layer=not is_whole, force=True)
        for index in range(len(result.outputs))
    )


def _files(journal: Journal, row: Row) -> tuple[Path, ...]:
    """What of a job is on disk: its results, else the answers as they came."""
    folder = journal.folder_of(row.id)
    return tuple(sorted(folder.glob("result-*.png")) or sorted(folder.glob("answer-[0-9]*")))


def _journal() -> Journal:
    journal = open_journal()
    if journal is None:
        raise JournalError(
            "The journal is turned off, so no run is remembered.",
            hint="Settings, [journal], `enabled = true`.",
        )
    return journal


def _give(report: Report, rows: Iterable[Outcome]) -> None:
    report.result({"jobs": [item.listed() for item in rows]})


def _leave(done: list[Outcome], report: Report) -> None:
    """Exit as the first that failed would have."""
    failed = [item.error for item in done if item.error is not None]
    if failed:
        if len(done) > 1:
            report.tell(f"{len(done) - len(failed)} of {len(done)} runs brought a result.")
        raise typer.Exit(failed[0].exit_code)
