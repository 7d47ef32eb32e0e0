"""What was paid for is not lost to an interruption, wherever in a run's course it comes."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
from PIL import Image

from fakes.clients import endpoint
from fakes.recording import Reply, Seen
from fakes.studio import MASK, PATIENCE, PICTURE, VERSION, Studio
from overpaint import AsyncClient, Client, PaintRequest, Prediction, Result
from overpaint.batch import run_batch
from overpaint.batch.items import Item
from overpaint.calls import Answer, Call, Flow
from overpaint.driving import drive
from overpaint.encoding import data_uri
from overpaint.errors import OutputError
from overpaint.journal import Entry, Journal, State


class Prompt(Studio):
    """Holds every create until it has painted, and sends the picture along, as Cog does."""

    def _reply(self, seen: Seen) -> Reply:
        if seen.method != "POST":
            raise AssertionError(f"everything was in the first answer: {seen.path}")
        run = self._create(seen.json)
        run.status = "succeeded"
        return Reply(201, run.told(self.url) | {"output": [data_uri(run.painted())]})


@pytest.fixture
def prompt() -> Iterator[Prompt]:
    with Prompt() as prompt:
        yield prompt


def client(studio: Studio, journal: Journal) -> Client:
    place = endpoint(f"{studio.url}/v1", version=VERSION)
    return Client(place, patience=PATIENCE, journal=journal)


def item_in(folder: Path) -> Item:
    """A batch's one picture and its mask, as files."""
    for name, pixels in (("photo", PICTURE), ("mask", MASK)):
        Image.fromarray(pixels).save(folder / f"{name}.png")
    return Item("one", folder / "photo.png", folder / "mask.png")


def struck(entry: Entry, interrupt: Callable[[], object]) -> Entry:
    """The entry; the interruption comes while it writes down that the run was created."""
    written = entry.created

    def created(prediction: Prediction) -> None:
        interrupt()
        time.sleep(0.1)
        written(prediction)

    entry.created = created  # type: ignore[method-assign]  # does the same, a little later
    return entry


def blocking(studio: Studio, journal: Journal) -> None:
    with client(studio, journal) as one:
        job = one.prepare(PaintRequest(), PICTURE, MASK)
        entry = struck(one.begin(job), lambda: os.kill(os.getpid(), signal.SIGINT))
        with pytest.raises(KeyboardInterrupt):
            one.paint(job, entry=entry)


def awaiting(studio: Studio, journal: Journal) -> None:
    async def main() -> None:
        place = endpoint(f"{studio.url}/v1", version=VERSION)
        loop = asyncio.get_running_loop()
        async with AsyncClient(place, patience=PATIENCE, journal=journal) as one:
            job = await one.prepare(PaintRequest(), PICTURE, MASK)
            entry = await one.begin(job)
            running: asyncio.Task[object]
            struck(entry, lambda: loop.call_soon_threadsafe(running.cancel))
            running = asyncio.create_task(one.paint(job, entry=entry))
            with pytest.raises(asyncio.CancelledError):
                await running

    asyncio.run(main())


@pytest.mark.parametrize(
    "interrupted",
    [
        pytest.param(
            blocking,
            marks=pytest.mark.skipif(
                os.name != "posix", reason="a process can't send itself Ctrl-C there"
            ),
        ),
        awaiting,
    ],
)
def test_pictures_that_came_with_the_create_are_kept(
    prompt: Prompt, journal: Journal, interrupted: Callable[[Studio, Journal], None]
) -> None:
    interrupted(prompt, journal)

    (row,) = journal.undelivered()
    assert row.state is State.OUTPUTS
    with client(prompt, journal) as one:
        result = one.resume(journal.take(row.id))
    inside = np.asarray(result.image)[45, 60]
    assert tuple(int(value) for value in inside) == prompt.only().color


T = TypeVar("T")


def at_work(flow: Flow[T], stage: str) -> Flow[T]:
    """The flow; Ctrl-C finds it at work itself, with what came at a stage or was asked for there.

    A signal is raised wherever the interpreter is; this is where it would be.
    """
    answer: Answer | None
    has_come = False
    step = next(flow)
    while True:
        answer = yield step
        place = f"{step.method} {step.url}" if isinstance(step, Call) else type(step).__name__
        comes = not has_come and stage in place
        has_come |= comes
        try:
            step = flow.throw(KeyboardInterrupt()) if comes else flow.send(answer)
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]  # as drive's


@pytest.fixture
def studio() -> Iterator[Studio]:
    with Studio() as studio:
        yield studio


@pytest.mark.parametrize(
    ("stage", "became", "status"),
    [
        ("POST /predictions", State.CANCELED, "canceled"),
        ("GET /predictions/run1", State.CREATED, "succeeded"),
        ("GET http", State.CREATED, "succeeded"),
        ("Deed", State.CREATED, "processing"),
    ],
    ids=["the create's", "a poll's", "a picture's", "none"],
)
def test_ctrl_c_while_an_answer_is_read_gives_up_nothing_that_was_painted(
    studio: Studio, journal: Journal, stage: str, became: State, status: str
) -> None:
    with client(studio, journal) as one:
        job = one.prepare(PaintRequest(), PICTURE, MASK)
        entry = one.begin(job)
        flow = one._says.paint(job.ask, None, entry)
        with pytest.raises(KeyboardInterrupt):
            drive(at_work(flow, stage), one._transport)

        (row,) = journal.rows()
        assert (row.state, row.prediction or "run1") == (became, "run1")
        assert studio.only().status == status
        assert not entry.was_refused
        if became is State.CREATED:
            one.resume(journal.take(row.id))


