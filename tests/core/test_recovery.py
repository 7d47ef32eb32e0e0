"""A create whose process died before it heard the answer: found, surely never made, or kept."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from fakes.clients import endpoint
from fakes.recording import Reply
from fakes.studio import MASK, PATIENCE, PICTURE, VERSION, Run, Studio
from overpaint import AsyncClient, Client, PaintRequest
from overpaint.batch import Outcome, run_batch
from overpaint.batch.items import Item
from overpaint.endpoints import EMBEDDED
from overpaint.errors import (
    APIError,
    AuthenticationError,
    JournalError,
    NotCreatedError,
    NotFoundError,
    NotSentError,
    OutputError,
    OverpaintError,
    RateLimitedError,
    RecoveryError,
    ServerError,
)
from overpaint.journal import Journal, Row, State


@pytest.fixture
def studio() -> Iterator[Studio]:
    with Studio() as studio:
        yield studio


def client(url: str, journal: Journal | None) -> Client:
    return Client(endpoint(f"{url}/v1", version=VERSION), patience=PATIENCE, journal=journal)


def lost(studio: Studio, journal: Journal, *, created: bool = True) -> str:
    """A run that was begun, perhaps created, and whose process heard nothing of it."""
    with client(studio.url, journal) as one:
        job = one.prepare(PaintRequest.read({"prompt": "a bench"}), PICTURE, MASK)
        entry = one.begin(job)
        entry.let_go()
    if created:
        with client(studio.url, None) as one:
            one.paint(job)
    return entry.id


def resume(url: str, journal: Journal, job_id: str) -> None:
    with client(url, journal) as one:
        one.resume(journal.take(job_id))


def assert_kept(journal: Journal, job_id: str) -> None:
    assert [row.id for row in journal.undelivered()] == [job_id]
    assert any(journal.folder_of(job_id).iterdir())


def put(studio: Studio, name: str, *, hours_ago: float, like: Run | None = None) -> None:
    """Another run in the endpoint's list, older than the rest of it."""
    moment = datetime.now(UTC) - timedelta(hours=hours_ago)
    body = like.body if like else {"version": VERSION, "input": {"prompt": "a dog"}}
    other = Run(name, body, (1, 2, 3), (8, 8), "succeeded", moment.isoformat())
    studio.runs = {name: other} | studio.runs


def test_it_is_found_by_what_was_asked_and_when(studio: Studio, journal: Journal) -> None:
    job_id = lost(studio, journal)
    put(studio, "yesterday", hours_ago=24, like=studio.only())

    resume(studio.url, journal, job_id)

    assert journal.row(job_id).prediction == "run1"
    assert len(studio.creates) == 1


def test_of_two_that_asked_for_the_same_neither_is_taken_for_it(
    studio: Studio, journal: Journal
) -> None:
    job_id = lost(studio, journal)
    put(studio, "twin", hours_ago=0, like=studio.only())

    with pytest.raises(RecoveryError, match=r"run1.*twin|twin.*run1"):
        resume(studio.url, journal, job_id)

    assert_kept(journal, job_id)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Reply(429, {"detail": "slowly"}), RateLimitedError),
        (Reply(401, {"detail": "who?"}), AuthenticationError),
        (Reply(403, {"detail": "not you"}), AuthenticationError),
        (Reply(404, {"detail": "no list here"}), NotFoundError),
        (Reply(405, {"detail": "no list here"}), APIError),
        (Reply(422, {"detail": "what?"}), APIError),
        (Reply(500, {"detail": "broken"}), ServerError),
        (Reply(200, {"results": 7}), APIError),
        (Reply(200, b"{", announce=2**30), OutputError),
    ],
)
def test_a_list_that_is_not_shown_says_nothing_of_what_was_created(
    studio: Studio, journal: Journal, answer: Reply, error: type[OverpaintError]
) -> None:
    job_id = lost(studio, journal)
    studio.fail("list", *[answer] * 20)

    with pytest.raises(error):
        resume(studio.url, journal, job_id)
    assert_kept(journal, job_id)

    studio.faults.clear()
    resume(studio.url, journal, job_id)
    assert journal.row(job_id).state is State.OUTPUTS


