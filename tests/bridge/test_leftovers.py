"""Results that a host which died never got, over the real pipe."""

from __future__ import annotations

import time

import numpy as np
import pytest
from numpy.typing import NDArray

from overpaint import Client, PaintRequest
from overpaint.journal import Asker, open_journal
from overpaint_bridge.protocol import Done, Failed, Output, Recovered
from overpaint_bridge.session import Session

from .canvases import unpacked

SECONDS = 60


@pytest.fixture
def leftover(photo: NDArray[np.uint8], mask: NDArray[np.uint8]) -> str:
    """A result in the journal, of an editor that wanted its pixels turned round."""
    with Client("embedded") as client:
        job = client.prepare(PaintRequest(prompt="a bench", seed=5), photo, mask)
        entry = client.begin(job, Asker("krita", "picture.kra", "BGRA8"))
        client.paint(job, entry=entry)
    entry.let_go()
    return entry.id


def left(session: Session) -> list[object]:
    session.recover()
    return heard(session)


def heard(session: Session) -> list[object]:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        for message in session.poll():
            if isinstance(message, Recovered):
                return list(message.jobs)
        time.sleep(0.01)
    raise AssertionError("the worker did not say what is left over")


def test_a_result_is_offered_handed_over_and_then_gone(
    leftover: str, session: Session, photo: NDArray[np.uint8], mask: NDArray[np.uint8]
) -> None:
    (offered,) = left(session)
    assert isinstance(offered, dict)
    told = {name: offered[name] for name in ("id", "prompt", "host", "document", "results")}
    assert told == {
        "id": leftover,
        "prompt": "a bench",
        "host": "krita",
        "document": "picture.kra",
        "results": 1,
    }

    job = session.deliver(leftover)
    messages = session.wait(job, SECONDS)

    (output,) = [one for one in messages if isinstance(one, Output)]
    layer = unpacked(session.pixels(output.pixels))
    kept = mask[: layer.shape[0], : layer.shape[1]] == 0
    assert isinstance(messages[-1], Done)
    assert (output.pixels.format, output.seed) == ("BGRA8", 5)
    assert output.recipe["request"]["prompt"] == "a bench"
    blue_first = photo[: layer.shape[0], : layer.shape[1], ::-1]
    assert (layer[..., :3][kept] == blue_first[kept]).all()
    session.release(job)
    assert left(session) == []


def test_a_result_nobody_wants_is_not_offered_again(leftover: str, session: Session) -> None:
    session.dismiss(leftover)

    assert heard(session) == []
    journal = open_journal()
    assert journal is not None
    assert journal.undelivered() == []


def test_one_that_is_not_there_is_said_so(session: Session) -> None:
    job = session.deliver("20260101-nothing")

    last = session.wait(job, SECONDS)[-1]

    assert isinstance(last, Failed)
    assert (last.code, "no job called" in last.message) == ("journal", True)
