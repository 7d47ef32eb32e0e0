"""How much a server keeps: bounded in number, in age and in bytes."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from overpaint import Client
from overpaint.encoding import data_uri, encode_png
from overpaint.endpoints import EMBEDDED
from overpaint.predictions import Status
from overpaint.server.dispatch import Dispatch
from overpaint.server.engines import engine_named
from overpaint.server.inputs import Inputs
from overpaint.server.problem import Problem
from overpaint.server.published import FILL, FillInput
from overpaint.server.runs import Run, Runs
from overpaint.server.settings import ServerSettings
from overpaint.server.uploads import Uploads


def run(size: int = 1000, *, ended: bool = True) -> Run:
    """A prediction whose pictures are so large."""
    inputs = FillInput(image="x" * size, mask="")
    made = Run(FILL, inputs, inputs.model_dump())
    if ended:
        made.end(Status.SUCCEEDED)
    return made


def test_an_expired_prediction_lets_go_of_all_its_pictures() -> None:
    runs = Runs(ServerSettings(keep_seconds=-1))
    old = run()
    runs.add(old)

    shown = runs.get(old.id)

    assert shown is old
    assert (old.size, old.given, old.removed) == (0, {}, True)


def test_the_oldest_pictures_go_where_there_are_too_many_bytes() -> None:
    runs = Runs(ServerSettings(keep_bytes=2500))
    made = [run() for _ in range(5)]

    for one in made:
        runs.add(one)
    runs.tidy()

    assert [one.removed for one in made] == [True, True, True, False, False]


def test_what_its_caller_has_goes_first_and_the_newest_of_it_last() -> None:
    runs = Runs(ServerSettings(keep_shown_bytes=2500))
    made = [run() for _ in range(5)]
    for one in made:
        runs.add(one)

    for one in made[1:]:
        runs.show(one)

    assert [one.removed for one in made] == [False, True, True, False, False]


def test_the_server_inside_keeps_few_of_the_pictures_it_has_handed_out() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (1600, 1600, 3)).astype(np.uint8)
    hole = np.zeros((1600, 1600), np.uint8)
    hole[800:812, 800:812] = 255
    inputs = {"image": data_uri(encode_png(noise)), "mask": data_uri(encode_png(hole))}

    with Client(EMBEDDED, journal=None) as client:
        for _ in range(4):
            made = client.create_prediction(version="overpaint/fill", input=inputs)
            assert client.outputs(client.wait(made))
        kept = client.list_predictions().results

    # Each is 18 megabytes; the newest can still be read again.
    assert [one.data_removed for one in kept] == [False, True, True, True]


def test_what_has_not_ended_keeps_its_pictures() -> None:
    runs = Runs(ServerSettings(keep_bytes=0, keep_seconds=-1, keep_predictions=0))
    waiting = run(ended=False)
    runs.add(waiting)

    runs.tidy()

    assert runs.get(waiting.id) is waiting
    assert waiting.size == 1000


def test_a_queue_of_large_pictures_is_full_before_the_memory_is() -> None:
    async def fill() -> None:
        settings = ServerSettings(queue_bytes=2500)
        runs = Runs(settings)
        inputs = Inputs(settings, Uploads(settings), None)
        dispatch = Dispatch(settings, engine_named("patchmatch"), runs, inputs, lambda _: None)
        for _ in range(2):
            dispatch.submit(run(ended=False))
        with pytest.raises(Problem) as full:
            dispatch.submit(run(ended=False))
        assert full.value.status == 429
        assert "Retry-After" in full.value.headers
        await dispatch.close()

    asyncio.run(fill())


def test_a_predictions_address_can_not_be_guessed() -> None:
    ids = {run().id for _ in range(200)}

    assert len(ids) == 200
    assert {len(name) for name in ids} == {26}
    assert len({letter for name in ids for letter in name}) == 32