def test_an_endpoint_that_is_out_of_reach_says_nothing_either(
    studio: Studio, journal: Journal
) -> None:
    job_id = lost(studio, journal)

    with pytest.raises(NotSentError):
        resume("http://127.0.0.1:9", journal, job_id)

    assert_kept(journal, job_id)


def test_a_prediction_that_is_not_shown_to_this_key_is_kept(
    studio: Studio, journal: Journal
) -> None:
    job_id = lost(studio, journal)
    studio.fail("fetch", *[Reply(503, {})] * 99)
    with pytest.raises(OverpaintError):
        resume(studio.url, journal, job_id)
    hidden, studio.runs = studio.runs, {}

    with pytest.raises(NotFoundError):
        resume(studio.url, journal, job_id)
    assert_kept(journal, job_id)

    studio.runs = hidden
    studio.faults.clear()
    resume(studio.url, journal, job_id)
    assert len(studio.creates) == 1


def test_a_list_without_inputs_can_not_tell(studio: Studio, journal: Journal) -> None:
    job_id = lost(studio, journal)
    put(studio, "older", hours_ago=3)
    run = studio.runs["run1"]
    studio.runs["run1"] = replace(run, body=run.body | {"input": {}})

    with pytest.raises(RecoveryError, match="run1") as raised:
        resume(studio.url, journal, job_id)

    assert not isinstance(raised.value, NotCreatedError)
    assert_kept(journal, job_id)


def test_a_list_that_does_not_go_back_far_enough_can_not_tell(
    studio: Studio, journal: Journal
) -> None:
    job_id = lost(studio, journal, created=False)
    put(studio, "later", hours_ago=-0.01)

    with pytest.raises(RecoveryError, match="does not go back") as raised:
        resume(studio.url, journal, job_id)

    assert not isinstance(raised.value, NotCreatedError)
    assert_kept(journal, job_id)


def test_the_same_asked_at_another_time_is_not_taken_for_it(
    studio: Studio, journal: Journal
) -> None:
    job_id = lost(studio, journal)
    run = studio.runs.pop("run1")
    put(studio, "yesterday", hours_ago=24, like=run)

    with pytest.raises(RecoveryError, match="yesterday"):
        resume(studio.url, journal, job_id)

    assert_kept(journal, job_id)


def test_it_was_never_created_where_the_list_goes_back_beyond_it(
    studio: Studio, journal: Journal
) -> None:
    job_id = lost(studio, journal, created=False)
    put(studio, "older", hours_ago=3)

    with pytest.raises(NotCreatedError, match="nothing was created"):
        resume(studio.url, journal, job_id)

    assert journal.row(job_id).state is State.FAILED


def test_a_run_of_ours_from_before_shows_how_far_a_list_goes_back(
    studio: Studio, journal: Journal
) -> None:
    with client(studio.url, journal) as one:
        one.inpaint(PICTURE, MASK, prompt="the first")
    job_id = lost(studio, journal, created=False)

    with pytest.raises(NotCreatedError):
        resume(studio.url, journal, job_id)


@pytest.mark.parametrize("is_listed", [False, True])
def test_a_batch_pays_again_only_for_what_was_surely_never_created(
    studio: Studio, journal: Journal, tmp_path: Path, *, is_listed: bool
) -> None:
    for name, pixels in (("photo", PICTURE), ("mask", MASK)):
        Image.fromarray(pixels).save(tmp_path / f"{name}.png")
    lost(studio, journal, created=False)
    put(studio, "older", hours_ago=3)
    if not is_listed:
        studio.fail("list", *[Reply(404, {"detail": "no list here"})] * 20)
    item = Item("one", tmp_path / "photo.png", tmp_path / "mask.png")

    async def main() -> list[str]:
        place = endpoint(f"{studio.url}/v1", version=VERSION)
        async with AsyncClient(place, patience=PATIENCE, journal=journal) as one:
            request = PaintRequest.read({"prompt": "a bench"})
            return [
                outcome.state for outcome in await run_batch(one, [item], request, tmp_path / "out")
            ]

    assert asyncio.run(main()) == ["done" if is_listed else "failed"]
    assert len(studio.creates) == (1 if is_listed else 0)


