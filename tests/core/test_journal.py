"""The journal: every state in its place, nothing taken up twice, nothing kept for ever."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from fakes.clients import endpoint
from fakes.recording import Reply
from fakes.studio import MASK, PATIENCE, PICTURE, VERSION, Studio
from overpaint import AsyncClient, Client, PaintRequest
from overpaint.endpoints import EMBEDDED
from overpaint.errors import (
    AnswerTimeoutError,
    AuthenticationError,
    JournalError,
    NotCreatedError,
    NotFoundError,
    NotSentError,
    OutputError,
    OverpaintError,
    RateLimitedError,
    RefusedInputError,
    ServerError,
    TransportError,
    UnexpectedAnswerError,
)
from overpaint.journal import Journal, State, open_journal
from overpaint.journal.bounds import Bounded
from overpaint.journal.database import MIGRATIONS
from overpaint.predictions import Prediction
from overpaint.settings_file import settings_path

WIDE = np.tile(MASK, (3, 3))


@pytest.fixture
def studio() -> Iterator[Studio]:
    with Studio() as studio:
        yield studio


def client(studio: Studio, journal: Journal | None, **patience: Any) -> Client:  # noqa: ANN401  Patience's own
    place = endpoint(f"{studio.url}/v1", version=VERSION)
    return Client(place, patience=replace(PATIENCE, **patience), journal=journal)


def paint(studio: Studio, journal: Journal | None, **fields: Any) -> NDArray[np.uint8]:  # noqa: ANN401  a request's
    with client(studio, journal) as one:
        return np.asarray(one.inpaint(PICTURE, MASK, **fields).image)


def left_behind(folder: Path) -> Journal:
    """A journal as the next process finds it, while the first has not let go of its jobs."""
    return Journal(folder)


def test_a_job_that_went_well_is_delivered_and_leaves_no_pictures(
    studio: Studio, journal: Journal, tmp_path: Path
) -> None:
    paint(studio, journal, prompt="a bench")

    (row,) = journal.rows()
    assert (row.state, row.prompt, row.prediction, row.seeds) == (
        State.DELIVERED,
        "a bench",
        "run1",
        (7,),
    )
    assert list((tmp_path / "journal" / "jobs").iterdir()) == []


def test_nothing_is_written_down_where_that_is_not_wanted(studio: Studio, journal: Journal) -> None:
    paint(studio, None)

    assert journal.rows() == []
    assert open_journal() is not None
    assert [row.id for row in (open_journal() or journal).rows()] == []


def test_an_intent_is_on_disk_before_the_create_is_sent(studio: Studio, journal: Journal) -> None:
    states: list[str] = []
    seen = studio._create

    def create(body: dict[str, Any]) -> Any:  # noqa: ANN401  the studio's own
        states.extend(row.state for row in journal.rows())
        return seen(body)

    studio._create = create  # type: ignore[method-assign]  # looks on, and does the same

    paint(studio, journal)

    assert states == [State.INTENT]


def test_answers_are_on_disk_before_anybody_is_told(studio: Studio, journal: Journal) -> None:
    with client(studio, journal) as one:
        job = one.prepare(request_of(), PICTURE, MASK)
        entry = one.begin(job)
        one.paint(job, entry=entry)

    (row,) = journal.rows()
    assert row.state is State.OUTPUTS
    assert (entry.folder / "answer-0").read_bytes() == studio.only().painted()


@pytest.mark.skipif(sys.platform != "linux", reason="a descriptor's name is told by Linux only")
def test_every_file_has_reached_the_disk_before_a_state_says_so(
    studio: Studio, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened: list[str] = []
    settle, change = os.fsync, journal.change

    def fsync(descriptor: int) -> None:
        name = Path(f"/proc/self/fd/{descriptor}").readlink().name
        happened.append(name.partition(".")[0] if name.count("-") else name)
        settle(descriptor)

    def changed(job_id: str, state: State, *values: Any, durable: bool) -> None:  # noqa: ANN401  the journal's own
        happened.append(f"= {state}")
        change(job_id, state, *values, durable=durable)
        happened.append(reached())

    def reached() -> str:
        level = journal._database._connection.execute("PRAGMA synchronous").fetchone()[0]
        return "on disk" if level == 2 else "in memory"  # FULL

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(journal, "change", changed)
    with client(studio, journal) as one:
        job = one.prepare(request_of(), PICTURE, MASK)
        entry = one.begin(job)
        begun, happened[:] = {*happened, reached()}, []
        one.paint(job, entry=entry)

    files = {"document", "mask", "alpha", "job.json.part", "ask.json.part", entry.id}
    assert begun == files | {"on disk"}
    assert happened == [
        "= created",
        "on disk",
        "answer-0",
        "prediction.json.part",
        entry.id,
        "= outputs",
        "on disk",
    ]


def request_of(**fields: object) -> PaintRequest:
    return PaintRequest.read(fields)


def test_files_are_private(studio: Studio, journal: Journal, tmp_path: Path) -> None:
    with client(studio, journal) as one:
        job = one.prepare(request_of(), PICTURE, MASK)
        one.paint(job, entry=one.begin(job))

    everything = [tmp_path / "journal", *(tmp_path / "journal").rglob("*")]
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in everything}
    assert [name for name, mode in modes.items() if mode & 0o077] == []


def test_the_key_and_paths_are_in_no_file_of_the_journal(
    studio: Studio, journal: Journal, tmp_path: Path
) -> None:
    place = endpoint(f"{studio.url}/v1", version=VERSION, token="canary-of-this-test")
    with Client(place, patience=PATIENCE, journal=journal) as one:
        job = one.prepare(request_of(prompt="a bench", image="/home/ann/photo.png"), PICTURE, MASK)
        one.paint(job, entry=one.begin(job))

    files = [path for path in (tmp_path / "journal").rglob("*") if path.is_file()]
    assert len(files) > 5
    assert [path for path in files if b"canary-of-this-test" in path.read_bytes()] == []
    assert [path for path in files if b"/home/ann" in path.read_bytes()] == []


@pytest.mark.parametrize("stage", ["create", "poll", "fetch"])
def test_a_result_is_had_again_whatever_the_stage_its_process_ended_at(
    studio: Studio, tmp_path: Path, stage: str
) -> None:
    """The process's end is stood in for by its lock given up and its thread's answer held."""
    first = Journal(tmp_path / "journal")
    begun = begin_and_die(studio, first, stage)
    second = left_behind(tmp_path / "journal")

    assert [row.id for row in second.undelivered()] == [begun]
    taken = second.take(begun)
    with client(studio, second) as one:
        result = one.resume(taken)
    taken.entry.delivered()

    assert np.array_equal(np.asarray(result.image)[MASK == 0], PICTURE[MASK == 0])
    inside = np.asarray(result.image)[45, 60]
    assert tuple(int(value) for value in inside) == studio.only().color
    assert second.undelivered() == []
    second.close()


def begin_and_die(studio: Studio, journal: Journal, stage: str) -> str:
    """Run until a stage, and no further; the journal is closed as a dead process's is."""
    studio.hold(stage)

    def run() -> None:
        with client(studio, journal) as one:
            job = one.prepare(request_of(), PICTURE, MASK)
            try:
                one.paint(job, entry=one.begin(job))
            except OverpaintError:
                return

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert studio.reached(stage)
    row = journal.rows()[0]
    # From here on the first process says nothing more.
    journal.change = lambda *_args, **_kwargs: None  # type: ignore[method-assign]
    journal._owner.close()
    studio.let_go()
    thread.join()
    return row.id


