"""A flow hears of every interruption, whenever it comes."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time

import pytest

from overpaint.calls import Answer, Call, Deed, Flow, Interrupted, Pause
from overpaint.driving import carried_out, drive, drive_async


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


class Deaf:
    """No call is made here."""

    async def send(self, call: Call) -> Answer:
        raise AssertionError(call)

    async def close(self) -> None:
        pass


def written_down(heard: list[str], deed: Deed) -> Flow[None]:
    """A flow that writes something down twice, and then waits; it notes what it hears."""
    for name in ("first", "second"):
        try:
            yield deed
        except Interrupted:
            heard.append(f"interrupted at the {name}")
            raise
        heard.append(name)
    try:
        yield Pause(60.0)
    except Interrupted:
        yield Deed(lambda: heard.append("undone"))
        raise


def test_what_blocks_does_not_hold_the_event_loop_up() -> None:
    goes_on = threading.Event()
    seen: list[bool] = []

    def flow() -> Flow[None]:
        yield Deed(lambda: seen.append(goes_on.wait(20.0)))

    async def main() -> None:
        asyncio.get_running_loop().call_soon(goes_on.set)
        await drive_async(flow(), Deaf())

    asyncio.run(main())

    assert seen == [True]


def test_a_canceled_task_hears_of_it_when_what_it_writes_is_written() -> None:
    heard: list[str] = []
    begun, may_end = threading.Event(), threading.Event()

    def write() -> None:
        begun.set()
        may_end.wait(20.0)
        heard.append("written")

    async def main() -> None:
        task = asyncio.create_task(drive_async(written_down(heard, Deed(write)), Deaf()))
        await asyncio.to_thread(begun.wait, 20.0)
        task.cancel()
        await asyncio.sleep(0.05)
        may_end.set()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())

    assert heard == ["written", "first", "written", "second", "undone"]


def test_a_task_that_is_canceled_twice_still_tells_what_became_of_its_run() -> None:
    heard: list[str] = []

    class Slow(Deaf):
        async def send(self, call: Call) -> Answer:
            await asyncio.sleep(0.3)
            heard.append(call.url)
            return Answer(201)

    def flow() -> Flow[None]:
        try:
            yield Call("POST", "/predictions", grace=5.0)
        except Interrupted as stop:
            yield Call("POST", "/predictions/p1/cancel")
            stop.add_note("It was canceled.")
            raise

    async def main() -> None:
        task = asyncio.create_task(drive_async(flow(), Slow()))
        for _ in range(3):
            await asyncio.sleep(0.05)
            task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
        assert heard == ["/predictions", "/predictions/p1/cancel"]
        assert caught.value.__notes__ == ["It was canceled."]

    asyncio.run(main())


@pytest.mark.skipif(os.name != "posix", reason="a process can't send itself Ctrl-C there")
def test_ctrl_c_is_heard_when_what_is_being_written_is_written() -> None:
    heard: list[str] = []

    def write() -> None:
        if "written" not in heard:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.05)
        heard.append("written")

    with pytest.raises(KeyboardInterrupt):
        drive(written_down(heard, Deed(write)), Hasty())

    assert heard == ["written", "first", "written", "second", "undone"]


def test_a_canceled_task_stays_until_its_deed_is_done_however_often_it_is_canceled() -> None:
    done: list[str] = []
    begun, may_end = threading.Event(), threading.Event()

    def write() -> None:
        begun.set()
        may_end.wait(20.0)
        done.append("written")

    async def main() -> None:
        task = asyncio.create_task(carried_out(write))
        await asyncio.to_thread(begun.wait, 20.0)
        for _ in range(3):
            task.cancel()
            await asyncio.sleep(0.05)
        assert not task.done()
        may_end.set()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())

    assert done == ["written"]
