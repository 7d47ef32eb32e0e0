"""Painting many pictures side by side; what is done stays done, and nothing is paid for twice."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from overpaint.driving import carried_out
from overpaint.errors import (
    AuthenticationError,
    ConfigurationError,
    JournalError,
    NotCreatedError,
    OutOfCreditError,
    OverpaintError,
    RecoveryError,
)
from overpaint.files import copy_picture
from overpaint.request import PaintRequest

from .items import Item

if TYPE_CHECKING:
    from overpaint.async_client import AsyncClient
    from overpaint.job import Job
    from overpaint.journal import Entry, Row
    from overpaint.results import Result

__all__ = ["Outcome", "run_batch"]

# After one of these the others would fail for the same reason.
HOPELESS = (AuthenticationError, OutOfCreditError, ConfigurationError, JournalError)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one item.

    Attributes:
        state: `done`, `skipped` (its result was there), `copied` (from where somebody else had
            fetched it to), `failed`, or `untried`.
        outputs: its files.
        seed: of the first of them.
        seconds: what it took.
        error: why it failed.
    """

    item: Item
    state: str
    outputs: tuple[Path, ...] = ()
    seed: int | None = None
    seconds: float = 0.0
    error: OverpaintError | None = None


async def run_batch(
    client: AsyncClient,
    items: Sequence[Item],
    request: PaintRequest,
    folder: Path,
    *,
    at_once: int = 1,
    force: bool = False,
    on_outcome: Callable[[Outcome], None] = lambda _: None,
) -> list[Outcome]:
    """Paint every item; one that fails does not keep the others from being painted.

    A result that is in the folder is not painted again. A run that a former batch began and did
    not see the end of is taken up again instead of being paid for twice.

    Args:
        client: of the endpoint.
        items: what to paint.
        request: what they have in common.
        folder: where results go, as NAME.png; made if it is not there.
        at_once: so many runs side by side.
        force: paint again what is there.
        on_outcome: told of each as it ends.
    """
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    free = asyncio.Semaphore(at_once)
    hopeless: list[OverpaintError] = []

    async def one(item: Item) -> Outcome:
        async with free:
            if hopeless:
                outcome = Outcome(item, "untried", error=hopeless[0])
            else:
                outcome = await _painted(client, item, request, folder, force=force)
            if isinstance(outcome.error, HOPELESS):
                hopeless.append(outcome.error)
            on_outcome(outcome)
            return outcome

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(item)) for item in items]
    return [task.result() for task in tasks]


async def _painted(
    client: AsyncClient, item: Item, request: PaintRequest, folder: Path, *, force: bool
) -> Outcome:
    """One item, from its files to its result."""
    started = time.monotonic()
    there = folder / f"{item.name}.png"
    if not force and await asyncio.to_thread(there.exists):
        return Outcome(item, "skipped", (there,))
    try:
        job = await client.prepare(item.asked(request), item.image, item.mask)
        found = await _result(client, job, None if force else there)
        if found is None:
            return Outcome(item, "skipped", (there,))
        if not isinstance(found, tuple):
            outputs = await asyncio.to_thread(_copied, client, found, folder, item.name)
            return Outcome(item, "copied", outputs, next(iter(found.seeds), None))
        result, entry = found
        # Canceled meanwhile, it is written all the same, and noted: it was paid for.
        outputs = await carried_out(_handed_over, result, entry, folder, item.name)
    except OverpaintError as error:
        return Outcome(item, "failed", seconds=time.monotonic() - started, error=error)
    return Outcome(item, "done", outputs, result.seed, time.monotonic() - started)


async def _result(
    client: AsyncClient, job: Job, there: Path | None
) -> tuple[Result, Entry] | Row | None:
    """Take up the same run of a former batch, or begin one.

    Returns:
        What was painted; the run of a former batch whose result somebody else has fetched; None
        where another batch has just written `there`.

    Raises:
        OverpaintError: any of ours; a `RecoveryError` where another process is at it.
    """
    taken = await asyncio.to_thread(client.left_over, job)
    if taken is not None:
        # Where nothing had been created, it is begun anew.
        with contextlib.suppress(NotCreatedError):
            return await client.resume(taken), taken.entry
    entry = await client.begin(job)
    try:
        # Another batch over the same list may have begun it, or ended it, since it was looked for.
        rival = await asyncio.to_thread(entry.rival)
        is_there = there is not None and await asyncio.to_thread(there.exists)
        fetched = None if there is None else await asyncio.to_thread(client.fetched, job)
    except BaseException:
        # Nothing was sent; left as it is, it would be looked for as a lost create.
        await carried_out(entry.canceled)
        raise
    if rival is not None or is_there or fetched is not None:
        await carried_out(entry.canceled)
    if rival is not None:
        raise RecoveryError(
            f"Another process is painting it: the job {rival.id}.",
            hint="Start again when it has ended; what it has painted is not painted again.",
        )
    if is_there:
        return None
    if fetched is not None:
        return fetched
    return await client.paint(job, entry=entry), entry


def _handed_over(result: Result, entry: Entry, folder: Path, name: str) -> tuple[Path, ...]:
    """Write every result, and note that they are there; else leave them to the next batch.

    Raises:
        OutputError: the disk refused.
    """
    try:
        outputs = _written(result, folder, name)
    except OverpaintError as error:
        entry.let_go(error)
        raise
    entry.delivered()
    return outputs


def _written(result: Result, folder: Path, name: str) -> tuple[Path, ...]:
    """Write every result; the first last, since it stands for all of them."""
    paths = _paths(folder, name, len(result.outputs))
    for index in reversed(range(len(paths))):
        result.write(paths[index], index, force=True)
    return paths


def _copied(client: AsyncClient, row: Row, folder: Path, name: str) -> tuple[Path, ...]:
    """Copy what `overpaint jobs resume` has fetched, in the same order.

    Raises:
        RecoveryError: it is not where it was put.
        OutputError: it can't be copied.
    """
    if not all(Path(place).is_file() for place in row.taken_to):
        raise RecoveryError(
            f"The job {row.id} has painted it, and its result was handed to"
            f" {', '.join(row.taken_to)}; it can't be copied from there.",
            hint=f"Put it at {folder / name}.png. `--force` pays for every line of a list anew:"
            " for this one alone, use it with a list of this line.",
        )
    paths = _paths(folder, name, len(row.taken_to))
    for place, path in reversed(list(zip(row.taken_to, paths, strict=True))):
        copy_picture(Path(place), path)
    client.claim(row)
    return paths


def _paths(folder: Path, name: str, count: int) -> tuple[Path, ...]:
    names = [name, *(f"{name}-{index}" for index in range(2, count + 1))]
    return tuple(folder / f"{one}.png" for one in names)
