"""GIMP 3.2 with its windows: the whole way once, by buttons and menus, and a save on the way."""

from __future__ import annotations

from .desktop import Desktop
from .test_previews import SAVED, open_kept, show


def test_a_person_selects_generates_applies_and_takes_it_back(next_desktop: Desktop) -> None:
    desktop = next_desktop
    before = desktop.do("answer = hashes(image)")

    desktop.click("button", "Generate")
    desktop.wait_for_label("Done in")
    desktop.wait_until("answer = len(image.get_layers()) == 2")
    desktop.picture("panel-results")
    desktop.click("button", "Apply")
    desktop.wait_until("answer = image.get_layers()[0].get_name().startswith('Overpaint')")
    applied = desktop.do("answer = hashes(image)")
    desktop.menu_beginning("Undo")
    desktop.wait_until("answer = len(image.get_layers()) == 1")
    undone = desktop.do("answer = hashes(image)")
    desktop.menu_beginning("Redo")
    desktop.wait_until("answer = len(image.get_layers()) == 2")

    assert {key: applied[key] for key in before} == before
    assert undone == before
    assert desktop.do("answer = hashes(image)") == applied


def test_a_save_with_the_preview_on_the_canvas_leaves_none_in_the_file(
    next_desktop: Desktop,
) -> None:
    desktop = next_desktop
    before = open_kept(desktop)
    show(desktop)

    desktop.menu("Save")

    desktop.wait_for_label("once more without")
    assert len(desktop.do(SAVED.replace("FILE", "kept.xcf"))) == 1
    assert desktop.do("answer = hashes(image)") == before
