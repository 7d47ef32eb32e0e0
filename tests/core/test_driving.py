"""A flow hears of every interruption, whenever it comes."""

from __future__ import annotations

import os
import signal
import time

import pytest

from overpaint.calls import Answer, Call, Flow, Interrupted
from overpaint.driving import drive


class Hasty:
    """Interrupts the main thread as soon as a call is on its way."""

    def send(self, call: Call) -> Answer:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.02)
        return Answer(201, body=call.method.encode())

    def close(self) -> None:
        pass


@pytest.mark.skipif(os.name != "posix", reason="a process can't send itself Ctrl-C there")
def test_an_interruption_that_comes_as_the_call_leaves_is_heard_with_its_answer() -> None:
    heard: list[Answer | None] = []

    def flow() -> Flow[None]:
        try:
            yield Call("POST", "/predictions", grace=5.0)
        except Interrupted as stop:
            heard.append(stop.answer)
            raise

    for _ in range(200):
        with pytest.raises(KeyboardInterrupt):
            drive(flow(), Hasty())

    assert [answer and answer.body for answer in heard] == [b"POST"] * 200
