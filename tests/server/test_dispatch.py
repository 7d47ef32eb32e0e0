"""A run's way through the queue, whatever its engine and its inputs' hosts do."""

from __future__ import annotations

import asyncio
import logging

import numpy as np
import pytest
from numpy.typing import NDArray

from fakes.serving import mask, photo
from overpaint.encoding import data_uri, encode_png
from overpaint.predictions import Status
from overpaint.server.dispatch import Dispatch
from overpaint.server.engines.base import Engine, Painting, Progress
from overpaint.server.engines.patchmatch import PatchMatchEngine
from overpaint.server.inputs import Inputs
from overpaint.server.published import FILL, FillInput
from overpaint.server.runs import Run, Runs
from overpaint.server.settings import ServerSettings
from overpaint.server.uploads import Uploads

ANY_FAULT = [ImportError, OSError, KeyError, TypeError, AssertionError, ValueError, MemoryError]


class Failing:
    """An engine that raises."""

    name = "failing"
    reads = frozenset({"seed"})

    def __init__(self, fault: type[Exception]) -> None:
        self.fault = fault

    def paint(self, painting: Painting, progress: Progress) -> NDArray[np.uint8]:  # noqa: ARG002  the protocol
        raise self.fault


class Copying:
    """An engine that paints nothing."""

    name = "copying"
    reads = frozenset({"seed"})

    def paint(self, painting: Painting, progress: Progress) -> NDArray[np.uint8]:  # noqa: ARG002  the protocol
        return painting.image


class SlowInputs(Inputs):
    """A host of inputs that never ends its answer to one address."""

    async def read(self, address: str, *, field: str) -> bytes:
        if address == "slow":
            await asyncio.Event().wait()
        return await super().read(address, field=field)


def run(image: str | None = None) -> Run:
    inputs = FillInput(image=image or data_uri(photo()), mask=data_uri(mask()))
    return Run(FILL, inputs, inputs.model_dump())


def dispatch_of(engine: Engine, settings: ServerSettings) -> Dispatch:
    inputs = SlowInputs(settings, Uploads(settings), None)
    return Dispatch(settings, engine, Runs(settings), inputs, lambda _: None)


async def ended(made: Run) -> Status:
    for _ in range(3000):
        if made.is_terminal:
            return made.status
        await asyncio.sleep(0.01)
    raise AssertionError("it goes on for ever")


@pytest.mark.parametrize("fault", ANY_FAULT)
def test_a_run_ends_whatever_its_engine_raises(
    fault: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        dispatch = dispatch_of(Failing(fault), ServerSettings())
        made = run()
        dispatch.submit(made)
        assert await ended(made) is Status.FAILED
        assert str(made.error).startswith("The engine failed")
        await dispatch.close()

    with caplog.at_level(logging.ERROR):
        asyncio.run(main())

    assert fault.__name__ in caplog.text


def test_a_mask_with_nothing_to_copy_from_ends_in_the_engines_sentence() -> None:
    async def main() -> None:
        dispatch = dispatch_of(PatchMatchEngine(), ServerSettings())
        made = run()
        made.inputs.mask = data_uri(encode_png(np.full((64, 64), 255, np.uint8)))
        dispatch.submit(made)
        assert await ended(made) is Status.FAILED
        assert str(made.error).startswith("The mask is white all over")
        await dispatch.close()

    asyncio.run(main())


@pytest.mark.parametrize("how", ["canceled", "expired", "too long"])
def test_a_run_whose_input_never_comes_gives_its_place_up(how: str) -> None:
    async def main() -> None:
        settings = ServerSettings(jobs=1, run_seconds=0.2 if how == "too long" else 600)
        dispatch = dispatch_of(Copying(), settings)
        slow, next_one = run("slow"), run()
        dispatch.submit(slow)
        dispatch.submit(next_one)
        await asyncio.sleep(0.05)
        if how == "canceled":
            dispatch.cancel(slow)
        elif how == "expired":
            dispatch.expire(slow)
        wanted = Status.FAILED if how == "too long" else Status.CANCELED
        assert await ended(slow) is wanted
        assert await ended(next_one) is Status.SUCCEEDED
        await dispatch.close()

    asyncio.run(main())
