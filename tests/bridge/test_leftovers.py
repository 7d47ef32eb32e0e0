"""Results that a host which died never got, over the real pipe."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Protocol

import numpy as np
import pytest
from numpy.typing import NDArray

from overpaint import Client, PaintRequest
from overpaint.journal import Asker, open_journal
from overpaint.worker.formats import format_for
from overpaint_bridge.protocol import Canceled, Done, Failed, Output, Recovered
from overpaint_bridge.runtime import Runtime
from overpaint_bridge.session import Session

from .canvases import unpacked
from .test_session import SLOW, broken, until

SECONDS = 60


Array = NDArray[np.uint8]


class Leave(Protocol):
    """Puts a result into the journal."""

    def __call__(self, asker: Asker, *, gray: bool = False, prompt: str = "a bench") -> str: ...


@pytest.fixture
def leave(photo: Array, mask: Array) -> Leave:
    """Puts a result into the journal, of somebody who never took it."""

    def leave(asker: Asker, *, gray: bool = False, prompt: str = "a bench") -> str:
        picture = photo[..., :1] if gray else photo
        with Client("embedded") as client:
            job = client.prepare(PaintRequest(prompt=prompt, seed=5), picture, mask)
            entry = client.begin(job, asker)
            client.paint(job, entry=entry)
        entry.let_go()
        return entry.id

    return leave


@pytest.fixture
def leftover(leave: Leave) -> str:
    """One of an editor that wanted its pixels turned round."""
    return leave(Asker("krita", "picture.kra", "BGRA8"))


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
    session.settle(leftover)
    assert left(session) == []


def test_a_result_nobody_wants_is_not_offered_again(leftover: str, session: Session) -> None:
    session.dismiss(leftover)

    assert heard(session) == []
    journal = open_journal()
    assert journal is not None
    assert journal.undelivered() == []


def test_a_recovery_that_is_canceled_as_it_begins_leaves_the_result_to_be_had(
    leftover: str, runtime: Runtime, tmp_path: Path
) -> None:
    go = tmp_path / "go"
    arguments = broken(SLOW.format(step="leftovers.taken_up", go=str(go)), tmp_path)
    with Session(runtime, host="tests", arguments=arguments) as session:
        job = session.deliver(leftover)
        until(lambda: "at it" in session.log)

        session.cancel(job)
        # What would not wait for it has the time to.
        time.sleep(0.5)
        go.touch()

        assert isinstance(session.wait(job, SECONDS)[-1], Canceled)
        until(lambda: left(session))


def test_long_prompts_do_not_burst_the_list(leave: Leave, session: Session) -> None:
    for _ in range(3):
        leave(Asker("somebody"), prompt="界" * 60_000)

    assert [len(row["prompt"]) for row in left(session) if isinstance(row, dict)] == [500] * 3


def test_one_that_is_not_there_is_said_so(session: Session) -> None:
    job = session.deliver("20260101-nothing")

    last = session.wait(job, SECONDS)[-1]

    assert isinstance(last, Failed)
    assert (last.code, "no job called" in last.message) == ("journal", True)


@pytest.mark.parametrize(
    ("host", "asked", "comes_as"),
    [
        ("gimp", "BGRA8", "RGBA8"),
        ("gimp", "BGRA16", "RGBA16"),
        ("gimp", "RGBA8", "RGBA8"),
        ("gimp", "RGBA16", "RGBA16"),
        ("gimp", "LA8", "RGBA8"),
        ("gimp", "", "RGBA8"),
        ("krita", "RGBA8", "BGRA8"),
        ("krita", "RGBA16", "BGRA16"),
        ("krita", "BGRA8", "BGRA8"),
        ("krita", "BGRA16", "BGRA16"),
        ("krita", "RGB8", "BGRA8"),
        ("krita", "", "BGRA8"),
        ("tests", "BGRA16", "BGRA16"),
        ("tests", "", "RGBA8"),
    ],
)
def test_each_editor_has_its_own_order_and_the_depth_that_was_asked_for(
    host: str, asked: str, comes_as: str
) -> None:
    assert format_for(host, asked, is_gray=False) == comes_as


@pytest.mark.parametrize(
    ("host", "asked", "comes_as"),
    [("gimp", "BGRA16", "RGBA16"), ("krita", "RGBA8", "BGRA8")],
)
def test_a_result_another_editor_asked_for_comes_in_this_ones_order(
    leave: Leave, runtime: Runtime, photo: Array, mask: Array, host: str, asked: str, comes_as: str
) -> None:
    name = leave(Asker("somebody", "picture", asked))

    with Session(runtime, host=host) as session:
        output, layer = delivered(session, name)

    kept = mask[: layer.shape[0], : layer.shape[1]] == 0
    colors = layer[..., 2::-1] if comes_as.startswith("BGR") else layer[..., :3]
    assert output.pixels.format == comes_as
    assert (colors[kept] == photo[: layer.shape[0], : layer.shape[1]][kept]).all()


@pytest.mark.parametrize("host", ["gimp", "krita"])
def test_a_gray_result_of_a_scripts_reaches_an_editor_in_color(
    leave: Leave, runtime: Runtime, host: str
) -> None:
    with Session(runtime, host=host) as session:
        output, _ = delivered(session, leave(Asker("a script"), gray=True))

    assert output.pixels.format == {"gimp": "RGBA8", "krita": "BGRA8"}[host]


@pytest.mark.parametrize("wanted", ["RGBA16", "BGRA8"])
def test_the_format_named_wins_over_the_hosts(leftover: str, runtime: Runtime, wanted: str) -> None:
    with Session(runtime, host="gimp") as session:
        output, _ = delivered(session, leftover, wanted)

    assert output.pixels.format == wanted


def test_an_unknown_format_is_refused_and_the_result_stays(leftover: str, session: Session) -> None:
    job = session.deliver(leftover, layer_format="CMYK32")

    last = session.wait(job, SECONDS)[-1]

    assert isinstance(last, Failed)
    assert (last.code, "CMYK32" in last.message) == ("protocol", True)
    assert len(left(session)) == 1


def delivered(session: Session, name: str, layer_format: str = "") -> tuple[Output, Array]:
    """A result's message, and its pixels as bytes."""
    messages = session.wait(session.deliver(name, layer_format=layer_format), SECONDS)
    assert isinstance(messages[-1], Done), messages
    (output,) = [one for one in messages if isinstance(one, Output)]
    pixels = session.pixels(output.pixels)
    shape = pixels.height, pixels.width, -1
    if pixels.format.endswith("16"):
        deep = np.frombuffer(pixels.data, np.uint16).reshape(shape)
        return output, np.rint(deep / 257).astype(np.uint8)
    return output, np.frombuffer(pixels.data, np.uint8).reshape(shape)
