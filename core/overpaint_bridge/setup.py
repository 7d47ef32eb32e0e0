"""A plug-in's first start: an environment of its own, made from the wheel it carries.

setup = Setup()
if setup.needed():
    setup.start()              # nothing here blocks; call poll() from the editor's idle loop
    for step in setup.poll():
        ...                    # step.message, step.fraction; the last one has step.is_end
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from . import __version__
from .children import APART, end_with_children, go_second
from .claim import claimed
from .complaints import SetupFailed, chosen, explained
from .errors import RuntimeMissingError
from .language import gettext as _
from .pythons import find_maker
from .runtime import (
    Runtime,
    clean_environment,
    find_runtime,
    recorded_python,
    recorded_runtime_path,
)

__all__ = ["CARRIED", "Setup", "Step", "help_page", "runtime_folder"]

# The archives carry the wheel beside the bridge.
CARRIED = Path(__file__).resolve().parent.with_name("wheels")
LOG_LINES = 60
# About what Overpaint needs in all; the bar comes near its end and waits there.
PARTS = 40
LOOK, MAKE, FETCH, CHECK = 0.02, 0.06, 0.15, 0.95

PART = re.compile(
    r"^\s*(?:Collecting|Downloading|Using cached) ([A-Za-z][\w.-]*?)(?=-\d|[\s<>=!~;\[(]|$)"
)


@dataclass(frozen=True)
class Step:
    """How far the set-up has come.

    Attributes:
        stage: `look`, `make`, `fetch`, `check`, and at last `ready`, `failed` or `canceled`.
        message: a sentence for a person.
        fraction: of the whole, 0 to 1.
        hint: after `failed`: what to do.
        link: after `failed`: a page on this machine that helps.
        detail: after `failed`: the end of what pip or uv said.
    """

    stage: str
    message: str
    fraction: float
    hint: str = ""
    link: str = ""
    detail: str = ""

    @property
    def is_end(self) -> bool:
        """True for the last step."""
        return self.stage in ("ready", "failed", "canceled")


class Setup:
    """Makes the environment that a plug-in's worker runs in."""

    def __init__(self, carried: Path = CARRIED, folder: Path | None = None) -> None:
        """Prepare; nothing is done yet.

        Args:
            carried: the folder with the wheel.
            folder: where the environment goes; None = the person's own data folder.
        """
        self._carried = carried
        self._folder = folder or runtime_folder()
        self._steps: queue.Queue[Step] = queue.Queue()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._process: subprocess.Popen[str] | None = None
        self._log: list[str] = []

    @property
    def is_running(self) -> bool:
        """True from `start` to the last step."""
        return self._thread is not None and self._thread.is_alive()

    def needed(self) -> bool:
        """True where no Python has Overpaint, or one this set-up made has an earlier version.

        Takes a moment where no interpreter is recorded: ask once, when the plug-in is opened.
        """
        try:
            self.runtime()
        except RuntimeMissingError:
            return True
        return False

    def runtime(self) -> Runtime:
        """Find a Python that has Overpaint, of this version if it is one this set-up made.

        Raises:
            RuntimeMissingError: the set-up is needed.
        """
        runtime = find_runtime()
        made_here = Path(runtime.command[0]).is_relative_to(self._folder)
        if made_here and runtime.version != __version__ and self._wheel() is not None:
            raise RuntimeMissingError(
                f"The plug-in is of version {__version__}, its environment of {runtime.version}.",
                runtime.command[0],
            )
        return runtime

    def start(self) -> None:
        """Begin, in a thread; a second call while it runs does nothing."""
        if not self.is_running:
            self._stop.clear()
            self._log.clear()
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()

    def poll(self) -> list[Step]:
        """Return the steps since the last poll; never blocks."""
        steps = []
        with contextlib.suppress(queue.Empty):
            while True:
                steps.append(self._steps.get_nowait())
        return steps

    def cancel(self) -> None:
        """Stop, and leave nothing behind; `canceled` follows."""
        self._stop.set()
        process = self._process
        if process is not None:
            end_with_children(process)

    def _run(self) -> None:
        target = self._folder / __version__
        try:
            self._make(target)
        except SetupFailed as failure:
            end = Step("failed", str(failure), 1.0, failure.hint, help_page())
        except OSError as error:
            why = error.strerror or str(error)
            end = Step(
                "failed",
                _("Overpaint's environment could not be made in {folder}: {why}.").format(
                    folder=self._folder, why=why
                ),
                1.0,
                _("Check that there is room, and that you may write there."),
                help_page(),
            )
        else:
            end = Step("ready", _("Overpaint is ready."), 1.0)
        if end.stage != "ready":
            self._clear()
        if self._stop.is_set() and end.stage != "ready":
            said = _("The set-up was canceled; nothing was left behind.")
            end = Step("canceled", said, 1.0)
        elif end.stage == "failed":
            detail = "\n".join(self._log[-LOG_LINES:])
            end = Step(end.stage, end.message, 1.0, end.hint, end.link, detail)
        self._steps.put(end)

    def _make(self, target: Path) -> None:
        """Find the environment made, by the other editor say, or make it.

        Raises:
            SetupFailed, OSError: it can't be made.
        """
        self._tell("look", _("Looking for a Python to work with."), LOOK)
        wheel = self._wheel()
        if wheel is None:
            raise SetupFailed(
                _("This copy of the plug-in does not carry Overpaint itself."),
                _("Install it from its archive again, or run “overpaint install” in a terminal."),
            )
        # Both editors share it: neither may clear away what the other makes or works from.
        with claimed(self._folder / f"{__version__}.lock", self._wait) as ours:
            if ours and not self._is_made(target):
                self._build(target, wheel)
            elif not ours:
                raise SetupFailed(_("The set-up was canceled; nothing was left behind."), "")

    def _wait(self) -> bool:
        """Say that somebody else is at it; False once this one is to stop."""
        self._tell("look", _("Another editor is setting Overpaint up; this waits for it."), LOOK)
        return not self._stop.is_set()

    def _is_made(self, target: Path) -> bool:
        """True where the environment is there and works; it is recorded then."""
        try:
            runtime = find_runtime(str(_python_in(target)))
        except RuntimeMissingError:
            return False
        if runtime.version != __version__:
            return False
        _record(runtime)
        return True

    def _build(self, target: Path, wheel: Path) -> None:
        """Go through the stages.

        Raises:
            SetupFailed, OSError: one of them failed; nothing of the environment is left.
        """
        maker = chosen(find_maker())
        making = _("Making an environment with {python}.").format(python=maker.command[0])
        self._tell("make", making, MAKE)
        shutil.rmtree(target, ignore_errors=True)  # one that was broken off
        try:
            self._do(maker.make(target), _("The environment could not be made."))
            python = _python_in(target)
            self._tell("fetch", _("Fetching what Overpaint needs: about 150 MB."), FETCH)
            self._do(maker.fill(python, wheel), _("What Overpaint needs could not be installed."))
            self._tell("check", _("Trying it."), CHECK)
            runtime = _checked(python)
            self._remove_earlier(target)
            _record(runtime)
        except (SetupFailed, OSError):
            shutil.rmtree(target, ignore_errors=True)
            raise

    def _do(self, command: list[str], failure: str) -> None:
        """Run a command to its end, following what it says.

        Raises:
            SetupFailed: it failed, or the set-up was canceled.
        """
        parts: set[str] = set()
        for line in self._lines(command):
            self._log.append(line)
            part = PART.match(line)
            name = re.sub(r"[-_.]+", "-", part[1]).lower() if part else ""
            if name and name not in parts:
                parts.add(name)
                fraction = FETCH + (CHECK - FETCH) * min(len(parts) / PARTS, 0.9)
                self._tell("fetch", _("Fetching {part}.").format(part=name), fraction)
            elif line.startswith("Installing collected packages"):
                self._tell("fetch", _("Unpacking."), FETCH + (CHECK - FETCH) * 0.92)
        if self._stop.is_set() or self._process is None or self._process.returncode:
            raise explained("\n".join(self._log), failure)

    def _lines(self, command: list[str]) -> Iterator[str]:
        if self._stop.is_set():
            return
        self._process = subprocess.Popen(  # noqa: S603  a Python or uv of this machine
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=clean_environment(),
            **APART,
        )
        go_second(self._process)
        with self._process as process:
            if self._stop.is_set():  # since the check above
                end_with_children(process)
            for line in process.stdout or ():
                yield line.rstrip()

    def _tell(self, stage: str, message: str, fraction: float) -> None:
        self._steps.put(Step(stage, message, fraction))

    def _wheel(self) -> Path | None:
        """The wheel of this very version, or None."""
        return next(self._carried.glob(f"overpaint-{__version__}-*.whl"), None)

    def _clear(self) -> None:
        """Leave no empty folders of an attempt behind."""
        with contextlib.suppress(OSError):
            self._folder.rmdir()  # not while another version's environment is in it
            self._folder.parent.rmdir()

    def _remove_earlier(self, target: Path) -> None:
        """Remove the environments of earlier versions, but the last: a worker may run in it."""
        last = recorded_python()
        for folder in self._folder.iterdir():
            used = last is not None and Path(last).is_relative_to(folder)
            if folder != target and not used and (folder / "pyvenv.cfg").is_file():
                shutil.rmtree(folder, ignore_errors=True)


