"""Waiting by hand-fed answers: a deadline holds, also for the poll that is under way."""

from __future__ import annotations

import pytest

from overpaint.calls import Answer, Call, Pause
from overpaint.errors import AnswerTimeoutError, PredictionTimeoutError
from overpaint.lifecycle import Patience, wait
from overpaint.predictions import Prediction

RUNNING = Prediction.model_validate({"id": "p1", "status": "processing"})


def test_a_poll_is_not_waited_for_beyond_the_deadline_and_then_the_run_is_canceled() -> None:
    now = [100.0]
    patience = Patience(deadline=10.0, answer=30.0, longest_answer=60.0)
    flow = wait(RUNNING, patience=patience, clock=lambda: now[0])

    pause = next(flow)
    assert isinstance(pause, Pause)
    assert pause.seconds <= 10.0

    now[0] = 109.5
    poll = flow.send(None)
    assert isinstance(poll, Call)
    assert (poll.method, poll.timeout, poll.longest) == ("GET", 0.5, 0.5)

    now[0] = 110.0
    ending = flow.throw(AnswerTimeoutError("nothing came"))
    assert isinstance(ending, Call)
    assert (ending.method, ending.url) == ("POST", "/predictions/p1/cancel")

    with pytest.raises(PredictionTimeoutError, match="after 10 s"):
        flow.send(Answer(200, body=RUNNING.model_dump_json().encode()))
