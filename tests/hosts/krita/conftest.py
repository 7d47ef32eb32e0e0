"""The three Kritas, each with this tree's plug-in built, unpacked and at hand."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fakes.tries import is_another_try

from .chroot import VERSIONS, Chroot
from .photo import copy_photo
from .program import Program
from .steps import settle
from .window import Window

SHOTS = Path(__file__).parents[3] / "artefacts/krita"
PHOTO = 'd = open_photo("photo.png"); view(d)'
IN_FRONT = "app.activeDocument() is not None and app.activeDocument().activeNode() is not None"

OLDEST = ["trixie"]
# What must hold in every Krita there is: one source for Qt 5 and Qt 6.
EVERY_KRITA = pytest.mark.suites(*VERSIONS)

Make = Callable[..., Program]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test in the Kritas it, or its module, is marked with: every one, or the oldest."""
    if "krita" in metafunc.fixturenames:
        marked = metafunc.definition.get_closest_marker("suites")
        suites = list(marked.args) if marked is not None else OLDEST
        names = [VERSIONS[suite] for suite in suites]
        metafunc.parametrize("krita", suites, ids=names, indirect=True, scope="session")


@pytest.fixture(scope="session")
def krita(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Chroot:
    """One Krita, for as long as its tests run."""
    suite: str = request.param
    return Chroot(suite, tmp_path_factory.mktemp(f"krita-{suite}"))


@pytest.fixture(scope="module")
def runner(krita: Chroot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """Krita without windows, one for a module's tests."""
    folder = tmp_path_factory.mktemp("runner")
    copy_photo(folder)
    with Program(krita, folder, windows=False) as program:
        yield program


@pytest.fixture
def start(krita: Chroot, tmp_path: Path) -> Make:
    """Makes a Krita with windows, of the test's own."""
    numbers = itertools.count()

    def make(**environment: str) -> Program:
        folder = tmp_path / f"krita-{next(numbers)}"
        folder.mkdir()
        copy_photo(folder)
        return Program(krita, folder, windows=True, environment=environment)

    return make


@pytest.fixture(scope="module")
def window(krita: Chroot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    window = Window(krita, lambda: tmp_path_factory.mktemp("windows"))
    yield window
    window.close()


@pytest.fixture
def docker(window: Window, request: pytest.FixtureRequest) -> Iterator[Program]:
    """That Krita with the photo open, and nothing left of it afterwards."""
    if is_another_try(request):
        window.close()
    krita_window = window.open()
    krita_window.do(PHOTO)
    krita_window.wait(IN_FRONT)
    krita_window.wait("board().isVisible()")
    krita_window.do("""
board().form.load(PanelSettings(endpoint="embedded"))
select(d, 300, 180, 60, 50, 4)
""")
    krita_window.wait("board().running.generate.isEnabled()")
    yield krita_window
    krita_window.do("discard_all()")
    settle(krita_window)
    krita_window.do("close_all()")
    krita_window.wait("app.activeDocument() is None")
    assert krita_window.get("uncaught()") == []