@pytest.mark.parametrize("is_free", [True, False])
def test_a_batch_paints_again_what_was_fetched_to_elsewhere_only_where_that_is_free(
    studio: Studio, journal: Journal, tmp_path: Path, *, is_free: bool
) -> None:
    for name, pixels in (("photo", PICTURE), ("mask", MASK)):
        Image.fromarray(pixels).save(tmp_path / f"{name}.png")
    item = Item("one", tmp_path / "photo.png", tmp_path / "mask.png")
    place = EMBEDDED if is_free else endpoint(f"{studio.url}/v1", version=VERSION)

    async def main() -> Outcome:
        async with AsyncClient(place, journal=journal) as one:
            job = await one.prepare(item.asked(PaintRequest()), item.image, item.mask)
            entry = await one.begin(job)
            await one.paint(job, entry=entry)
            entry.delivered(str(tmp_path / "gone.png"))
            (outcome,) = await run_batch(one, [item], PaintRequest(), tmp_path / "out")
            return outcome

    outcome = asyncio.run(main())

    assert outcome.state == ("done" if is_free else "failed")
    assert len(studio.creates) == (0 if is_free else 1)
    if outcome.error is not None:
        assert "every line" in outcome.error.hint


@pytest.mark.parametrize("is_canceled", [True, False])
def test_a_batch_leaves_no_lost_create_where_it_sent_nothing(
    studio: Studio, journal: Journal, tmp_path: Path, *, is_canceled: bool
) -> None:
    for name, pixels in (("photo", PICTURE), ("mask", MASK)):
        Image.fromarray(pixels).save(tmp_path / f"{name}.png")
    item = Item("one", tmp_path / "photo.png", tmp_path / "mask.png")
    asked, may_go_on = threading.Event(), threading.Event()

    def rival(job_id: str) -> Row | None:
        asked.set()
        may_go_on.wait(20.0)
        raise JournalError(f"The disk refused {job_id}.")

    journal.rival = rival  # type: ignore[method-assign]  # a disk that fails at that moment

    async def main() -> None:
        place = endpoint(f"{studio.url}/v1", version=VERSION)
        async with AsyncClient(place, patience=PATIENCE, journal=journal) as one:
            running = asyncio.create_task(run_batch(one, [item], PaintRequest(), tmp_path / "out"))
            assert await asyncio.to_thread(asked.wait, 20.0)
            if is_canceled:
                running.cancel()
                await asyncio.sleep(0.05)
            may_go_on.set()
            await asyncio.gather(running, return_exceptions=True)

    asyncio.run(main())

    assert studio.creates == []
    assert [row.state for row in journal.rows()] == [State.CANCELED]


def test_two_batches_over_one_list_pay_once(studio: Studio, tmp_path: Path) -> None:
    for name, pixels in (("photo", PICTURE), ("mask", MASK)):
        Image.fromarray(pixels).save(tmp_path / f"{name}.png")
    items = [
        Item(str(number), tmp_path / "photo.png", tmp_path / "mask.png", {"seed": str(number)})
        for number in range(4)
    ]
    place = endpoint(f"{studio.url}/v1", version=VERSION)

    async def one() -> list[str]:
        journal = Journal(tmp_path / "journal")
        async with AsyncClient(place, patience=PATIENCE, journal=journal) as client:
            outcomes = await run_batch(client, items, PaintRequest(), tmp_path / "out")
        journal.close()
        return [outcome.state for outcome in outcomes]

    async def both() -> tuple[list[str], list[str]]:
        return await asyncio.gather(one(), one())

    states = asyncio.run(both())

    assert len(studio.creates) == len(items)
    assert all("done" in pair for pair in zip(*states, strict=True))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        f"{number}.png" for number in range(4)
    ]
