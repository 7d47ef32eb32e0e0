"""A document is known again after Krita has changed what it is made of, and after it was closed."""

from __future__ import annotations

from fakes.recording import Reply, recording

from .program import Program
from .steps import NAMES, RUNS, SHOWN, click_thumbnail, finished, generate, running, settle, use


def close(docker: Program) -> None:
    """Close every picture, at rest."""
    settle(docker)
    docker.do("close_all()")
    docker.wait("app.activeDocument() is None")


def test_a_run_goes_on_in_a_picture_that_is_flattened(docker: Program) -> None:
    with running(docker) as server:
        docker.do("app.action('flatten_image').trigger(); d.waitForDone()")
        docker.wait(f"{NAMES} != ['Background']")
        server.say(finished(server))

        docker.wait(SHOWN)
        assert docker.get("len(app.documents())") == 1
        assert docker.get(f"len({NAMES})") == 2


def test_results_come_back_into_a_picture_that_is_opened_again(docker: Program) -> None:
    docker.do("board().form.options.number.setValue(2)")
    generate(docker)
    docker.do("docker().discard(); d.waitForDone()")
    docker.wait("docker().painting.shown(d) is None")
    close(docker)
    docker.do('d = open_photo("photo.png"); view(d)')
    docker.wait("app.activeDocument() is not None and d.activeNode() is not None")
    docker.wait(f"{RUNS}[-1].document == documents.key_of(d) and thumbnails() == 1")
    click_thumbnail(docker, 0)

    docker.wait("docker().painting.shown(d)")
    assert docker.get("len(app.documents())") == 1
    assert docker.get(NAMES) == ["Background", "Overpaint: preview"]
    docker.do("before = everything(d)")
    docker.click("board().toolbar.apply")
    docker.wait(f"{RUNS}[-1].results[-1].state == 'applied'")
    assert docker.get("everything(d) == before")


def test_a_picture_that_was_scaled_in_between_takes_none_back(docker: Program) -> None:
    generate(docker)
    docker.do("docker().painting.step(d, 1)")
    close(docker)
    docker.do("image = QtGui.QImage('/io/photo.png')")
    docker.do("image.scaled(320, 213).save('/io/photo.png')")
    docker.do('d = open_photo("photo.png"); view(d)')
    docker.wait("app.activeDocument() is not None and d.activeNode() is not None")
    docker.wait("thumbnails() == 1")
    click_thumbnail(docker, 0)

    docker.wait("len(app.documents()) == 2")
    docker.do("image.save('/io/photo.png')")
    assert docker.get("[d.width(), d.height()]") == [320, 213]
    assert docker.get("[node.name() for node in every_node(d)]") == ["Background"]


def test_what_came_back_is_not_listed_as_earlier_too(docker: Program) -> None:
    generate(docker)
    docker.do('d.setBatchmode(True); d.saveAs("/io/again.kra")')
    close(docker)
    docker.do('d = app.openDocument("/io/again.kra"); Kept.documents.append(d); view(d)')
    docker.wait("app.activeDocument() is not None and d.activeNode() is not None")

    docker.wait(f"{RUNS}[-1].document == documents.key_of(d) and thumbnails() == 1")
    click_thumbnail(docker, 0)
    docker.wait("docker().painting.shown(d)")
    assert docker.get("docker().painting.kept(d)") == []


def test_a_result_that_was_just_decided_about_is_not_shown(docker: Program) -> None:
    generate(docker)
    docker.do(f"gone = {RUNS}[-1].results[0]; docker().painting.discard(d, gone)")
    assert docker.get("docker().painting.show(gone)") is False
    assert docker.get(NAMES) == ["Background"]


def test_what_failed_in_a_closed_picture_is_not_told_in_the_reopened_one(docker: Program) -> None:
    with recording({r".*": Reply(402, {"detail": "No credit.", "status": 402})}) as server:
        use(docker, server)
        docker.click("board().running.generate")
        docker.wait("board().trouble.isVisible()")
    docker.click("board().trouble.dismiss")
    docker.wait("not board().trouble.isVisible()")
    close(docker)
    docker.do('d = open_photo("photo.png"); view(d)')
    docker.wait("app.activeDocument() is not None and d.activeNode() is not None")
    docker.do("beats = docker()._beats")
    docker.wait("docker()._beats > beats + 12")

    assert docker.get("board().trouble.isVisible()") is False
