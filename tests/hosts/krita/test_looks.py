"""How the docker looks: themes, a narrow place, a dense screen."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PIL import Image

from fakes.recording import Reply, recording

from .conftest import IN_FRONT, PHOTO, SHOTS, Make
from .program import Program
from .steps import use

THEMES = {"dark": "Krita dark", "light": "Krita bright"}
NARROW = 300


def open_docker(krita: Program) -> None:
    """The photo with a selection, and the docker floating beside it at its narrowest."""
    krita.wait("has_windows()")
    krita.do('window().showMaximized(); d = open_photo("photo.png"); view(d)')
    krita.wait("app.activeDocument() is not None and d.activeNode() is not None")
    krita.do(
        """
board().form.load(PanelSettings(endpoint="embedded", num_outputs=3))
select_mask(d, "mask.png")
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


def cut_out(picture: Path, box: list[int], part: Path) -> None:
    x, y, width, height = box
    with Image.open(picture) as whole:
        whole.crop((x, y, x + width, y + height)).save(part)


def put_together(parts: list[Path], whole: Path) -> None:
    """Those that are there already, side by side."""
    pictures = [Image.open(part) for part in parts if part.exists()]
    width, height = sum(each.width for each in pictures), max(each.height for each in pictures)
    side_by_side = Image.new("RGB", (width, height), "white")
    at = 0
    for each in pictures:
        side_by_side.paste(each, (at, 0))
        at += each.width
        each.close()
    side_by_side.save(whole)


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
        box = krita.get("[docker().x(), docker().y(), docker().width(), docker().height()]")
        cut_out(SHOTS / f"{theme}-advanced.png", box, SHOTS / f"{theme}-docker.png")
        put_together([SHOTS / f"{each}-docker.png" for each in THEMES], SHOTS / "themes.png")
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


def test_an_error_fits_300_pixels(start: Make) -> None:
    answer = Reply(401, {"title": "No", "detail": "The key is not known here.", "status": 401})
    with recording({r".*": answer}) as server, start() as krita:
        open_docker(krita)
        use(krita, server)
        krita.click("board().running.generate")
        krita.wait("board().trouble.isVisible()")
        krita.wait("not board().trouble.words.verticalScrollBar().isVisible()")
        krita.click("board().form.heading.cog")
        krita.wait('dialog("SettingsDialog")')
        krita.wait('dialog("SettingsDialog").report.isEnabled()')
        keep(krita.photograph("error.png"), "error-and-settings.png")

        assert krita.get("docker().width()") <= NARROW
        assert krita.get("clipped()") == []
        assert krita.get("sideways()") == []


def test_the_documentation_shows_it_in_its_place(start: Make) -> None:
    with start(GEOMETRY="1280x900") as krita:
        krita.wait("has_windows()")
        krita.do(f"window().showMaximized(); {PHOTO}")
        krita.wait(IN_FRONT)
        krita.do("""
board().form.load(PanelSettings(endpoint="embedded", num_outputs=3, seed=1))
select_mask(d, "mask.png")
alone("KisLayerBox", "ToolBox", "overpaint_docker")
""")
        krita.wait("board().running.generate.isEnabled()")
        krita.click("board().running.generate")
        krita.wait("thumbnails() == 3")
        krita.wait("docker().painting.shown(d) is not None")
        krita.do('app.action("select_all"); app.action("zoom_to_fit").trigger()')
        keep(krita.photograph("documentation.png"), "documentation.png")
        assert krita.get("clipped()") == []


def test_the_first_start_fits_a_small_screen(start: Make) -> None:
    with start(GEOMETRY="1366x768", OVERPAINT_PYTHON="") as krita:
        krita.wait("has_windows()")
        krita.do(f"window().showMaximized(); {PHOTO}")
        krita.wait(IN_FRONT)
        krita.wait("board().first_start.isVisible()")
        krita.wait("can_be_clicked(board().first_start.begin)")
        keep(krita.photograph("first-start.png"), "first-start.png")

        assert krita.get("board().form.isVisible()") is False
        assert krita.get("window().frameGeometry().bottom()") < 768


def test_the_docker_fits_a_small_screen(start: Make) -> None:
    with start(GEOMETRY="1366x768") as krita:
        krita.wait("has_windows()")
        krita.do(f"window().showMaximized(); {PHOTO}")
        krita.wait(IN_FRONT)
        krita.wait("board().running.hint.isVisible() and docker()._beats > 20")
        keep(krita.photograph("laptop-hint.png"), "laptop-hint.png")
        assert krita.get("window().frameGeometry().bottom()") < 768
        krita.do("""
board().form.load(PanelSettings(endpoint="embedded", num_outputs=5))
select(d, 300, 180, 40, 30)
""")
        krita.click("board().running.generate")
        krita.wait("docker().painting.shown(d) is not None")
        krita.wait("whole_thumbnails() == 5")
        keep(krita.photograph("laptop.png"), "laptop.png")
        assert len(set(krita.get("thumbnail_rows()"))) == 2

        assert krita.get("docker().isFloating()") is False
        assert krita.get("window().frameGeometry().bottom()") < 768
        assert krita.get("can_be_clicked(board().toolbar.apply)")
        krita.do("docker().focus_prompt()")
        krita.wait("can_be_clicked(board().form.prompt) and board().form.prompt.hasFocus()")
        keep(krita.photograph("laptop-form.png"), "laptop-form.png")
        assert krita.get("window().frameGeometry().bottom()") < 768


def test_links_can_be_read_after_the_theme_was_changed(start: Make) -> None:
    with start(KRITARC="[theme]\\nTheme=Krita dark\\n") as krita:
        open_docker(krita)
        krita.wait("lightnesses(board().facts)[1] > 150")
        krita.do('choose_theme("Krita bright")')
        krita.wait("board().palette().window().color().lightness() > 128")

        krita.wait("lightnesses(board().facts)[0] < 130")
        keep(krita.photograph("other-theme.png"), "other-theme.png")
