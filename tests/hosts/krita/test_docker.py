"""The docker in every Krita with windows: real clicks, real typing, a real worker."""

from __future__ import annotations

import json

import pytest

from fakes.recording import Reply, recording

from .conftest import EVERY_KRITA
from .program import Program
from .steps import (
    INPAINTING,
    NAMES,
    RUNS,
    SHOWN,
    SLOW,
    begin,
    click_thumbnail,
    generate,
    running,
    settle,
    use,
    wait_for,
)

pytestmark = EVERY_KRITA

UNDO = 'app.action("edit_undo")'


def undo(docker: Program) -> None:
    """Take the last step back, when Krita has ended it: in the midst of one it takes none back."""
    docker.do("d.waitForDone()")
    docker.wait(f"{UNDO}.isEnabled()")
    docker.do(f"{UNDO}.trigger()")


def generate_after_an_undo(docker: Program) -> str:
    """Have a result come while a new layer is undone; the layer's name."""
    docker.do('app.action("add_new_paint_layer").trigger()')
    docker.wait(f"len({NAMES}) == 2")
    name: str = docker.get(NAMES)[-1]
    undo(docker)
    docker.wait(f"{NAMES} == ['Background']")
    docker.click("board().running.generate")
    docker.wait("thumbnails() == 1")
    return name


def test_select_prompt_generate_three_results_apply_undo_redo(docker: Program) -> None:
    docker.do("d.setSelection(None)")
    docker.click('tool("KisToolSelectRectangular")')
    docker.wait("can_be_clicked(canvas()) and rests('canvas', on_screen(300, 180))")
    docker.do("drag((300, 180), (360, 230))")
    docker.wait("selected()")
    docker.wait("board().running.generate.isEnabled()")
    x, y, width, height = docker.get("selected()")
    assert abs(x - 300) + abs(y - 180) + abs(width - 60) + abs(height - 50) <= 8
    docker.do('tool("KritaShape/KisToolBrush").click()')

    docker.do("others, before, steps = hashes(d), everything(d), undo_steps()")
    docker.write("board().form.prompt", "a red kite")
    docker.do("board().form.options.number.setValue(3)")
    generate(docker)
    docker.wait("thumbnails() == 3")
    docker.photograph("results.png")
    docker.click("board().toolbar.next")
    docker.wait(f"{RUNS}[-1].results[1] is docker().painting.shown(d)")
    docker.do("mask = shown_mask(d, docker().painting.shown(d)); d.waitForDone()")
    outside, inside = docker.get("differing(d, before, mask)")
    assert (outside, inside > 0) == (0, True)
    docker.click("board().toolbar.apply")
    docker.wait("not docker().painting.shown(d)")
    names = docker.get(NAMES)
    assert names[-1].startswith("Overpaint: a red kite (")
    docker.wait("undo_steps() == steps + 1")
    docker.press("ctrl+z")
    docker.wait(f"{NAMES} == ['Background']")
    docker.wait("hashes(d) == others and everything(d) == before")
    docker.press("ctrl+shift+z")
    docker.wait(f"{NAMES} == names", names=names)
    docker.wait("differing(d, before, mask)[0] == 0")


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
    undo(docker)
    docker.wait("not board().toolbar.apply.isEnabled()")
    docker.click("board().toolbar.next")

    docker.wait(SHOWN)


def test_a_result_never_takes_redo_away(docker: Program) -> None:
    undone = generate_after_an_undo(docker)
    settle(docker)

    assert docker.get(NAMES) == ["Background"]
    docker.do('app.action("edit_redo").trigger()')
    docker.wait(SHOWN)
    assert undone in docker.get(NAMES)


def test_a_result_that_waits_says_so_and_comes_by_a_click(docker: Program) -> None:
    generate_after_an_undo(docker)
    docker.wait("'The result waits' in board().held.text() and board().held.isVisible()")
    docker.photograph("held.png")

    click_thumbnail(docker, 0)
    docker.wait(SHOWN)
    docker.wait("not board().held.isVisible()")


def test_a_click_on_a_thumbnail_shows_it(docker: Program) -> None:
    docker.do("board().form.options.number.setValue(2)")
    generate(docker)
    docker.wait("thumbnails() == 2")
    click_thumbnail(docker, 1)

    docker.wait(f"docker().painting.shown(d) is {RUNS}[-1].results[1]")


def test_the_result_in_the_picture_has_a_frame(docker: Program) -> None:
    docker.do("board().form.options.number.setValue(2)")
    generate(docker)
    docker.wait("framed() == [0]")
    docker.click("board().toolbar.next")

    docker.wait("framed() == [1]")


def test_results_that_are_applied_lie_above_one_another(docker: Program) -> None:
    docker.do("board().form.options.number.setValue(2); board().form.options.seed.setText('5')")
    generate(docker)
    docker.click("board().toolbar.apply")
    docker.wait("thumbnails() == 1")
    click_thumbnail(docker, 0)
    docker.wait(SHOWN)
    docker.click("board().toolbar.apply")
    docker.wait("thumbnails() == 0")
    docker.do("board().form.options.number.setValue(1); board().form.options.seed.setText('7')")
    generate(docker)
    docker.click("board().toolbar.apply")
    docker.wait("thumbnails() == 0")

    names = docker.get(NAMES)
    assert [name[-3:] for name in names[1:]] == ["(5)", "(6)", "(7)"]


