"""What fuzzing found at the pipe and in documents."""

from __future__ import annotations

import sys

import pytest

from overpaint_bridge.errors import WorkerGoneError
from overpaint_bridge.history import read_history
from overpaint_bridge.link import Link
from overpaint_bridge.protocol import TO_HOST, Refused, decode, encode
from overpaint_bridge.recipe import Recipe
from overpaint_bridge.runtime import clean_environment
from overpaint_bridge.session import Session
from overpaint_bridge.settings import PanelSettings

NESTED = "[" * 100_000


def test_half_a_character_travels_as_it_is() -> None:
    said = Refused("There is a job \ud800 already.", job="\ud800")

    assert decode(encode(said), TO_HOST) == said


def test_a_worker_answers_after_half_a_character(session: Session) -> None:
    stream = session._link._process.stdin
    assert stream is not None
    stream.write(b'{"type": "nothing", "job": "\\ud800"}\n')
    stream.flush()

    session.run({}, canvas=(1, 1))

    assert session.is_alive
    said = [session._link.heard.get(timeout=60) for _ in range(3)]
    assert [getattr(message, "TYPE", "") for message in said] == ["ready", "refused", "accepted"]


def test_a_worker_that_is_dead_at_once_is_heard_of() -> None:
    for _ in range(20):
        link = Link([sys.executable, "-S", "-E", "-c", ""], clean_environment())

        assert isinstance(link.heard.get(timeout=60), WorkerGoneError)
        link.close()


def test_what_is_nested_beyond_reason_is_left_out() -> None:
    assert read_history(NESTED) == []
    assert PanelSettings.from_json(NESTED) == PanelSettings()
    with pytest.raises(ValueError, match="nested"):
        Recipe.from_json(NESTED)
