"""How the docker looks and feels: themes, a narrow place, a dense screen, and a fluid Krita."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .conftest import SHOTS, Make
from .program import Program

THEMES = {"dark": "Krita dark", "light": "Krita bright"}
NARROW = 300


def open_docker(krita: Program) -> None:
    """The photo with a selection, and the docker floating beside it at its narrowest."""
    krita.wait("has_windows()")
    krita.do('window().showMaximized(); d = open_photo("photo.png"); view(d)')
    krita.wait("app.activeDocument() is not None and d.activeNode() is not None")
    krita.do(
        """
board().form.load(PanelSettings(endpoint="embedded", prompt="a red kite", num_outputs=3))
select(d, 300, 180, 60, 50, 4)
docker().setFloating(True)
docker().resize(width, 760)
docker().move(60, 90)
""",
        width=NARROW,
    )
    krita.wait("board().running.generate.isEnabled()")
    krita.wait("board().form.heading.endpoint.count() > 0")


def keep(picture: Path, name: str) -> None:
    """Put a picture where people look for it."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    shutil.copy(picture, SHOTS / name)


@pytest.mark.parametrize("theme", THEMES)
def test_it_fits_300_pixels_in_every_theme(start: Make, theme: str) -> None:
    with start(KRITARC=f"[theme]\\nTheme={THEMES[theme]}\\n") as krita:
        open_docker(krita)
        assert krita.get("docker().width()") <= NARROW
        krita.click("board().running.generate")
        krita.wait("docker().painting.shown(d) is not None")
        krita.wait("thumbnails() == 3")
        keep(krita.photograph("results.png"), f"{theme}-results.png")

        assert krita.get("clipped()") == []
        assert krita.get("sideways()") == []
        krita.do("board().form.options.header.setChecked(True)")
        krita.wait("board().form.options.body.isVisible()")
        assert krita.get("docker().width()") <= NARROW
        assert krita.get("sideways()") == []
        keep(krita.photograph("advanced.png"), f"{theme}-advanced.png")
        lightness = krita.get("board().palette().window().color().lightness()")
        assert (lightness > 128) == (theme == "light")


def test_it_is_sharp_and_whole_on_a_dense_screen(start: Make) -> None:
    with start(QT_SCALE_FACTOR="2", GEOMETRY="2800x1900") as krita:
        open_docker(krita)
        krita.click("board().running.generate")
        krita.wait("thumbnails() == 3")
        keep(krita.photograph("dense.png"), "dense-results.png")

        assert krita.get("clipped()") == []
        assert krita.get("sideways()") == []
        assert krita.get("results()[0].icon().availableSizes()[0].width()") > 100


def test_krita_goes_on_while_a_run_does(start: Make) -> None:
    with start() as krita:
        open_docker(krita)
        krita.do("heart = Heart()")
        krita.wait("len(heart.gaps) > 100")
        calm = krita.get("heart.take()")
        krita.click("board().running.generate")
        krita.wait("docker().painting.panel.runs and docker().painting.panel.runs[-1].is_over")
        krita.wait("docker().painting.shown(d) is not None")
        beats = krita.get("len(heart.gaps)")
        SHOTS.mkdir(parents=True, exist_ok=True)
        # To be read, not asserted: it says as much about the machine as about the docker.
        (SHOTS / "heartbeat.txt").write_text(f"calm {calm}\nbusy {krita.get('heart.take()')}\n")

        assert beats > 20
