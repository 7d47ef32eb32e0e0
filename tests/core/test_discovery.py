"""What an endpoint is taken for."""

from __future__ import annotations

import pytest

from overpaint.discovery import Discovery, discover
from overpaint.endpoints import EMBEDDED, Endpoint
from overpaint.errors import AnswerTimeoutError
from overpaint.models.catalogue import DEFAULT_VERSION, FILL_VERSION


def test_the_engine_inside_is_known_without_asking_however_busy_the_machine() -> None:
    with pytest.raises(StopIteration) as ended:
        next(discover(EMBEDDED))

    assert ended.value.value == Discovery("overpaint", FILL_VERSION)


def test_an_endpoint_that_says_nothing_in_time_is_taken_for_a_hosted_one() -> None:
    flow = discover(Endpoint("given", "https://host.test/v1"))
    next(flow)

    with pytest.raises(StopIteration) as ended:
        flow.throw(AnswerTimeoutError("No answer came."))

    assert ended.value.value == Discovery("hosted", DEFAULT_VERSION)
