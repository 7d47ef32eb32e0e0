"""How it ends: a window is closed, Krita is quit, or dies while a run is paid for."""

from __future__ import annotations

from fakes.recording import recording

from .conftest import EVERY_KRITA, IN_FRONT, PHOTO, Make
from .program import Program
from .steps import RUNS, SHOWN, SLOW, begin, finished, use, wait_for

READY = 'select(d, 300, 180, 60, 50, 4); board().form.load(PanelSettings(endpoint="embedded"))'


def open_photo(krita: Program) -> None:
    krita.wait("has_windows()")
    krita.do(f"window().showMaximized(); {PHOTO}")
    krita.wait(IN_FRONT)
    # As long as nobody sees it, the docker may let its worker go, with what it was just told.
    krita.wait("board().isVisible()")
    krita.do(READY)
    krita.wait("board().running.generate.isEnabled()")


@EVERY_KRITA
def test_a_paid_run_outlives_a_killed_krita_and_is_recovered_by_clicks(start: Make) -> None:
    with recording(SLOW) as server, start(AGAIN="1") as krita:
        open_photo(krita)
        use(krita, server)
        begin(krita)
        krita.wait(f"{RUNS}[-1].state == 'running'")
        wait_for(lambda: "GET /v1/predictions/p1" in server.lines)
        process = krita.get("worker()")
        # It had succeeded before anybody could cancel it.
        server.say(finished(server))
        krita.do("kill_krita()")
        krita.wait_for_the_next()

        krita.wait("is_gone(process)", process=process)
        open_photo(krita)
        krita.click("board().form.heading.cog")
        krita.wait('dialog("SettingsDialog")')
        krita.do('settings = dialog("SettingsDialog")')
        krita.wait("settings.leftovers.count() == 1")
        assert "a boat" in krita.get("settings.leftovers.item(0).text()")
        krita.photograph("recover.png")
        krita.do("click_row(settings.leftovers, 0)")
        krita.click("settings.fetch")
        krita.wait(SHOWN)
        krita.wait("settings.leftovers.count() == 0")
        assert krita.get(f"{RUNS}[-1].results[0].recipe.prompt") == "a boat"
        assert len(server.creates) == 1


def test_a_paid_run_that_nobody_wants_is_dismissed_by_clicks(start: Make) -> None:
    with recording(SLOW) as server, start(AGAIN="1") as krita:
        open_photo(krita)
        use(krita, server)
        begin(krita)
        krita.wait(f"{RUNS}[-1].state == 'running'")
        wait_for(lambda: "GET /v1/predictions/p1" in server.lines)
        server.say(finished(server))
        krita.do("kill_krita()")
        krita.wait_for_the_next()

        open_photo(krita)
        krita.click("board().form.heading.cog")
        krita.wait('dialog("SettingsDialog")')
        krita.do('settings = dialog("SettingsDialog")')
        krita.wait("settings.leftovers.count() == 1")
        krita.do("click_row(settings.leftovers, 0)")
        krita.click("settings.dismiss")
        krita.wait("settings.leftovers.count() == 0")
        assert krita.get(f"len({RUNS})") == 0


@EVERY_KRITA
def test_the_worker_ends_with_its_window_and_with_krita(start: Make) -> None:
    with start(AGAIN="1") as krita:
        open_photo(krita)
        krita.wait("worker()")
        first = krita.get("worker()")
        krita.do("mine = docker(); other = app.openWindow(); other.qwindow().show()")
        krita.do("""
theirs = other.qwindow().findChild(QtWidgets.QDockWidget, "overpaint_docker")
theirs.setVisible(True)
theirs.painting.panel.desk.ask_endpoints()
""")
        krita.wait("worker(theirs)")
        second = krita.get("worker(theirs)")
        assert second != first
        krita.do("del theirs; other.qwindow().close()")
        krita.wait("is_gone(process)", process=second)
        assert krita.get("is_gone(worker(mine))") is False

        krita.do("""
app.setBatchmode(True)
for document in owned(app.documents()):
    document.setModified(False)
QtCore.QTimer.singleShot(0, app.action("file_quit").trigger)
""")
        krita.wait_for_the_next()
        krita.wait("is_gone(process)", process=first)


def test_an_idle_worker_ends_when_the_docker_is_closed_and_starts_again(start: Make) -> None:
    with start() as krita:
        open_photo(krita)
        krita.wait("worker()")
        first = krita.get("worker()")
        krita.do("docker().close()")
        krita.wait("is_gone(process)", process=first)

        krita.do("docker().show()")
        krita.click("board().running.generate")
        krita.wait(SHOWN)
