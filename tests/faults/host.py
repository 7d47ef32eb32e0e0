"""A stand-in for an editor: a process of its own over the real bridge, that can be killed.

    python host.py run ENDPOINT FOLDER      fill one picture, and put the layer into FOLDER
    python host.py recover FOLDER           ask what is left over, and have all of it delivered

It says one JSON line per event on stdout. A file `stop-at-STAGE` in FOLDER lets it stand still
there: `needs` before it hands its pixels over, `output` before it takes a result, `done` before it
says that it has got everything.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from overpaint_bridge.pixels import Pixels
from overpaint_bridge.protocol import (
    Accepted,
    Canceled,
    Done,
    Failed,
    Message,
    Needs,
    Output,
    Ready,
    Recovered,
    Refused,
)
from overpaint_bridge.runtime import Runtime
from overpaint_bridge.session import Session

LONGEST = 120.0
SIZE = (96, 128)


def picture() -> NDArray[np.uint8]:
    """Noise: round the mask it says nothing of the tone, so that an answer keeps its own."""
    return np.random.default_rng(3).integers(0, 256, (*SIZE, 3)).astype(np.uint8)


def selection() -> NDArray[np.uint8]:
    mask = np.zeros(SIZE, np.uint8)
    mask[40:60, 50:80] = 255
    return mask


def say(event: str, **facts: object) -> None:
    sys.stdout.write(json.dumps({"event": event, **facts}) + "\n")
    sys.stdout.flush()


def stand_still(folder: Path, stage: str) -> None:
    """Wait here for as long as the file is there."""
    say(stage)
    while (folder / f"stop-at-{stage}").exists():
        time.sleep(0.01)


class Host:
    """One session and its one job at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.session = Session(Runtime((sys.executable,), "test"), host="stand-in")
        self.kept_as = ""
        say("started", worker=self.session.pid)

    def run(self, endpoint: str) -> int:
        job = self.session.run(
            {"prompt": "a bench", "seed": 5},
            canvas=(SIZE[1], SIZE[0]),
            hole=(50, 40, 30, 20),
            endpoint=endpoint,
            document="picture.xcf",
        )
        return self.follow(job, "taken")

    def recover(self) -> int:
        self.session.recover()
        left = self.hear(Recovered)
        say("recovered", jobs=left.jobs)
        failed = 0
        for row in left.jobs:
            self.kept_as = str(row["id"])
            failed |= self.follow(self.session.deliver(row["id"]), f"delivered-{row['id']}")
        self.session.recover()
        say("left", jobs=self.hear(Recovered).jobs)
        return failed

    def hear(self, kind: type[Recovered]) -> Recovered:
        end = time.monotonic() + LONGEST
        while time.monotonic() < end:
            for message in self.session.poll():
                if isinstance(message, kind):
                    return message
                if isinstance(message, Refused):
                    say("refused", message=message.message)
                    raise SystemExit(4)
            time.sleep(0.01)
        raise SystemExit(3)

    def follow(self, job: str, name: str) -> int:
        """See a job to its end, and take what it brings."""
        end = time.monotonic() + LONGEST
        while time.monotonic() < end:
            for message in self.session.poll():
                code = self.take(job, name, message)
                if code is not None:
                    return code
            time.sleep(0.005)
        say("silent")
        return 3

    def take(self, job: str, name: str, message: Message) -> int | None:
        if isinstance(message, Ready):
            say("ready")
        elif isinstance(message, Accepted) and message.id:
            self.kept_as = message.id
            say("accepted", id=message.id)
        elif isinstance(message, Needs):
            stand_still(self.folder, "needs")
            x, y, width, height = message.x, message.y, message.width, message.height
            here = (slice(y, y + height), slice(x, x + width))
            image = np.ascontiguousarray(picture()[here]).tobytes()
            mask = np.ascontiguousarray(selection()[here]).tobytes()
            self.session.send_pixels(
                job, Pixels(image, width, height, "RGB8"), Pixels(mask, width, height, "L8")
            )
        elif isinstance(message, Output):
            stand_still(self.folder, "output")
            layer = self.session.pixels(message.pixels)
            place = {"x": message.x, "y": message.y, "format": layer.format}
            (self.folder / f"{name}.raw").write_bytes(bytes(layer.data))
            say("taken", file=f"{name}.raw", width=layer.width, height=layer.height, **place)
        elif isinstance(message, Done):
            stand_still(self.folder, "done")
            self.session.release(job)
            self.session.settle(self.kept_as)
            say("done")
            return 0
        elif isinstance(message, (Failed, Canceled, Refused)):
            code = message.code if isinstance(message, Failed) else message.TYPE
            text = message.message if isinstance(message, (Failed, Refused)) else ""
            say("failed", code=code, message=text)
            return 2
        return None


def main() -> int:
    deed, *rest = sys.argv[1:]
    host = Host(Path(rest[-1]))
    code = host.run(rest[0]) if deed == "run" else host.recover()
    # Politely, so that the worker hears of the release before the pipe ends.
    host.session.close()
    say("closed", code=code)
    return code


if __name__ == "__main__":
    sys.exit(main())