def test_a_job_that_a_living_process_is_at_is_not_taken(
    studio: Studio, journal: Journal, tmp_path: Path
) -> None:
    with client(studio, journal) as one:
        job = one.prepare(request_of(), PICTURE, MASK)
        entry = one.begin(job)
        other = Journal(tmp_path / "journal")
        with pytest.raises(JournalError, match="another process"):
            other.take(entry.id)
        assert other.undelivered() == []
        other.close()


def test_a_job_is_taken_by_one_process_only(studio: Studio, tmp_path: Path) -> None:
    first = Journal(tmp_path / "journal")
    job_id = begin_and_die(studio, first, "poll")
    one, other = Journal(tmp_path / "journal"), Journal(tmp_path / "journal")

    one.take(job_id)

    with pytest.raises(JournalError, match="another process"):
        other.take(job_id)
    one.close()
    other.close()


def test_a_create_that_never_arrived_is_refused_cleanly(studio: Studio, journal: Journal) -> None:
    studio.fail("asked", *[Reply(hang_up=True)] * 9)
    with client(studio, journal) as one, pytest.raises(OverpaintError):
        one.inpaint(PICTURE, MASK)
    (row,) = journal.rows()
    assert row.state is State.INTENT
    studio.faults.clear()

    taken = journal.take(row.id)
    with client(studio, journal) as one, pytest.raises(NotCreatedError, match="nothing was"):
        one.resume(taken)

    assert journal.rows()[0].state is State.FAILED
    assert studio.runs == {}


