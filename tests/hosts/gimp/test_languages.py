"""The panel and every dialog in German and French: no English is left, and nothing is cut off."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from fakes.recording import RecordingServer

from .conftest import started_desktop
from .desktop import Desktop
from .program import wait_for

LANGUAGES = ("de", "fr")
# What a person has named, and what is called the same everywhere: a model's version too.
NAMES = re.compile(
    r"(Overpaint(: .*)?|studio|photo\.png|\[.*|[\W\d_x×sd]*|127\.0\.0\.1\S*|overpaint/fill"
    r"|[0-9a-f]{12}…)"
)
NOTHING = "There is nothing to recover: every result became a layer or was dismissed."
AGAIN = "Run Again from Layer"
# By what opens it: its title, and what is pressed to close it.
DIALOGS = {
    "Fill Selection…": ("Fill Selection", "Cancel"),
    "Expand Canvas…": ("Expand Canvas", "Cancel"),
    f"{AGAIN}…": (AGAIN, "Cancel"),
    "Recover Results…": ("Recover results", "Close"),
    "Settings…": ("Overpaint settings", "Close"),
}


@pytest.fixture(scope="module", params=LANGUAGES)
def foreign(request: pytest.FixtureRequest, studio: RecordingServer) -> Iterator[Desktop]:
    """A GIMP in another language, with a layer of ours in the image."""
    with started_desktop("trixie", studio, request.param, language=request.param) as desktop:
        studio.say({})
        desktop.open('call("plug-in-overpaint-fill", image, [photo], seed=4.0)')
        desktop.arrange()
        yield desktop


def is_foreign(desktop: Desktop, title: str) -> None:
    """Look at a window in its language."""
    window = desktop.word(title)
    texts = desktop.see(f"answer = words_of({window!r})")
    assert len(texts) > 2
    known = desktop.patterns()
    parts = {part for text in texts for line in text.split("\n") for part in line.split(" · ")}
    english = [
        part
        for part in parts
        if not NAMES.fullmatch(part) and not any(one.fullmatch(part) for one in known)
    ]
    assert english == []
    assert desktop.see(f"answer = cut_off({window!r})") == []


@pytest.mark.parametrize("entry", DIALOGS)
def test_a_dialog_is_in_the_persons_language(foreign: Desktop, entry: str) -> None:
    title, closing = DIALOGS[entry]
    foreign.menu(entry)
    foreign.wait_for_window(title)
    if entry in ("Fill Selection…", "Expand Canvas…"):
        foreign.click("toggle button", "Advanced", window=title)
    if title == AGAIN:
        foreign.wait_for_said("The built-in engine paints. It costs nothing.")
    if entry == "Recover Results…":
        foreign.wait_for_said("Not all of these results were applied or discarded.", NOTHING)

    is_foreign(foreign, title)

    language = foreign.language
    foreign.picture(f"{language}-{title.replace(' ', '-').casefold()}")
    foreign.click("button", closing, window=title)
    wait_for(lambda: not foreign.see(f"answer = roots('overpaint', {foreign.word(title)!r})"), 60)


def test_the_panel_is_in_the_persons_language(foreign: Desktop) -> None:
    foreign.do("image.remove_layer(image.get_layers()[0]); Gimp.displays_flush()")
    foreign.click("button", "Generate")
    foreign.wait_for_said("Done in {time}")
    is_foreign(foreign, "Overpaint")
    foreign.picture(f"{foreign.language}-panel")

    foreign.do("Gimp.Selection.none(image)")
    foreign.click("button", "Generate")
    foreign.wait_for_said("Nothing is selected.")
    foreign.click("toggle button", "Advanced")
    is_foreign(foreign, "Overpaint")
    foreign.picture(f"{foreign.language}-panel-refusal")

    foreign.click("radio button", "Expand")
    is_foreign(foreign, "Overpaint")
    foreign.picture(f"{foreign.language}-panel-expand")
    foreign.press_advanced("toggle button", "Advanced")
    foreign.click("radio button", "Fill")


def test_what_is_sent_and_an_error_are_in_the_persons_language(foreign: Desktop) -> None:
    foreign.open()
    foreign.choose("Endpoint", "studio")
    foreign.click("button", "What is sent…")
    foreign.wait_for_said("Mask: white is painted")
    is_foreign(foreign, "What is sent")
    foreign.picture(f"{foreign.language}-sent")
    foreign.click("button", "Close", window="What is sent")

    foreign.click("button", "Generate")

    foreign.wait_for_said("The endpoint does not know that")
    is_foreign(foreign, "Overpaint")
    foreign.picture(f"{foreign.language}-panel-error")
