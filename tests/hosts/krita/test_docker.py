"""The docker in a Krita with windows: real clicks, real typing, a real worker."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fakes.recording import RecordingServer, Reply, prediction, recording

from .conftest import IN_FRONT, SHOTS
from .program import Program

SHOWN = "docker().painting.shown(app.activeDocument()) is not None"
RUNS = "docker().painting.panel.runs"
# Stable Diffusion inpainting.
INPAINTING = "95b7223104132402a9ae91cc677285bc5eb997834bd2349fa486f53910fd68b3"
UNDO = 'app.action("edit_undo")'
NAMES = "[node.name() for node in every_node(d) if not node.type().endswith('mask')]"
SLOW = {r"POST /v1/predictions": Reply(201, prediction("starting"))} | {
    r"GET /v1/predictions/p1": Reply(200, prediction("processing")),
    r"POST /v1/predictions/p1/cancel": Reply(200, prediction("canceled")),
}


def generate(docker: Program) -> None:
    """Press the button, and wait until the first result is in the picture."""
    count = docker.get(f"len({RUNS})")
    docker.click("board().running.generate")
    docker.wait(f"len({RUNS}) > count and {RUNS}[-1].is_over", count=count)
    assert docker.get(f"{RUNS}[-1].state") == "done"
    docker.wait(SHOWN)


def use(docker: Program, server: RecordingServer) -> None:
    """Paint by an endpoint that answers as it is told."""
    docker.do(
        'docker().painting.panel.desk.add_endpoint("studio", url, version=version)',
        url=f"{server.url}/v1",
        version=INPAINTING,
    )
    docker.wait('board().form.heading.endpoint.findData("studio") >= 0')
    docker.do('board().form.load(PanelSettings(endpoint="studio", prompt="a boat"))')
    docker.do("choose_endpoint('studio')")


def test_prompt_generate_three_results_apply_undo_redo(docker: Program) -> None:
    before = docker.get("hashes(d)")
    docker.write("board().form.prompt", "a red kite")
    docker.do("board().form.options.number.setValue(3)")
    generate(docker)
    docker.wait("thumbnails() == 3")
    docker.photograph("results.png")

    docker.click("board().toolbar.next")
    docker.wait(f"{RUNS}[-1].results[1] is docker().painting.shown(d)")
    docker.click("board().toolbar.apply")
    docker.wait("not docker().painting.shown(d)")
    names = docker.get(NAMES)
    assert names[-1].startswith("Overpaint: a red kite (")
    docker.do(f"{UNDO}.trigger()")
    docker.wait(f"{NAMES} == ['Background']")
    assert docker.get("hashes(d)") == before
    docker.do('app.action("edit_redo").trigger()')
    docker.wait(f"{NAMES} == names", names=names)


def test_shift_enter_generates(docker: Program) -> None:
    count = docker.get(f"len({RUNS})")
    docker.write("board().form.prompt", "a bench")
    docker.press("shift+Return")

    docker.wait(f"len({RUNS}) == count + 1 and {RUNS}[-1].is_over", count=count)
    docker.wait(SHOWN)
    assert docker.get(f"{RUNS}[-1].prompt") == "a bench"


def test_discard_leaves_the_picture_as_it_was(docker: Program) -> None:
    before = docker.get("everything(d).hex()[:4000000]")
    generate(docker)
    docker.click("board().toolbar.discard")

    docker.wait(f"{NAMES} == ['Background']")
    docker.wait("everything(d).hex()[:4000000] == before", before=before)


def test_a_preview_that_was_undone_can_be_shown_again(docker: Program) -> None:
    generate(docker)
    docker.do(f"{UNDO}.trigger()")
    docker.wait("not board().toolbar.apply.isEnabled()")
    docker.click("board().toolbar.next")

    docker.wait(SHOWN)


def test_a_click_on_a_thumbnail_shows_it(docker: Program) -> None:
    docker.do("board().form.options.number.setValue(2)")
    generate(docker)
    docker.wait("thumbnails() == 2")
    docker.do("click_thumbnail(1)")

    docker.wait(f"docker().painting.shown(d) is {RUNS}[-1].results[1]")


def test_each_document_has_its_own_history(docker: Program) -> None:
    generate(docker)
    docker.do("e = make(200, 160); view(e)")
    docker.wait("app.activeDocument() == e and e.activeNode() is not None")

    docker.wait("thumbnails() == 0")
    docker.do("select(e, 50, 50, 30, 30)")
    docker.wait("board().running.generate.isEnabled()")
    generate(docker)
    docker.wait("thumbnails() == 1")
    assert docker.get("len(docker().painting.runs(d))") == 1
    assert docker.get("len(docker().painting.runs(e))") == 1
    assert "Overpaint: preview" in docker.get(NAMES)


def test_an_empty_selection_says_what_to_do_and_offers_it(docker: Program) -> None:
    docker.do("d.setSelection(None)")

    docker.wait("not board().running.generate.isEnabled()")
    assert "Nothing is selected" in docker.get("board().running.hint.text()")
    docker.do("board().running.link_followed.emit('all')")
    docker.wait("board().running.generate.isEnabled()")
    assert docker.get("d.selection().width()") == 640


def test_expand_enlarges_the_canvas(docker: Program) -> None:
    docker.do("d.setSelection(None)")
    docker.do('board().form.load(PanelSettings(mode="expand", right=64, endpoint="embedded"))')
    docker.wait("board().running.generate.isEnabled()")
    assert docker.get("board().running.generate.text()") == "Expand"
    generate(docker)

    assert docker.get("[d.width(), d.height()]") == [704, 427]
    docker.click("board().toolbar.discard")
    docker.wait("d.width() == 640")


def test_cancel_reaches_the_endpoint(docker: Program) -> None:
    with recording(SLOW) as server:
        use(docker, server)
        docker.click("board().running.generate")
        docker.wait(f"{RUNS}[-1].state == 'running'")
        wait_for(lambda: bool(server.creates))
        docker.click("board().running.cancel")
        docker.wait(f"{RUNS}[-1].state == 'canceled'")

        assert len(server.creates) == 1
        assert server.cancels
    assert docker.get(NAMES) == ["Background"]


def test_a_document_closed_meanwhile_is_no_trouble(docker: Program) -> None:
    with recording(SLOW) as server:
        use(docker, server)
        docker.click("board().running.generate")
        wait_for(lambda: bool(server.creates))
        docker.do("close_all()")
        docker.wait("app.activeDocument() is None")
        docker.do(f"docker().painting.panel.cancel({RUNS}[-1])")
        docker.wait(f"{RUNS}[-1].is_over")


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "authentication"), (402, "out_of_credit"), (422, "refused_input"), (500, "server")],
)
def test_an_endpoints_error_says_what_to_do(docker: Program, status: int, code: str) -> None:
    answer = Reply(status, {"title": "No", "detail": "The endpoint says no.", "status": status})
    with recording({r".*": answer}) as server:
        use(docker, server)
        docker.click("board().running.generate")
        docker.wait("board().trouble.isVisible()")

    assert docker.get(f"{RUNS}[-1].trouble.code") == code
    assert docker.get("board().trouble.next.text()")
    docker.photograph(f"error-{code}.png")
    docker.click("board().trouble.copy")
    docker.wait("board().trouble.title.text() in QtWidgets.QApplication.clipboard().text()")
    docker.click("board().trouble.dismiss")
    docker.wait("not board().trouble.isVisible()")


def test_a_worker_that_is_killed_starts_again(docker: Program) -> None:
    with recording(SLOW) as server:
        use(docker, server)
        docker.click("board().running.generate")
        wait_for(lambda: bool(server.creates))
        docker.do("kill_worker()")
        docker.wait("board().trouble.isVisible()")
        assert docker.get(f"{RUNS}[-1].trouble.code") == "worker_gone"
    docker.do("choose_endpoint('embedded')")
    generate(docker)


def test_history_survives_save_and_load(docker: Program) -> None:
    docker.do('board().form.load(PanelSettings(endpoint="embedded", prompt="a kite", seed=3))')
    generate(docker)
    docker.click("board().toolbar.apply")
    docker.wait("not docker().painting.shown(d)")
    docker.do('d.setBatchmode(True); d.saveAs("/io/history.kra"); close_all()')
    docker.wait("app.activeDocument() is None")
    docker.do('d = app.openDocument("/io/history.kra"); view(d)')
    docker.wait(IN_FRONT)

    docker.wait("docker().painting.kept(d)")
    kept = "[[recipe.prompt, recipe.seed] for recipe in docker().painting.kept(d)]"
    assert docker.get(kept) == [["a kite", 3]]
    docker.wait("thumbnails() == 1")


def test_what_is_sent_is_shown_and_nothing_is_created(docker: Program) -> None:
    with recording(SLOW) as server:
        use(docker, server)
        docker.do("docker().ask_sent()")
        docker.wait("sent_words() and 'Asking' not in sent_words()")
        words = docker.get("sent_words()")
        docker.do("docker().findChildren(QtWidgets.QDialog)[-1].close()")

        assert "127.0.0.1" in words
        assert server.creates == []


def test_every_action_has_a_shortcut_of_its_own(docker: Program) -> None:
    shared = docker.get("shared_shortcuts()")

    assert shared == []
    docker.press("ctrl+alt+shift+p")
    docker.wait("board().form.prompt.hasFocus()")


def test_every_icon_is_there(docker: Program) -> None:
    assert docker.get("missing_icons()") == []


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def keep(picture: Path, name: str) -> None:
    """Put a picture where people look for it."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    (SHOTS / name).write_bytes(picture.read_bytes())