def test_whoever_paints_goes_on_while_a_result_is_looked_at(docker: Program) -> None:
    generate(docker)
    settle(docker)
    assert docker.get("d.activeNode().name()") == "Background"

    docker.click("board().toolbar.apply")
    docker.wait("not docker().painting.shown(d)")
    assert docker.get("d.activeNode().name()") == "Background"


def test_a_list_that_gets_the_keyboard_shows_nothing_by_that(docker: Program) -> None:
    generate(docker)
    undo(docker)
    docker.wait("not docker().painting.shown(d)")
    docker.do("board().results.setFocus()")
    settle(docker)
    assert docker.get(NAMES) == ["Background"]

    docker.press("Down")
    docker.wait(SHOWN)


def test_tab_goes_to_the_next_field(docker: Program) -> None:
    docker.do("board().form.ensureWidgetVisible(board().form.negative)")
    docker.click("board().form.negative")
    docker.wait("board().form.negative.hasFocus()")
    docker.press("Tab")

    docker.wait("not board().form.negative.hasFocus()")
    docker.wait("board().isAncestorOf(QtWidgets.QApplication.focusWidget())")
    assert docker.get("docker().isVisible()")
    docker.press("shift+Tab")
    docker.wait("board().form.negative.hasFocus()")


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


def test_what_an_expansion_added_is_to_be_seen(docker: Program) -> None:
    docker.do("d.setSelection(None); app.action('zoom_to_100pct').trigger()")
    docker.do('board().form.load(PanelSettings(mode="expand", left=900, endpoint="embedded"))')
    docker.wait("board().running.generate.isEnabled()")

    generate(docker)

    # The middle of each side of the larger picture is on the canvas.
    for place in ((0, 213), (1540, 213), (770, 0), (770, 427)):
        docker.wait("is_in_sight(*place)", place=place)
    docker.photograph("expanded-in-sight.png")
    docker.click("board().toolbar.discard")
    docker.wait("d.width() == 640")


def test_a_prompt_that_is_not_read_is_told_before_anything_is_waited_for(docker: Program) -> None:
    assert not docker.get("board().form.note.isVisible()")

    docker.write("board().form.prompt", "a red poppy")

    docker.wait("'reads no prompt' in board().form.note.text()")
    assert docker.get("board().form.note.isVisible()")
    docker.do('board().form.heading.set_mode("remove")')
    docker.wait("not board().form.note.isVisible()")
    docker.do('board().form.load(PanelSettings(endpoint="embedded"))')


def test_cancel_reaches_the_endpoint(docker: Program) -> None:
    with recording(SLOW) as server:
        use(docker, server)
        begin(docker)
        docker.wait(f"{RUNS}[-1].state == 'running'")
        wait_for(lambda: bool(server.creates))
        docker.click("board().running.cancel")
        docker.wait(f"{RUNS}[-1].state == 'canceled'")

        assert len(server.creates) == 1
        assert server.cancels
    assert docker.get(NAMES) == ["Background"]


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
    with running(docker):
        docker.do("kill_worker()")
        docker.wait("board().trouble.isVisible()")
        assert docker.get(f"{RUNS}[-1].trouble.code") == "worker_gone"
    docker.do("choose_endpoint('embedded')")
    generate(docker)


def test_a_fault_in_the_docker_is_told_once_and_it_goes_on(docker: Program) -> None:
    docker.do("""
def broken():
    raise ValueError("this can't be")
docker().painting.poll = broken
""")
    docker.wait("board().trouble.isVisible()")
    assert "ValueError: this can't be" in docker.get("board().trouble.what.text()")
    docker.click("board().trouble.copy")
    docker.wait("'Traceback' in clipboard()")
    docker.click("board().trouble.dismiss")
    settle(docker)
    assert docker.get("board().trouble.isVisible()") is False

    docker.do("del docker().painting.poll")
    generate(docker)


def test_what_is_sent_is_shown_and_nothing_is_created(docker: Program) -> None:
    with recording(SLOW) as server:
        use(docker, server)
        docker.do("docker().ask_sent()")
        docker.wait("sent_words() and 'Asking' not in sent_words()")
        docker.do('there = dialog("SentDialog")')
        words = docker.get("sent_words()")
        assert docker.get("there.request.isVisible()") is False
        docker.photograph("sent.png")
        docker.click("there.copy")
        docker.wait("clipboard().startswith('{')")
        request = json.loads(docker.get("clipboard()"))
        docker.click("there.opener")
        docker.wait("there.request.isVisible()")
        docker.photograph("sent-request.png")
        assert docker.get("there.request.toPlainText() == clipboard()")
        docker.do("there.close()")

        for said in ("127.0.0.1", "Prompt\na boat", "Seed\nRandom", "Not sent: "):
            assert said in words
        assert "{" not in words
        assert request["version"] == INPAINTING
        assert request["input"]["prompt"] == "a boat"
        assert request["input"]["image"].startswith("data:image/png;base64,…")
        assert server.creates == []


def test_every_action_has_a_shortcut_of_its_own(docker: Program) -> None:
    shared = docker.get("shared_shortcuts()")

    assert shared == []
    docker.press("ctrl+alt+shift+p")
    docker.wait("board().form.prompt.hasFocus()")


def test_every_icon_is_there(docker: Program) -> None:
    assert docker.get("missing_icons()") == []
