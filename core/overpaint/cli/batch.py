"""`overpaint batch`: many pictures in one go."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from overpaint.async_client import AsyncClient
from overpaint.batch import Item, Outcome, read_items, run_batch
from overpaint.errors import OutputError
from overpaint.recipe import changes, recipe_in
from overpaint.request import PaintRequest
from overpaint.settings import endpoint_named

from .options import (
    AsJson,
    Cfg,
    EndpointOption,
    Force,
    Negative,
    Number,
    Prompt,
    Quiet,
    RequestFile,
    Scheduler,
    Seed,
    Setting,
    Steps,
    Strength,
    Version,
    read_request,
)
from .report import Report, error_object

__all__ = ["batch"]

REPORT = "report.json"


def batch(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="PAIRS.csv|DIR",
            help="Columns image, mask, output, prompt, …; or photo.png beside photo-mask.png.",
            show_default=False,
        ),
    ],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="For results.")],
    jobs: Annotated[int, typer.Option(min=1, max=64, help="So many at once.")] = 1,
    prompt: Prompt = None,
    negative_prompt: Negative = None,
    version: Version = None,
    endpoint: EndpointOption = None,
    seed: Seed = None,
    steps: Steps = None,
    guidance_scale: Cfg = None,
    scheduler: Scheduler = None,
    strength: Strength = None,
    num_outputs: Number = None,
    settings: Setting = None,
    request_file: RequestFile = None,
    force: Force = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Fill many pictures. Started again, it goes on where it was, and pays for nothing twice.

    Example: overpaint batch pairs.csv -o results --jobs 2
    """
    request = read_request(
        request_file,
        settings,
        version=version,
        prompt=prompt,
        negative_prompt=negative_prompt,
        seed=seed,
        num_inference_steps=steps,
        guidance_scale=guidance_scale,
        scheduler=scheduler,
        strength=strength,
        num_outputs=num_outputs,
    )
    items = read_items(source)
    for item in items:
        item.asked(request)  # what can't be is refused before anything is spent
    _make(output)
    report = Report(as_json, quiet)
    outcomes: list[Outcome] = []
    try:
        asyncio.run(_run(items, request, output, endpoint, jobs, report, outcomes, force=force))
    except KeyboardInterrupt as stop:
        stop.add_note(
            f"{len(outcomes)} of {len(items)} pictures had been dealt with; what was under way was"
            " canceled where the endpoint could. Started again, it goes on where it was."
        )
        raise
    finally:
        _write_report(output, outcomes, request)
    said = _said(outcomes, request)
    counts = said["counts"]
    report.tell(", ".join(f"{number} {state}" for state, number in counts.items()) + ".")
    report.result(said)
    failed = [outcome.error for outcome in outcomes if outcome.error is not None]
    if failed:
        raise typer.Exit(failed[0].exit_code)


async def _run(
    items: Sequence[Item],
    request: PaintRequest,
    folder: Path,
    endpoint: str | None,
    jobs: int,
    report: Report,
    outcomes: list[Outcome],
    *,
    force: bool,
) -> None:
    def note(outcome: Outcome) -> None:
        outcomes.append(outcome)
        place = f"{len(outcomes)}/{len(items)} {outcome.item.name}"
        if outcome.error is None:
            report.tell(f"{place}: {outcome.state}{_though(outcome, request)}")
        elif not report.as_json:
            report.console.print(f"{place}: {outcome.state}: {outcome.error}", markup=False)

    async with AsyncClient(endpoint_named(endpoint)) as client:
        await run_batch(client, items, request, folder, at_once=jobs, force=force, on_outcome=note)


def _make(folder: Path) -> None:
    """Make the folder of results before anything is spent.

    Raises:
        OutputError: it can't be.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = (error.strerror or str(error)).casefold()
        raise OutputError(f"The folder {folder} can't be made: {why}.") from error


def _write_report(folder: Path, outcomes: Sequence[Outcome], request: PaintRequest) -> None:
    """Leave a report beside the results, also of a batch that was interrupted.

    Raises:
        OutputError: the disk refused.
    """
    if not outcomes:
        return
    text = json.dumps(_said(outcomes, request), ensure_ascii=False, indent=2, default=str)
    part = folder / f".{REPORT}.part"
    try:
        part.write_text(text + "\n", encoding="utf-8")
        part.replace(folder / REPORT)
    except OSError as error:
        part.unlink(missing_ok=True)
        why = (error.strerror or str(error)).casefold()
        raise OutputError(f"The report can't be written into {folder}: {why}.") from error


def _changed(outcome: Outcome, request: PaintRequest) -> tuple[str, ...]:
    """What is asked for of a picture that was there already, otherwise than when it was painted."""
    recipe = recipe_in(outcome.outputs[0]) if outcome.state == "skipped" else None
    return () if recipe is None else changes(recipe, outcome.item.asked(request))


def _though(outcome: Outcome, request: PaintRequest) -> str:
    """What a person should know of one that was skipped."""
    changed = _changed(outcome, request)
    if not changed:
        return ""
    return (
        f", though what is asked for has changed ({', '.join(changed)}). To paint it anew, remove"
        f" {outcome.outputs[0]} or use --force for all."
    )


def _said(outcomes: Sequence[Outcome], request: PaintRequest) -> dict[str, Any]:
    return {
        "counts": dict(Counter(outcome.state for outcome in outcomes)),
        "items": [
            {
                "name": outcome.item.name,
                "image": str(outcome.item.image),
                "state": outcome.state,
                "outputs": [str(path) for path in outcome.outputs],
                "changed": list(_changed(outcome, request)),
                "seed": outcome.seed,
                "seconds": round(outcome.seconds, 3),
                "error": None if outcome.error is None else error_object(outcome.error),
            }
            for outcome in outcomes
        ],
    }
