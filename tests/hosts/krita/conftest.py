"""The three Kritas, each with this tree's plug-in built, unpacked and at hand."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from .chroot import VERSIONS, Chroot
from .program import Program

SHOTS = Path(__file__).parents[3] / "artefacts/krita"
DEMO = Path(__file__).parents[3] / "core/overpaint/demo"

Make = Callable[..., Program]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a module's tests in the Kritas it names as SUITES: the oldest, or every one."""
    if "krita" in metafunc.fixturenames:
        suites = getattr(metafunc.module, "SUITES", ["trixie"])
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


def copy_photo(folder: Path) -> None:
    """The demo's photo as plain sRGB, and its mask."""
    with Image.open(DEMO / "photo.jpg") as photo:
        Image.fromarray(np.asarray(photo.convert("RGB"))).save(folder / "photo.png")
    with Image.open(DEMO / "mask.png") as mask:
        mask.convert("L").save(folder / "mask.png")
