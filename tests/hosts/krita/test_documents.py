"""Several documents, and documents that are closed, saved and opened again, in every Krita."""

from __future__ import annotations

from .conftest import EVERY_KRITA, IN_FRONT
from .program import Program
from .steps import (
    NAMES,
    RUNS,
    SHOWN,
    click_thumbnail,
    finished,
    generate,
    open_another,
    running,
    settle,
)

pytestmark = EVERY_KRITA


def test_each_document_has_its_own_history(docker: Program) -> None:
    generate(docker)
    open_another(docker)

    docker.wait("thumbnails() == 0")
    docker.do("select(e, 50, 50, 30, 30)")
    docker.wait("board().running.generate.isEnabled()")
    generate(docker)
    docker.wait("thumbnails() == 1")
    assert docker.get("len(docker().painting.runs(d))") == 1
    assert docker.get("len(docker().painting.runs(e))") == 1
    assert "Overpaint: preview" in docker.get(NAMES)


def test_a_result_waits_for_its_picture_to_come_to_the_front(docker: Program) -> None:
    with running(docker) as server:
        open_another(docker)
        server.say(finished(server))
        docker.wait(f"{RUNS}[-1].is_over")
        settle(docker)

        assert docker.get(f"{RUNS}[-1].state") == "done"
        assert docker.get(NAMES) == ["Background"]
        assert docker.get("thumbnails()") == 0
        docker.do("bring_to_front(d)")
        docker.wait("docker().painting.shown(d)")
        docker.wait("thumbnails() == 1")


def test_the_result_of_a_picture_closed_meanwhile_opens_in_one_of_its_own(docker: Program) -> None:
    with running(docker) as server:
        open_another(docker)
        docker.do("before = everything(e); d.setModified(False); d.close()")
        server.say(finished(server))
        docker.wait(f"{RUNS}[-1].is_over")
        docker.wait("thumbnails() == 1")
        assert docker.get("everything(e) == before")
        settle(docker)
        assert docker.get("board().running.stage.text_whole()") == ""

        click_thumbnail(docker, 0)
        docker.wait("app.activeDocument() != e")
        docker.wait(SHOWN)
        assert docker.get("app.activeDocument().width()") == 640
        docker.click("board().toolbar.apply")
        docker.wait("thumbnails() == 0")


def test_nothing_is_asked_of_a_picture_in_the_midst_of_its_closing(docker: Program) -> None:
    at_once = docker.do("""
looks = []
docker()._draw = lambda: looks.append(1)
docker().canvasChanged(None)
answer = len(looks)
""")
    docker.wait("looks")
    docker.do("del docker()._draw")

    assert at_once == 0


def test_a_preview_that_was_saved_with_the_picture_is_taken_out_again(docker: Program) -> None:
    docker.do("before = everything(d)")
    generate(docker)
    settle(docker)
    docker.do('d.setBatchmode(True); d.saveAs("/io/undecided.kra"); close_all()')
    docker.wait("app.activeDocument() is None")
    docker.do('d = app.openDocument("/io/undecided.kra")')
    assert "Overpaint: preview" in docker.get(NAMES)
    docker.do("view(d)")
    docker.wait(IN_FRONT)

    docker.wait(f"{NAMES} == ['Background']")
    docker.wait("everything(d) == before")


def test_an_expansion_that_was_saved_undecided_is_taken_back(docker: Program) -> None:
    docker.do("before = everything(d); d.setSelection(None)")
    docker.do('board().form.load(PanelSettings(mode="expand", left=64, endpoint="embedded"))')
    docker.wait("board().running.generate.isEnabled()")
    generate(docker)
    settle(docker)
    docker.do('d.setBatchmode(True); d.saveAs("/io/larger.kra"); close_all()')
    docker.wait("app.activeDocument() is None")
    docker.do('d = app.openDocument("/io/larger.kra"); view(d)')
    docker.wait(IN_FRONT)

    docker.wait("d.width() == 640")
    docker.wait("everything(d) == before")


def test_history_survives_save_and_load(docker: Program) -> None:
    docker.do('board().form.load(PanelSettings(endpoint="embedded", prompt="a kite", seed=3))')
    generate(docker)
    docker.click("board().toolbar.apply")
    docker.wait("not docker().painting.shown(d)")
    settle(docker)
    docker.do('d.setBatchmode(True); d.saveAs("/io/history.kra"); close_all()')
    docker.wait("app.activeDocument() is None")
    docker.do('d = app.openDocument("/io/history.kra"); view(d)')
    docker.wait(IN_FRONT)

    docker.wait("docker().painting.kept(d)")
    kept = "[[recipe.prompt, recipe.seed] for recipe in docker().painting.kept(d)]"
    assert docker.get(kept) == [["a kite", 3]]
    docker.wait("thumbnails() == 1")