def runtime_folder(environment: Mapping[str, str] | None = None) -> Path:
    """Where environments are made, one a version."""
    given = os.environ if environment is None else environment
    home = Path.home()
    if sys.platform == "win32":
        data = Path(given.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        data = home / "Library" / "Application Support"
    else:
        data = Path(given.get("XDG_DATA_HOME") or home / ".local" / "share")
    return data / "overpaint" / "runtime"


def help_page() -> str:
    """The address of the page that helps, which lies beside the plug-in and needs no network."""
    return Path(__file__).resolve().with_name("set-up.html").as_uri()


def _python_in(environment: Path) -> Path:
    if os.name == "nt":
        return environment / "Scripts" / "python.exe"
    return environment / "bin" / "python"


def _checked(python: Path) -> Runtime:
    """The new environment's Overpaint.

    Raises:
        SetupFailed: it does not start.
    """
    try:
        return find_runtime(str(python))
    except RuntimeMissingError as error:
        raise SetupFailed(
            _("The environment was made, but Overpaint does not start in it."),
            _("The details have the reason; please report it with them."),
        ) from error


def _record(runtime: Runtime) -> None:
    """Write down the environment's Python, where every plug-in looks first."""
    path = recorded_runtime_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(
        json.dumps({"python": runtime.command[0], "version": runtime.version}, indent=2) + "\n"
    )
    new.replace(path)