def test_a_create_whose_answer_was_lost_is_found_and_not_sent_again(
    studio: Studio, journal: Journal
) -> None:
    studio.fail("create", Reply(hang_up=True))

    paint(studio, journal)

    assert len(studio.creates) == 1
    assert journal.rows()[0].prediction == "run1"


def test_a_refusal_ends_a_job_for_good(studio: Studio, journal: Journal) -> None:
    studio.fail("asked", Reply(422, {"detail": "no"}))

    with client(studio, journal) as one, pytest.raises(RefusedInputError):
        one.inpaint(PICTURE, MASK)

    (row,) = journal.rows()
    assert (row.state, row.error) == (State.FAILED, "refused_input")


def test_an_endpoint_that_stops_answering_leaves_the_job_open(
    studio: Studio, journal: Journal
) -> None:
    studio.fail("poll", *[Reply(hang_up=True)] * 99)

    with client(studio, journal, outage=0.05) as one, pytest.raises(OverpaintError):
        one.inpaint(PICTURE, MASK)

    (row,) = journal.undelivered()
    assert (row.state, row.prediction) == (State.CREATED, "run1")
    studio.faults.clear()
    with client(studio, journal) as one:
        assert one.resume(journal.take(row.id)).job == row.id
    assert len(studio.creates) == 1


def test_a_journal_that_must_be_waited_for_does_not_hold_the_event_loop_up(
    studio: Studio, journal: Journal, tmp_path: Path
) -> None:
    place = endpoint(f"{studio.url}/v1", version=VERSION)
    other = sqlite3.connect(tmp_path / "journal" / "journal.sqlite3", isolation_level=None)

    async def main() -> str | None:
        async with AsyncClient(place, patience=PATIENCE, journal=journal) as one:
            job = await one.prepare(request_of(), PICTURE, MASK)
            entry = await one.begin(job)
            studio.hold("create", "poll")
            painting = asyncio.create_task(one.paint(job, entry=entry))
            assert await asyncio.to_thread(studio.reached, "create")
            other.execute("BEGIN IMMEDIATE")
            studio.let_go()
            studio.hold("poll")
            # Meanwhile the answer comes and is to be written down. Only this task lets it be.
            await asyncio.sleep(0.5)
            other.execute("ROLLBACK")
            assert await asyncio.to_thread(studio.reached, "poll")
            known = journal.rows()[0].prediction
            studio.let_go()
            await painting
            return known

    assert asyncio.run(main()) == "run1"
    other.close()