@pytest.mark.parametrize(
    ("times", "breaks"), [(1, False), (3, False), (1, True)], ids=["once", "thrice", "broken"]
)
def test_a_begin_that_is_canceled_is_struck_out(
    studio: Studio, journal: Journal, tmp_path: Path, times: int, *, breaks: bool
) -> None:
    other = sqlite3.connect(tmp_path / "journal" / "journal.sqlite3", isolation_level=None)

    async def main() -> None:
        place = endpoint(f"{studio.url}/v1", version=VERSION)
        async with AsyncClient(place, patience=PATIENCE, journal=journal) as one:
            job = await one.prepare(PaintRequest(), PICTURE, MASK)
            other.execute("BEGIN IMMEDIATE")  # it has to wait for this
            running = asyncio.create_task(one.begin(job))
            for _ in range(times):
                await asyncio.sleep(0.05)
                running.cancel()
            if breaks:
                other.execute("ALTER TABLE jobs RENAME TO gone")
            other.execute("COMMIT")
            with pytest.raises(asyncio.CancelledError):
                await running

    asyncio.run(main())

    table = "gone" if breaks else "jobs"
    states = [state for (state,) in other.execute(f"SELECT state FROM {table}")]  # noqa: S608  ours
    other.close()
    assert states == ([] if breaks else [State.CANCELED])


def held(journal: Journal, at: State) -> tuple[threading.Event, threading.Event]:
    """Let the journal stop before it writes a state down: set as it gets there, and to go on."""
    asked, may_go_on = threading.Event(), threading.Event()
    plain = journal.change

    def change(
        job_id: str, state: State, values: Mapping[str, str | int | None], *, durable: bool
    ) -> None:
        if state is at:
            asked.set()
            may_go_on.wait(20.0)
        plain(job_id, state, values, durable=durable)

    journal.change = change  # type: ignore[method-assign]  # a disk that is slow at that moment
    return asked, may_go_on


@pytest.mark.parametrize("at", [State.OUTPUTS, State.DELIVERED])
def test_a_result_that_is_canceled_as_it_is_written_down_is_brought_or_can_be_had_yet(
    studio: Studio, journal: Journal, at: State
) -> None:
    asked, may_go_on = held(journal, at)

    async def main() -> list[object]:
        place = endpoint(f"{studio.url}/v1", version=VERSION)
        async with AsyncClient(place, patience=PATIENCE, journal=journal) as one:
            running = asyncio.create_task(one.inpaint(PICTURE, MASK))
            assert await asyncio.to_thread(asked.wait, 20.0)
            running.cancel()
            await asyncio.sleep(0.05)
            may_go_on.set()
            return list(await asyncio.gather(running, return_exceptions=True))

    (brought,) = asyncio.run(main())

    kept = [row.state for row in journal.undelivered()]
    assert kept == ([] if isinstance(brought, Result) else [State.OUTPUTS])
    assert journal.rows()[0].state is (State.DELIVERED if not kept else State.OUTPUTS)


def test_a_client_is_not_closed_before_the_journal_knows_that_its_result_was_brought(
    studio: Studio, journal: Journal
) -> None:
    _, may_go_on = held(journal, State.DELIVERED)

    async def main() -> tuple[list[State], list[State]]:
        place = endpoint(f"{studio.url}/v1", version=VERSION)
        async with AsyncClient(place, patience=PATIENCE, journal=journal) as one:
            await one.inpaint(PICTURE, MASK)
            brought = [row.state for row in journal.rows()]
            asyncio.get_running_loop().call_later(0.3, may_go_on.set)
        return brought, [row.state for row in journal.rows()]

    assert asyncio.run(main()) == ([State.OUTPUTS], [State.DELIVERED])


def test_a_picture_of_a_batch_that_is_canceled_as_it_is_written_is_written_and_delivered(
    studio: Studio, journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = item_in(tmp_path)
    asked, may_go_on = threading.Event(), threading.Event()
    plain = Result.write

    def write(result: Result, *given: Any, **named: Any) -> Path:  # noqa: ANN401  as it is called
        asked.set()
        may_go_on.wait(20.0)
        return plain(result, *given, **named)

    monkeypatch.setattr(Result, "write", write)

    async def main() -> None:
        place = endpoint(f"{studio.url}/v1", version=VERSION)
        async with AsyncClient(place, patience=PATIENCE, journal=journal) as one:
            running = asyncio.create_task(run_batch(one, [item], PaintRequest(), tmp_path / "out"))
            assert await asyncio.to_thread(asked.wait, 20.0)
            running.cancel()
            await asyncio.sleep(0.05)
            may_go_on.set()
            await asyncio.gather(running, return_exceptions=True)

    asyncio.run(main())

    assert (tmp_path / "out/one.png").exists()
    assert [row.state for row in journal.rows()] == [State.DELIVERED]


def test_a_picture_of_a_batch_that_can_not_be_written_can_be_had_yet(
    studio: Studio, journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = item_in(tmp_path)

    def write(*_given: Any, **_named: Any) -> Path:  # noqa: ANN401  as it is called
        raise OutputError("No room.")

    monkeypatch.setattr(Result, "write", write)

    async def main() -> None:
        place = endpoint(f"{studio.url}/v1", version=VERSION)
        async with AsyncClient(place, patience=PATIENCE, journal=journal) as one:
            await run_batch(one, [item], PaintRequest(), tmp_path / "out")

    asyncio.run(main())

    (row,) = journal.undelivered()
    assert journal.take(row.id).answers == (studio.only().painted(),)
