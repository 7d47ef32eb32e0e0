"""Every answer and fault of a Cog server on record ends in the right error, and stops the run."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from fakes.clients import COLOURS, endpoint
from fakes.keys import KEY
from fakes.recording import Reply, prediction, recording
from overpaint.errors import (
    AnswerTimeoutError,
    OutputError,
    OverpaintError,
    PredictionCanceledError,
    PredictionFailedError,
    PredictionTimeoutError,
    RateLimitedError,
    RefusedInputError,
    ServerError,
    UnexpectedAnswerError,
)

RUN = "PUT /predictions/.+"
CANCEL = "POST /predictions/.+/cancel"


@dataclass(frozen=True)
class Fault:
    """What the server answers, and what must become of it.

    Attributes:
        again: nothing was begun, so that it is asked more than once.
        stops: the run may be going on, so that it is canceled.
    """

    reply: Reply
    error: type[OverpaintError]
    says: str = ""
    again: bool = False
    stops: bool = False


FIELD = {"loc": ["body", "input", "width"], "msg": "500 is not one of [64]", "type": "value_error"}
FAULTS = {
    "the model raises, new": Fault(
        Reply(200, prediction("failed", error="Prediction failed: ValueError: no luck")),
        PredictionFailedError,
        "no luck",
    ),
    "the model raises, old": Fault(
        Reply(200, {"id": None, "status": "failed", "error": "no luck"}),
        PredictionFailedError,
        "no luck",
    ),
    "canceled by another": Fault(Reply(200, prediction("canceled")), PredictionCanceledError),
    "a bad field": Fault(Reply(422, {"detail": [FIELD]}), RefusedInputError, "input.width"),
    "an id that does not fit": Fault(
        Reply(422, {"detail": "prediction ID must match"}), RefusedInputError, "must match"
    ),
    "bad JSON, new": Fault(Reply(400, "EOF while parsing"), RefusedInputError, "EOF"),
    "no input, old": Fault(Reply(500, "Internal Server Error"), ServerError, "Internal"),
    "busy, old": Fault(
        Reply(409, {"detail": "Already running a prediction"}),
        RateLimitedError,
        "Already running",
        again=True,
    ),
    "busy, new": Fault(
        Reply(409, {"error": "At capacity - all prediction slots busy", "status": "failed"}),
        RateLimitedError,
        "At capacity",
        again=True,
    ),
    "set-up failed": Fault(Reply(503, {"detail": "Setup failed"}), ServerError, "Setup failed"),
    "a page": Fault(Reply(200, "<html>"), UnexpectedAnswerError),
    "nothing": Fault(Reply(200), UnexpectedAnswerError),
    "half a JSON": Fault(Reply(200, '{"status": "succ'), UnexpectedAnswerError),
    "no status": Fault(Reply(200, {}), UnexpectedAnswerError),
    "a status that is a list": Fault(Reply(200, {"status": []}), UnexpectedAnswerError),
    "hung up": Fault(Reply(hang_up=True), AnswerTimeoutError, stops=True),
    "cut off": Fault(Reply(200, "{", announce=99), AnswerTimeoutError, stops=True),
    "silent": Fault(Reply(200, stall=5), PredictionTimeoutError, "asked to stop", stops=True),
    "trickling": Fault(
        Reply(200, prediction(logs="x" * 300), drip=0.02), PredictionTimeoutError, stops=True
    ),
    "huge": Fault(Reply(200, prediction(logs="x" * 100_000)), OutputError, "larger"),
    "an expired output": Fault(
        Reply(200, prediction(output="http://127.0.0.1:{port}/gone.png")), OutputError, "hour"
    ),
}


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_cogs_ends_in_its_error(name: str, colour: str) -> None:
    fault = FAULTS[name]
    with recording({}) as server:
        body = fault.reply.content.replace(b"{port}", str(server.port).encode())
        reply = fault.reply if body == fault.reply.content else Reply(200, body)
        server.say({RUN: reply, CANCEL: Reply(200, {})})
        with pytest.raises(OverpaintError) as caught:
            COLOURS[colour](endpoint(server.url, kind="cog"), "run")

        assert type(caught.value) is fault.error
        assert fault.says in str(caught.value)
        assert KEY not in f"{caught.value!r} {caught.value}"
        assert (len(server.creates) > 1) == fault.again
        assert bool(server.cancels) == fault.stops
        ids = {seen.path.split("/")[2] for seen in server.creates + server.cancels}
        assert len(ids) == 1