def inpaint_and_cancel(studio: Studio, journal: Journal, *, at: str) -> None:
    """Paint, and cancel the task when the studio is asked for something."""

    async def main() -> None:
        place = endpoint(f"{studio.url}/v1", version=VERSION)
        async with AsyncClient(place, patience=PATIENCE, journal=journal) as one:
            running = asyncio.create_task(one.inpaint(PICTURE, MASK))
            await asyncio.to_thread(studio.reached, at)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    asyncio.run(main())


def test_a_canceled_task_leaves_nothing_to_be_had(studio: Studio, journal: Journal) -> None:
    studio.polls = 10**6

    inpaint_and_cancel(studio, journal, at="poll")

    assert journal.rows()[0].state is State.CANCELED
    assert studio.only().status == "canceled"


def test_what_was_paid_for_is_not_given_up_by_a_cancel_while_it_is_fetched(
    studio: Studio, journal: Journal
) -> None:
    studio.hold("fetch")

    inpaint_and_cancel(studio, journal, at="fetch")

    assert [(row.state, row.prediction) for row in journal.undelivered()] == [
        (State.CREATED, "run1")
    ]


def test_a_cancel_that_does_not_get_through_leaves_the_job_open(
    studio: Studio, journal: Journal
) -> None:
    studio.polls = 10**6
    studio.fail("cancel", *[Reply(500)] * 99)

    inpaint_and_cancel(studio, journal, at="poll")

    assert [(row.state, row.prediction) for row in journal.undelivered()] == [
        (State.CREATED, "run1")
    ]


@pytest.mark.parametrize("is_shown", [True, False])
def test_a_cancel_while_a_lost_create_is_looked_for_does_not_forget_it(
    studio: Studio, journal: Journal, *, is_shown: bool
) -> None:
    studio.polls = 10**6
    studio.fail("create", Reply(hang_up=True))
    studio.hold("list")

    async def main() -> None:
        place = endpoint(f"{studio.url}/v1", version=VERSION)
        async with AsyncClient(place, patience=PATIENCE, journal=journal) as one:
            running = asyncio.create_task(one.inpaint(PICTURE, MASK))
            await asyncio.to_thread(studio.reached, "list")
            if not is_shown:
                studio.fail("list", *[Reply(500)] * 99)
            running.cancel()
            await asyncio.sleep(0.05)
            studio.let_go()
            await asyncio.gather(running, return_exceptions=True)

    asyncio.run(main())

    if is_shown:
        assert journal.rows()[0].state is State.CANCELED
        assert studio.only().status == "canceled"
    else:
        assert [(row.state, row.prediction) for row in journal.undelivered()] == [
            (State.INTENT, None)
        ]


def test_a_full_disk_refuses_before_anything_is_spent(
    studio: Studio, journal: Journal, tmp_path: Path
) -> None:
    jobs = tmp_path / "journal" / "jobs"
    jobs.rmdir()
    jobs.write_text("no folder")

    with client(studio, journal) as one, pytest.raises(JournalError, match="can't be written"):
        one.inpaint(PICTURE, MASK)

    assert studio.creates == []


def test_the_engine_inside_paints_on_without_a_journal(journal: Journal, tmp_path: Path) -> None:
    jobs = tmp_path / "journal" / "jobs"
    jobs.rmdir()
    jobs.write_text("no folder")

    with Client("embedded", journal=journal) as one:
        assert one.inpaint(PICTURE, MASK).job == ""


