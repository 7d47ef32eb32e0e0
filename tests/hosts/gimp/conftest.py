"""One GIMP without windows for all the tests of procedures, and one with windows for the rest."""

from __future__ import annotations

import contextlib
import functools
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import skimage.data
from PIL import Image

from fakes.recording import RecordingServer, recording
from fakes.tries import is_another_try

from .chroot import Chroot, ensure
from .desktop import Desktop
from .program import Program

# Where the desktop's worker finds an endpoint that is not the one inside.
SETTINGS = """
schema = 1
[endpoints.studio]
base_url = "{url}/v1"
kind = "hosted"
"""
CLEAN = """
for image in Gimp.get_images():
    image.delete()
"""


@functools.cache
def chroot(suite: str) -> Chroot | None:
    """A suite's chroot; None where it can't be had."""
    try:
        return ensure(suite)
    except subprocess.CalledProcessError:
        if suite == "trixie":
            raise
        return None


class Consoles:
    """A running GIMP a suite, started when it is first wanted, and again should it have died."""

    def __init__(self) -> None:
        self._running: dict[str, Program] = {}

    def of(self, suite: str) -> Program:
        running = self._running.get(suite)
        if running is None or not running.is_alive:
            place = chroot(suite)
            if place is None:
                pytest.skip(f"no Debian {suite} can be had here")
            running = Program(place, "console")
            self._running[suite] = running
            running.__enter__()
            photo(running.folder)
        running.do(CLEAN)
        return running

    def close(self) -> None:
        for running in self._running.values():
            running.__exit__()
        self._running.clear()


def photo(folder: Path) -> None:
    """A real photo, small enough that a fill takes a moment."""
    coffee = Image.fromarray(skimage.data.coffee()).crop((200, 60, 440, 260))
    coffee.save(folder / "photo.png")


@pytest.fixture(scope="session")
def started() -> Iterator[Consoles]:
    running = Consoles()
    yield running
    running.close()


@pytest.fixture
def consoles(started: Consoles, request: pytest.FixtureRequest) -> Consoles:
    """The GIMPs that run; for another try, new ones."""
    if is_another_try(request):
        started.close()
    return started


@pytest.fixture
def gimp(consoles: Consoles) -> Program:
    """GIMP 3.0."""
    return consoles.of("trixie")


@pytest.fixture
def next_gimp(consoles: Consoles) -> Program:
    """GIMP 3.2, where Debian sid can be had."""
    return consoles.of("sid")


@pytest.fixture(params=["trixie", "sid"], ids=["3.0", "3.2"])
def each_gimp(consoles: Consoles, request: pytest.FixtureRequest) -> Program:
    """GIMP 3.0, then GIMP 3.2."""
    return consoles.of(request.param)


@pytest.fixture(scope="session")
def studio() -> Iterator[RecordingServer]:
    """A hosted endpoint that answers by script."""
    with recording({}) as server:
        yield server


@contextlib.contextmanager
def started_desktop(
    suite: str, studio: RecordingServer, name: str = "desktop", *, language: str = "en"
) -> Iterator[Desktop]:
    """A GIMP with windows; skips where its Debian can't be had."""
    place = chroot(suite)
    if place is None:
        pytest.skip(f"no Debian {suite} can be had here")
    desktop = Desktop(place, name, language=language)
    desktop.keep("home/.config/overpaint/settings.toml", SETTINGS.format(url=studio.url))
    with desktop:
        photo(desktop.folder)
        yield desktop


@pytest.fixture(scope="session")
def running(studio: RecordingServer) -> Iterator[Desktop]:
    with started_desktop("trixie", studio) as desktop:
        yield desktop


@pytest.fixture
def next_desktop(studio: RecordingServer) -> Iterator[Desktop]:
    """GIMP 3.2 with the photo and the panel."""
    with started_desktop("sid", studio) as desktop:
        studio.say({})
        desktop.open()
        desktop.arrange()
        yield desktop


@pytest.fixture
def desktop(running: Desktop, studio: RecordingServer, request: pytest.FixtureRequest) -> Desktop:
    """GIMP with one photo, a part of it selected, and the panel; the endpoint knows nothing."""
    if is_another_try(request):
        running.__exit__()
        running.__enter__()
        photo(running.folder)
    studio.say({})
    studio.seen.clear()
    running.see("close_dialogs()")
    running.open()
    running.click("radio button", "Fill")
    running.write("text", "Prompt", "")
    running.choose("Endpoint", "Default: Built in, free")
    running.arrange()
    return running
