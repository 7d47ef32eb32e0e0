"""A fault of our own in the plug-in: it is told of in the window, and the window goes on."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator

import pytest

from fakes.recording import RecordingServer

from .chroot import WORK
from .conftest import SETTINGS, chroot, photo
from .desktop import PATIENCE, Desktop
from .program import wait_for

SAID = "RuntimeError: a fault of the test's"
# What raises once there is a file of that name, and by which call of which module.
FAULTS = {
    "timer": ("documents.py", "Documents.refresh"),
    "button": ("form.py", "Form.read"),
    "procedure": ("target.py", "find_target"),
}
BROKEN = """


def _broken(call, name):
    import os
    import pathlib

    def broken(*given, **more):
        if pathlib.Path(os.environ["OVERPAINT_TEST_FOLDER"], name).exists():
            raise RuntimeError("a fault of the test's")
        return call(*given, **more)

    return broken


CALL = _broken(CALL, "NAME")
"""


class Faulty(Desktop):
    """A GIMP whose plug-in breaks where a test wants it to."""

    @property
    def plugin(self) -> str:
        return f"{WORK}/faulty-plug-in/overpaint-gimp"

    def spoil(self) -> None:
        """Make the plug-in that breaks of the one that does not."""
        place = self.chroot.work / "faulty-plug-in/overpaint-gimp"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(self.chroot.work / "overpaint-gimp", place)
        for name, (module, call) in FAULTS.items():
            path = place / "overpaint_gimp" / module
            path.write_text(path.read_text() + BROKEN.replace("CALL", call).replace("NAME", name))

    @contextlib.contextmanager
    def fault(self, name: str) -> Iterator[None]:
        """Let it break in the block."""
        (self.folder / name).touch()
        try:
            yield
        finally:
            (self.folder / name).unlink()


@pytest.fixture(scope="module")
def faulty(studio: RecordingServer) -> Iterator[Faulty]:
    place = chroot("trixie")
    assert place is not None
    desktop = Faulty(place, "faulty")
    desktop.keep("home/.config/overpaint/settings.toml", SETTINGS.format(url=studio.url))
    desktop.spoil()
    with desktop:
        photo(desktop.folder)
        desktop.open()
        desktop.arrange()
        yield desktop


def generates(desktop: Desktop) -> None:
    desktop.open()
    desktop.click("button", "Generate")
    desktop.wait_for_label("Done in")


def test_a_fault_while_the_panel_waits_is_shown_there_and_it_waits_on(faulty: Faulty) -> None:
    with faulty.fault("timer"):
        faulty.wait_for_label(SAID)
        faulty.picture("panel-fault")
        faulty.click("button", "Copy")
        wait_for(lambda: "documents.py" in faulty.see("answer = clipboard()"), 30, "not copied")
        assert WORK not in faulty.see("answer = clipboard()")
        faulty.click("button", "Hide")

    generates(faulty)


def test_a_fault_of_a_button_is_shown_in_the_panel(faulty: Faulty) -> None:
    with faulty.fault("button"):
        faulty.click("button", "Generate")
        faulty.wait_for_label(SAID)
        faulty.click("button", "Hide")

    generates(faulty)


def test_a_procedure_with_a_fault_answers_with_a_sentence(faulty: Faulty) -> None:
    with faulty.fault("procedure"):
        answer = faulty.do('answer = call("plug-in-overpaint-fill", image, [photo], seed=1.0)')

        assert answer[0] == "execution-error"
        assert SAID in answer[1]


def test_a_dialog_with_a_fault_shows_it_and_can_be_copied(faulty: Faulty) -> None:
    with faulty.fault("procedure"):
        faulty.menu("Run Again from Layer…")

        faulty.wait_for_window("Overpaint error")
        faulty.wait_for_label(SAID)
        faulty.click("button", "Copy", window="Overpaint error")
        wait_for(lambda: SAID in faulty.see("answer = clipboard()"), PATIENCE, "not copied")
        faulty.click("button", "Close", window="Overpaint error")
