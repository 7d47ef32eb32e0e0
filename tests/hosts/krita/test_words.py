"""What the docker says before a click would be in vain, and where it leads to."""

from __future__ import annotations

from fakes.recording import RecordingServer, Reply, recording

from .conftest import IN_FRONT, PHOTO, Make
from .program import Program
from .steps import RUNS, begin, generate, use


def be_refused(docker: Program, server: RecordingServer) -> None:
    """Press the button, and wait for the endpoint's refusal to be shown."""
    use(docker, server)
    begin(docker)
    told = f"docker()._notice is not None and docker()._notice.run is {RUNS}[-1]"
    docker.wait(f"{RUNS} and {told} and board().trouble.isVisible()")


def test_expanding_by_nothing_is_told_before_the_button(docker: Program) -> None:
    docker.do('board().form.load(PanelSettings(endpoint="embedded", mode="expand"))')

    docker.wait("not board().running.generate.isEnabled()")
    assert "side" in docker.get("board().running.hint.text()")
    docker.do("board().form.margins.set_values({'left': 32, 'right': 0, 'up': 0, 'down': 0})")
    docker.wait("board().running.generate.isEnabled()")


def test_an_error_that_the_settings_mend_leads_there(docker: Program) -> None:
    with recording({r".*": Reply(401, {"detail": "No such key.", "status": 401})}) as server:
        be_refused(docker, server)
        docker.photograph("leads.png")
        docker.wait("can_be_clicked(board().trouble.link) and stays_put(board().trouble.link)")
        docker.do("""
link = board().trouble.link
click_at(link.mapToGlobal(QtCore.QPoint(20, link.height() // 2)))
""")

        docker.wait('dialog("SettingsDialog")')
        docker.wait("dialog('SettingsDialog').chosen == 'studio'")
        docker.do('dialog("SettingsDialog").close()')


def test_an_error_of_the_models_does_not_lead_to_the_settings(docker: Program) -> None:
    with recording({r".*": Reply(422, {"detail": "Too many steps.", "status": 422})}) as server:
        be_refused(docker, server)

        assert docker.get("board().trouble.link.isVisible()") is False
        docker.click("board().trouble.dismiss")


def test_a_saved_image_gets_its_ending_and_lies_beside_the_picture(docker: Program) -> None:
    generate(docker)
    docker.do(f"result = {RUNS}[-1].results[0]")
    docker.do("QtCore.QTimer.singleShot(0, lambda: docker()._save(result))")
    docker.wait('dialog("QFileDialog") and dialog("QFileDialog").isActiveWindow()')
    docker.do('name = dialog("QFileDialog").findChild(QtWidgets.QLineEdit)')
    docker.wait("name.hasFocus()")
    assert docker.get("name.text()") == "photo-overpaint.png"
    docker.do("name.selectAll()")
    docker.do("type_text('bench')")
    docker.wait("name.text() == 'bench'")
    docker.press("Return")

    docker.wait('dialog("QFileDialog") is None')
    docker.wait("pathlib.Path('/io/bench.png').exists()")


def test_an_error_does_not_push_krita_beyond_a_small_screen(start: Make) -> None:
    said = "You did not pass a valid authentication token. Ask for one at the desk."
    with (
        recording({r".*": Reply(401, {"detail": said, "status": 401})}) as server,
        start(GEOMETRY="1366x768") as krita,
    ):
        krita.wait("has_windows()")
        krita.do(f"window().showMaximized(); {PHOTO}")
        krita.wait(IN_FRONT)
        krita.do("select(d, 300, 180, 60, 50, 4)")
        krita.wait("board().running.generate.isEnabled()")
        height = krita.get("window().height()")
        use(krita, server)
        krita.click("board().running.generate")
        krita.wait("board().trouble.isVisible()")
        krita.wait("can_be_clicked(board().trouble.copy)")
        krita.photograph("small.png")

        assert krita.get("window().height()") <= height
        krita.click("board().trouble.dismiss")
        krita.wait("board().toolbar.isVisible()")
