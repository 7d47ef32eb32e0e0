"""Where faults are made: an endpoint, processes that can be killed, and a count of what it cost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self, TypeAlias

import numpy as np
from PIL import Image

from fakes.recording import Reply
from fakes.studio import VERSION, Studio

from .host import picture, selection

__all__ = [
    "KEY",
    "SECONDS",
    "Lab",
    "Outcome",
    "Process",
    "Victim",
    "die_as_command",
    "die_as_editor",
    "hold",
    "kill",
    "stopped",
    "strike",
]

Victim: TypeAlias = Literal["worker", "host", "both"]

HERE = Path(__file__).parent
SECONDS = 90.0
ORPHAN_SECONDS = 2.0
KEY = "canary-key-of-the-faults"
# Where an editor's stand-in can be made to stand still; the others are the studio's.
OWN_STAGES = ("needs", "output", "done")


BATCH = ("batch", "pairs", "-o", "results/batch", "--endpoint", "studio", "--prompt", "x", "--json")


@dataclass(frozen=True)
class Outcome:
    """What became of one cell.

    Attributes:
        became: `kept` or `refused cleanly`; anything else is a fault of ours.
        creates: requests that would each have cost money.
        charged: predictions that ran to their end.
        results: results that somebody has in the end.
    """

    became: str
    creates: int
    charged: int
    results: int

    @property
    def is_good(self) -> bool:
        return self.became in ("kept", "refused cleanly")


@dataclass
class Process:
    """A program of ours, and what it says, one JSON line an event."""

    popen: subprocess.Popen[str]
    events: list[dict[str, Any]] = field(default_factory=list)
    _news: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        out = self.popen.stdout
        for line in out or ():
            with self._news:
                if line.startswith("{"):
                    self.events.append(json.loads(line))
                self._news.notify_all()
        with self._news:
            self.events.append({"event": "eof"})
            self._news.notify_all()

    def hear(self, event: str) -> dict[str, Any]:
        """Wait for an event.

        Raises:
            AssertionError: the process ended first.
        """
        end = time.monotonic() + SECONDS
        with self._news:
            while True:
                for one in self.events:
                    if one.get("event") == event:
                        return one
                over = any(one.get("event") == "eof" for one in self.events)
                assert not over, f"no {event} in {self.events}"
                assert time.monotonic() < end, f"no {event} yet in {self.events}"
                self._news.wait(0.2)

    def said(self, event: str) -> list[dict[str, Any]]:
        return [one for one in self.events if one.get("event") == event]

    def kill(self) -> None:
        self.popen.kill()
        self.popen.wait()

    def close(self) -> None:
        """Kill it if it still runs, and let go of its pipe."""
        self.kill()
        self._listener.join(SECONDS)
        if self.popen.stdout is not None:
            self.popen.stdout.close()

    def end(self) -> int:
        code = self.popen.wait(SECONDS)
        self.hear("eof")
        return code


class Lab:
    """One cell's endpoint, settings, journal and processes."""

    def __init__(self, **studio: Any) -> None:  # noqa: ANN401  the Studio's own
        self._studio_fields = studio
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self.folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="faults-")))
        self.results = self.folder / "results"
        self.results.mkdir()
        self.studio = Studio(**self._studio_fields).__enter__()
        self._processes: list[Process] = []
        config = self.folder / "config"
        config.mkdir()
        (config / "settings.toml").write_text(
            f'schema = 1\n[endpoints.studio]\nbase_url = "{self.studio.url}/v1"\n'
            f'version = "{VERSION}"\nkind = "hosted"\n'
        )
        self.data = self.folder / "data"
        self.data.mkdir()
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("OVERPAINT_", "REPLICATE_"))
        } | {
            "OVERPAINT_CONFIG_DIR": str(config),
            "OVERPAINT_DATA_DIR": str(self.data),
            "OVERPAINT_API_TOKEN": KEY,
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "PYTHONPATH": os.pathsep.join([str(HERE.parent), os.environ.get("PYTHONPATH", "")]),
        }
        Image.fromarray(picture()).save(self.folder / "photo.png")
        Image.fromarray(selection()).save(self.folder / "mask.png")
        return self

    def __exit__(self, *error: object) -> None:
        self.studio.let_go()
        for process in self._processes:
            process.close()
        self.studio.__exit__()
        self._stack.close()

    def restart(self, *, forgets: bool) -> None:
        """End the server with everything it is about to answer, and start it at the same port."""
        old = self.studio
        old.__exit__()
        self.studio = Studio(runs={} if forgets else old.runs)
        self.studio.bind = old.port
        self.studio.seen += old.creates
        self.studio.__enter__()

    def start(self, *arguments: str) -> Process:
        """Start a program of ours; its stderr is kept in a file."""
        log = (self.folder / "stderr.log").open("a")
        process = Process(
            subprocess.Popen(
                [sys.executable, *arguments],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=self.environment,
                cwd=self.folder,
            )
        )
        log.close()
        self._processes.append(process)
        return process

    def host(self, *arguments: str) -> Process:
        """An editor's stand-in."""
        return self.start("-m", "faults.host", *arguments, str(self.results))

    def editor(self, endpoint: str = "studio") -> Process:
        return self.host("run", endpoint)

    def stop_at(self, stage: str) -> None:
        (self.results / f"stop-at-{stage}").touch()

    def go_on(self) -> None:
        for path in self.results.glob("stop-at-*"):
            path.unlink()

    def command(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        """A command of the command line, and its JSON."""
        done = subprocess.run(
            [sys.executable, "-m", "overpaint", *arguments, "--json"],
            capture_output=True,
            text=True,
            env=self.environment,
            cwd=self.folder,
            timeout=SECONDS,
            check=False,
        )
        assert done.stdout.startswith("{"), done.stderr
        return done.returncode, json.loads(done.stdout)

    def fill(self) -> Process:
        """`overpaint fill` at the studio, in the background."""
        out = str(self.results / "filled.png")
        return self.start(
            *("-m", "overpaint", "fill", "photo.png", "mask.png", "-o", out, "--force"),
            *("--endpoint", "studio", "--prompt", "a bench", "--json"),
        )

    def batch(self) -> Process:
        """`overpaint batch` over the one picture, in the background."""
        pairs = self.folder / "pairs"
        pairs.mkdir(exist_ok=True)
        for name, made in (("photo", "photo"), ("mask", "photo-mask")):
            (pairs / f"{made}.png").write_bytes((self.folder / f"{name}.png").read_bytes())
        return self.start("-m", "overpaint", *BATCH)

    def batched(self) -> int:
        """How many results the batch has once it has been run again."""
        self.command(*BATCH[:-1])
        self._is_clean()
        return len(list((self.results / "batch").glob("*.png")))

    def recovered(self) -> int:
        """How many results a new editor is handed, of those that are left over."""
        self.go_on()
        host = self.host("recover")
        host.end()
        self._is_clean()
        return len([one for one in host.said("taken") if self._is_painted(one)])

    def resumed(self) -> int:
        """How many results `overpaint jobs resume` brings."""
        _, said = self.command("jobs", "resume", "-o", "results/resumed")
        self._is_clean()
        return sum(len(job["outputs"]) for job in said["jobs"] if job["state"] == "delivered")

    def taken(self, process: Process) -> int:
        """How many results an editor had got before its end."""
        return len([one for one in process.said("taken") if self._is_painted(one)])

    def filled(self) -> int:
        """Whether `overpaint fill` has written what was painted, and nothing beside the mask."""
        path = self.results / "filled.png"
        if not path.exists():
            return 0
        pixels = np.asarray(Image.open(path))
        kept = selection() == 0
        assert (pixels[kept] == picture()[kept]).all()
        assert tuple(pixels[50, 65]) in {run.color for run in self.studio.runs.values()}
        return 1

    def outcome(self, results: int, *, refused: bool = False, asked: int = 1) -> Outcome:
        """Judge a cell by what the endpoint has counted.

        Args:
            results: how many results somebody has.
            refused: whoever asked was told, in words, that there is none.
            asked: how many jobs there were.
        """
        creates = len(self.studio.creates)
        charged = sum(run.status == "succeeded" for run in self.studio.runs.values())
        running = sum(run.status == "processing" for run in self.studio.runs.values())
        if creates > asked:
            became = "created twice"
        elif charged > results or running:
            became = "LOST"
        elif results:
            became = "kept"
        else:
            became = "refused cleanly" if refused else "SILENT"
        return Outcome(became, creates, charged, results)

    def is_gone(self, pid: int, seconds: float = ORPHAN_SECONDS) -> bool:
        """Whether a process ends by itself in time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not _runs(pid):
                return True
            time.sleep(0.02)
        return not _runs(pid)

    def _is_painted(self, taken: dict[str, Any]) -> bool:
        """Whether a layer is what the endpoint painted, to the last pixel."""
        content = (self.results / taken["file"]).read_bytes()
        pixels = np.frombuffer(content, np.uint8).reshape(taken["height"], taken["width"], 3)
        colors = {run.color for run in self.studio.runs.values()}
        if colors:
            assert (pixels == pixels[0, 0]).all()
            assert tuple(pixels[0, 0]) in colors
        return True

    def _is_clean(self) -> None:
        """Nothing half-written is left after a start: in the journal, or where sessions lie."""
        journal = self.data / "journal"
        parts = [path for path in journal.rglob("*") if path.name.endswith((".part", ".new"))]
        locks = list((journal / "owners").iterdir()) if (journal / "owners").exists() else []
        assert parts == []
        assert len(locks) <= 1, locks  # the one that has just ended itself


def _runs(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def hold(lab: Lab, stage: str) -> None:
    if stage in OWN_STAGES:
        lab.stop_at(stage)
        return
    if stage == "list":
        # It is asked for where the create's answer was lost.
        lab.studio.fail("create", Reply(hang_up=True))
    lab.studio.hold(stage)


def kill(pid: int) -> None:
    """Kill a worker; it may have ended already."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


@contextmanager
def stopped(lab: Lab, stage: str, process: Process) -> Iterator[None]:
    """While a process stands still at a stage: of the studio's, or of its own."""
    if stage in OWN_STAGES:
        process.hear(stage)
    else:
        assert lab.studio.reached(stage, SECONDS), f"never came to {stage}: {process.events}"
    yield


def strike(victim: Victim, worker: int, host: Process) -> None:
    """Kill an editor's worker, the editor, or both, the worker first."""
    if victim in ("worker", "both"):
        kill(worker)
    if victim in ("host", "both"):
        host.kill()


def die_as_command(lab: Lab) -> None:
    """Have a command killed while its run is waited for, and the studio go on."""
    lab.studio.hold("poll")
    command = lab.fill()
    with stopped(lab, "poll", command):
        command.kill()
    lab.studio.let_go()


def die_as_editor(lab: Lab) -> None:
    """Have an editor's worker killed while its run is waited for, and the studio go on."""
    lab.studio.hold("poll")
    editor = lab.editor()
    with stopped(lab, "poll", editor):
        kill(editor.hear("started")["worker"])
    editor.end()
    lab.studio.let_go()
