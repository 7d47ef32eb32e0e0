"""The archive alone in a real Krita, through its window: first start, then a fill."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from hosts.krita.chroot import Chroot
from hosts.krita.photo import copy_photo
from hosts.krita.program import Program

Start = Callable[..., Program]
PANEL = "docker().painting.panel"
# A busy machine needs its time for a hundred megabytes.
PATIENCE = 900.0
# The docker on the screen.
BOX = "(lambda at: [at.x(), at.y(), docker().width(), docker().height()])"
BOX += "(docker().mapToGlobal(docker().rect().topLeft()))"
SHOTS = Path(__file__).parents[2] / "artefacts/install"


@pytest.fixture(scope="module")
def krita(tmp_path_factory: pytest.TempPathFactory) -> Chroot:
    return Chroot("trixie", tmp_path_factory.mktemp("krita"))


@pytest.fixture
def fresh(krita: Chroot, tmp_path: Path) -> Iterator[Start]:
    """Starts Krita where no Python has Overpaint, the photo open and something selected."""
    running: list[Program] = []

    def start(**environment: str) -> Program:
        copy_photo(tmp_path)
        certificates = {"PIP_CERT": "/etc/ssl/certs/ca-certificates.crt", "PIP_NO_CACHE_DIR": "1"}
        program = Program(
            krita,
            tmp_path,
            windows=True,
            environment={"OVERPAINT_PYTHON": "", **certificates, **environment},
        )
        running.append(program.__enter__())
        program.wait("has_windows()")
        program.do("window().showMaximized()")
        program.do('d = open_photo("photo.png"); view(d)')
        program.wait("board().isVisible()")
        program.do('board().form.load(PanelSettings(endpoint="embedded"))')
        program.do("select(d, 300, 180, 60, 50, 4)")
        return program

    yield start
    for program in running:
        program.__exit__()


def wait_long(program: Program, expression: str) -> None:
    """Wait as long as fetching may take."""
    end = time.monotonic() + PATIENCE
    while not program.get(expression):
        said = program.get(f"repr(({PANEL}.trouble, {PANEL}.first_start.step))")
        assert time.monotonic() < end, said
        assert not program.get(f"{PANEL}.first_start.step.stage == 'failed'"), said
        time.sleep(1)


def keep(program: Program, name: str) -> None:
    """Keep a picture of the docker for people to look at."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    x, y, width, height = program.get(BOX)
    with Image.open(program.photograph(f"{name}.png")) as screen:
        screen.crop((x, y, x + width, y + height)).save(SHOTS / f"{name}.png")


def test_the_set_up_ends_in_a_fill(fresh: Start) -> None:
    program = fresh()
    program.wait("board().first_start.begin.isVisible()")

    program.click("board().first_start.begin")
    program.wait("board().first_start.bar.isVisible()")
    wait_long(program, f"{PANEL}.first_start.is_ready")

    program.wait("not board().first_start.isVisible()")
    program.click("board().running.generate")
    program.wait(f"{PANEL}.runs and {PANEL}.runs[-1].is_over")
    assert program.get(f"{PANEL}.runs[-1].state") == "done"


def test_without_an_index_there_is_one_clear_sentence(fresh: Start) -> None:
    program = fresh(PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_CONFIG_FILE="/dev/null")
    program.wait("board().first_start.begin.isVisible()")
    keep(program, "krita-first-start")

    program.click("board().first_start.begin")
    program.wait(f"{PANEL}.trouble and {PANEL}.trouble.code == 'setup_failed'")

    program.wait("board().first_start.help.isVisible()")
    keep(program, "krita-first-start-off-line")
    shown = program.get("board().first_start.words.text()")
    assert shown.startswith("The package index can't be reached")
    assert program.get(f"{PANEL}.first_start.help_page").endswith("set-up.html")