def test_a_damaged_file_is_refused_in_words(tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    folder.mkdir()
    (folder / "journal.sqlite3").write_bytes(b"no database at all, but long enough to be one" * 99)

    with pytest.raises(JournalError, match="is damaged: file is not a database"):
        Journal(folder)


def test_a_newer_schema_is_left_alone(tmp_path: Path) -> None:
    Journal(tmp_path / "journal").close()
    with sqlite3.connect(tmp_path / "journal" / "journal.sqlite3") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()

    with pytest.raises(JournalError, match="newer Overpaint's"):
        Journal(tmp_path / "journal")


def test_a_file_of_the_first_schema_is_brought_to_todays_and_keeps_its_jobs(
    studio: Studio, tmp_path: Path
) -> None:
    journal = Journal(tmp_path / "journal")
    with client(studio, journal) as one:
        job = one.prepare(request_of(prompt="a bench"), PICTURE, MASK)
        one.paint(job, entry=one.begin(job))
    (before,) = journal.rows()
    journal.close()
    # As the first release wrote it.
    file = tmp_path / "journal" / "journal.sqlite3"
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("ALTER TABLE jobs DROP COLUMN taken_to")
    connection.execute("PRAGMA user_version = 1")
    connection.close()

    migrated = Journal(tmp_path / "journal")

    assert migrated.rows() == [before]
    taken = migrated.take(before.id)
    assert taken.answers == (studio.only().painted(),)
    taken.entry.delivered("/results/bench.png")
    assert migrated.rows()[0].taken_to == ("/results/bench.png",)
    migrated.close()
    connection = sqlite3.connect(file)
    assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
    connection.close()


def test_what_a_dead_process_left_half_written_goes_at_the_next_start(tmp_path: Path) -> None:
    Journal(tmp_path / "journal").close()
    half = tmp_path / "journal" / "jobs" / "20260101-aaaaaaaa.123-dead.part"
    half.mkdir()
    (half / "document").write_bytes(b"half")
    (tmp_path / "journal" / "jobs" / "20260101-bbbbbbbb").mkdir()
    (tmp_path / "journal" / "owners" / "123-dead.lock").write_bytes(b"")

    journal = Journal(tmp_path / "journal")

    assert list((tmp_path / "journal" / "jobs").iterdir()) == []
    assert len(list((tmp_path / "journal" / "owners").iterdir())) == 1
    journal.close()


def test_old_jobs_go_by_days_of_use_whatever_the_clock_says(studio: Studio, tmp_path: Path) -> None:
    now = [1_800_000_000.0]
    day = 86_400.0
    bounded = Bounded(days=2)

    def opened() -> Journal:
        return Journal(tmp_path / "journal", bounded, clock=lambda: now[0])

    journal = opened()
    with client(studio, journal) as one:
        job = one.prepare(request_of(), PICTURE, MASK)
        one.paint(job, entry=one.begin(job))
    journal.close()
    left = []
    # A clock that jumps ten years ahead, and back again, is two days.
    for moved in (3650 * day, 0, 5 * day, 6 * day):
        now[0] = 1_800_000_000.0 + moved
        journal = opened()
        left.append(len(journal.rows()))
        journal.close()

    assert left == [1, 1, 0, 0]


def test_a_job_that_a_living_process_is_at_does_not_grow_too_old(
    studio: Studio, journal: Journal, tmp_path: Path
) -> None:
    with client(studio, journal) as one:
        entry = one.begin(one.prepare(request_of(), PICTURE, MASK))

    for day in range(4):
        now = 1_800_000_000.0 + 86_400.0 * day
        later = Journal(tmp_path / "journal", Bounded(days=1), clock=partial(float, now))
        assert [row.id for row in later.rows()] == [entry.id]
        later.close()

    assert (entry.folder / "document").exists()


def test_of_jobs_that_have_ended_the_newest_two_thousand_are_remembered(
    studio: Studio, tmp_path: Path
) -> None:
    journal = Journal(tmp_path / "journal")
    with client(studio, journal) as one:
        job = one.prepare(request_of(), PICTURE, MASK)
        waits = one.begin(job)
        one.paint(job, entry=waits)
        one.inpaint(PICTURE, MASK)
    waits.let_go()
    newest = journal.rows()[0]
    journal.close()
    file = tmp_path / "journal" / "journal.sqlite3"
    connection = sqlite3.connect(file, isolation_level=None)
    connection.row_factory = sqlite3.Row
    row = dict(connection.execute("SELECT * FROM jobs WHERE id = ?", (newest.id,)).fetchone())
    del row["number"]
    names, places = ", ".join(row), ", ".join(f":{name}" for name in row)
    connection.executemany(
        f"INSERT INTO jobs ({names}) VALUES ({places})",  # noqa: S608  names of ours
        [row | {"id": f"one-{number:04}"} for number in range(2001)],
    )
    connection.close()

    journal = Journal(tmp_path / "journal")

    kept = [row.id for row in journal.rows()]
    assert kept == [*(f"one-{number:04}" for number in reversed(range(1, 2001))), waits.id]
    assert [row.id for row in journal.undelivered()] == [waits.id]
    journal.close()


def test_a_full_journal_drops_what_was_free_and_keeps_what_was_paid_for(
    studio: Studio, tmp_path: Path
) -> None:
    journal = Journal(tmp_path / "journal", Bounded(bytes=2_500_000))
    with Client("embedded", journal=journal) as free:
        job = free.prepare(request_of(), PICTURE, MASK)
        dropped = free.begin(job)
        dropped.let_go()
    with client(studio, journal) as paid:
        kept = []
        for _ in range(2):
            job = paid.prepare(request_of(), PICTURE, MASK)
            kept.append(paid.begin(job))
        paid.begin(job).delivered()
        last = paid.prepare(request_of(context="whole"), np.tile(PICTURE, (3, 3, 1)), WIDE)
        with pytest.raises(JournalError, match="The journal is full"):
            paid.begin(last)

    waiting = {row.id for row in journal.rows() if not row.is_settled}
    assert dropped.id not in waiting
    assert waiting == {entry.id for entry in kept}
    journal.close()


def test_what_can_not_be_used_makes_room_first(studio: Studio, tmp_path: Path) -> None:
    with client(studio, None) as one:
        job = one.prepare(request_of(), PICTURE, MASK)
    place = endpoint(f"{studio.url}/v1", version=VERSION)
    roomy = Journal(tmp_path / "journal")
    useless = roomy.begin(job, place)
    useless.unusable(OutputError("not a picture"))
    waiting = roomy.begin(job, place)
    waiting.let_go()
    each = roomy._database.read("SELECT bytes FROM jobs")[0]["bytes"]
    roomy.close()
    journal = Journal(tmp_path / "journal", Bounded(bytes=int(2.5 * each)))

    journal.begin(job, place).let_go()
    with pytest.raises(JournalError, match="The journal is full"):
        journal.begin(job, place)

    assert waiting.id in {row.id for row in journal.rows()}
    assert useless.id not in {row.id for row in journal.rows()}
    journal.close()


def test_the_answers_count_as_well(studio: Studio, journal: Journal) -> None:
    with client(studio, journal) as one:
        job = one.prepare(request_of(), PICTURE, MASK)
        entry = one.begin(job)
        one.paint(job, entry=entry)

    (row,) = journal._database.read("SELECT bytes FROM jobs")
    assert row["bytes"] == sum(path.stat().st_size for path in entry.folder.iterdir())


def test_results_an_editor_shows_make_room_for_what_is_to_be_paid(
    studio: Studio, tmp_path: Path
) -> None:
    with client(studio, None) as one:
        job = one.prepare(request_of(), PICTURE, MASK)
    place = endpoint(f"{studio.url}/v1", version=VERSION)
    journal = Journal(tmp_path / "journal", Bounded(bytes=2_000_000))
    shown = [journal.begin(job, place) for _ in range(2)]
    for entry in shown:
        entry.shown()

    for _ in range(4):
        journal.begin(job, place).shown()

    assert shown[0].id not in {row.id for row in journal.rows()}
    journal.close()


def test_of_what_a_dead_editor_showed_only_what_was_free_makes_room(
    studio: Studio, tmp_path: Path
) -> None:
    with client(studio, None) as one:
        job = one.prepare(request_of(), PICTURE, MASK)
    place = endpoint(f"{studio.url}/v1", version=VERSION)
    dead = Journal(tmp_path / "journal")
    free, paid = dead.begin(job, EMBEDDED), dead.begin(job, place)
    for entry in (free, paid):
        entry.shown()
    each = dead._database.read("SELECT bytes FROM jobs")[0]["bytes"]
    dead.close()
    journal = Journal(tmp_path / "journal", Bounded(bytes=int(2.5 * each)))

    journal.begin(job, place)

    kept = {row.id for row in journal.rows()}
    assert (free.id in kept, paid.id in kept) == (False, True)
    journal.close()


def test_the_settings_turn_it_off() -> None:
    settings_path().parent.mkdir(parents=True)
    settings_path().write_text("[journal]\nenabled = false\n")

    assert open_journal() is None


def test_a_dismissed_result_is_gone(studio: Studio, journal: Journal) -> None:
    with client(studio, journal) as one:
        job = one.prepare(request_of(), PICTURE, MASK)
        entry = one.begin(job)
        one.paint(job, entry=entry)
    entry.let_go()

    journal.dismiss(entry.id)

    assert journal.undelivered() == []
    assert not entry.folder.exists()


@pytest.mark.parametrize("error", [AuthenticationError, NotSentError, RateLimitedError])
def test_a_run_that_was_created_is_not_over_by_a_refusal_though_the_disk_refused_to_note_it(
    studio: Studio, journal: Journal, monkeypatch: pytest.MonkeyPatch, error: type[OverpaintError]
) -> None:
    with client(studio, None) as one:
        job = one.prepare(request_of(), PICTURE, MASK)
    entry = journal.begin(job, endpoint(f"{studio.url}/v1", version=VERSION))

    def refused(*_values: object, **_named: object) -> None:
        raise JournalError("No room.")

    with monkeypatch.context() as full:
        full.setattr(journal, "change", refused)
        entry.created(Prediction(id="p1", status="processing"))
    entry.stopped(error("It said no."))

    assert [row.id for row in journal.undelivered()] == [entry.id]


def test_a_result_that_the_disk_would_not_call_delivered_can_be_had_yet(
    studio: Studio, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    with client(studio, journal) as one:
        job = one.prepare(request_of(), PICTURE, MASK)
        entry = one.begin(job)
        one.paint(job, entry=entry)

    def refused(*_values: object, **_named: object) -> None:
        raise JournalError("No room.")

    with monkeypatch.context() as full:
        full.setattr(journal, "change", refused)
        entry.delivered()
    entry.let_go()

    assert journal.take(entry.id).answers == (studio.only().painted(),)


@pytest.mark.parametrize(
    "error", [ServerError, UnexpectedAnswerError, AnswerTimeoutError, TransportError]
)
def test_a_create_of_which_nobody_knows_is_neither_over_nor_said_to_be_refused(
    studio: Studio, journal: Journal, error: type[OverpaintError]
) -> None:
    with client(studio, None) as one:
        job = one.prepare(request_of(), PICTURE, MASK)
    entry = journal.begin(job, endpoint(f"{studio.url}/v1", version=VERSION))

    entry.stopped(error("Nobody knows."))

    assert not entry.was_refused
    assert [row.id for row in journal.undelivered()] == [entry.id]


def test_a_run_that_was_created_and_is_gone_is_over_and_may_have_cost(
    studio: Studio, journal: Journal
) -> None:
    with client(studio, None) as one:
        job = one.prepare(request_of(), PICTURE, MASK)
    entry = journal.begin(job, endpoint(f"{studio.url}/v1", version=VERSION))

    entry.created(Prediction(id="p1", status="processing"))
    entry.stopped(NotFoundError("It is gone."))

    assert (journal.row(entry.id).state, entry.was_refused) == (State.FAILED, False)
