"""GIMP stays usable while the panel runs: a person paints, selects, and turns to other images."""

from __future__ import annotations

import pytest

from fakes.recording import RecordingServer

from .desktop import PATIENCE, Desktop
from .program import wait_for
from .studio import SLOW, finish

NAMES = "answer = [layer.get_name() for layer in image.get_layers()]"
APPLIED = f"{NAMES}\nanswer = bool(answer) and (answer[0] or '').startswith('Overpaint')"
# What is on the canvas, or was made last.
SEED = "layers = image.get_layers()\nanswer = len(layers) > 1 and seed_of(layers[0])"
SELECTED = """
rectangle = Gegl.Rectangle.new(0, 0, image.get_width(), image.get_height())
buffer = image.get_selection().get_buffer()
selected = bytes(buffer.get(rectangle, 1.0, "Y u8", Gegl.AbyssPolicy.NONE))
"""
STROKE = """
Gimp.context_set_foreground(Gegl.Color.new("red"))
Gimp.Selection.none(image)
Gimp.pencil(photo, [10.0, 190.0, 60.0, 190.0])
image.select_rectangle(Gimp.ChannelOps.REPLACE, 5, 5, 30, 20)
painted = raw(photo)
Gimp.displays_flush()
"""


@pytest.fixture
def painting(desktop: Desktop, studio: RecordingServer) -> Desktop:
    """A run that has been created, and is not done before a test says so."""
    studio.say(SLOW)
    desktop.choose("Endpoint", "studio")
    desktop.click("button", "Generate")
    wait_for(lambda: studio.creates, PATIENCE, desktop.said)
    return desktop


def test_the_panel_says_what_is_being_done_and_for_how_long(painting: Desktop) -> None:
    first = painting.wait_for_label(" s")

    wait_for(
        lambda: any(" · " in text and text != first for text in painting.labels()),
        PATIENCE,
        painting.said,
    )
    painting.click("button", "Cancel")
    painting.wait_for_label("Canceled")


def test_what_a_person_paints_and_selects_meanwhile_stays_as_it_is(
    desktop: Desktop, studio: RecordingServer
) -> None:
    desktop.set_feather("0")
    desktop.do(SELECTED)
    studio.say(SLOW)
    desktop.choose("Endpoint", "studio")
    desktop.click("button", "Generate")
    wait_for(lambda: studio.creates, PATIENCE, desktop.said)

    desktop.do(STROKE)
    finish(studio)
    desktop.wait_for_label("Done in")
    desktop.click("button", "Apply")

    desktop.wait_until(APPLIED)
    desktop.set_feather("")
    assert desktop.do("answer = raw(photo) == painted")
    assert desktop.do("answer = shown(image.get_layers()[0]) == selected")
    bounds = desktop.do("answer = list(Gimp.Selection.bounds(image))[2:]")
    assert bounds == [5, 5, 35, 25]


def test_a_result_waits_for_its_own_image_while_another_is_worked_on(
    painting: Desktop, studio: RecordingServer
) -> None:
    desktop = painting
    other = desktop.do(
        """
first, first_photo = image, photo
second = open_image(f"{FOLDER}/photo.png")
second_display = Gimp.Display.new(second)
answer = second.get_id()
"""
    )
    first = desktop.do("answer = first.get_id()")
    desktop.point(other)
    before = desktop.do("answer = [hashes(first), hashes(second)]")
    finish(studio)

    desktop.choose_part("Image", f"-{first} ")
    desktop.wait_for_label("Done in")
    assert desktop.do("answer = hashes(second)") == before[1]
    desktop.click("button", "Next")
    desktop.click("button", "Apply")

    desktop.wait_until(APPLIED.replace("image.", "first."))
    after = desktop.do("answer = hashes(first)")
    assert {key: after[key] for key in before[0]} == before[0]
    assert desktop.do("answer = hashes(second)") == before[1]


def test_the_next_result_of_a_run_lies_above_the_one_that_was_applied(desktop: Desktop) -> None:
    desktop.set_number("Number of images", 2)
    desktop.click("button", "Generate")
    desktop.wait_for_label("Done in")
    desktop.click("button", "Apply")
    desktop.wait_until(APPLIED)

    desktop.click("button", "Next")

    desktop.wait_until(f"{NAMES}\nanswer = (answer[0] or '').startswith('Preview')")
    desktop.click("button", "Apply")
    desktop.wait_until(f"{APPLIED} and len(answer) == 3")
    seeds = desktop.do("answer = [seed_of(layer) for layer in image.get_layers()[:2]]")
    assert seeds[0] == seeds[1] + 1
    desktop.set_number("Number of images", 1)


def test_a_result_that_was_undone_can_be_applied_again(desktop: Desktop) -> None:
    desktop.click("button", "Generate")
    desktop.wait_for_label("Done in")
    desktop.click("button", "Apply")
    desktop.wait_until(APPLIED)
    applied = desktop.do("answer = list(hashes(image).values())")

    desktop.menu_beginning("Undo")
    desktop.wait_until(f"{NAMES}\nanswer = answer == ['Background']")
    desktop.click("button", "Next")
    desktop.wait_until(f"{NAMES}\nanswer = (answer[0] or '').startswith('Preview')")
    desktop.click("button", "Apply")

    desktop.wait_until(APPLIED)
    assert desktop.do("answer = list(hashes(image).values())") == applied


def test_several_results_become_a_group_where_that_is_asked_for(desktop: Desktop) -> None:
    desktop.press_advanced("check box", "Several results go into a layer group")
    desktop.set_number("Number of images", 3)
    desktop.click("button", "Generate")
    desktop.wait_for_label("Done in")

    desktop.click("button", "Apply")

    # They come in one by one, and GIMP, asked meanwhile, may tell of none.
    grouped = """
tops = image.get_layers()
inside = tops[0].get_children() if tops and tops[0].is_group() else []
answer = len(inside) == 3 and all(layer.get_mask() for layer in inside)
"""
    desktop.wait_until(grouped)
    desktop.menu_beginning("Undo")
    desktop.wait_until(f"{NAMES}\nanswer = answer == ['Background']")
    desktop.press_advanced("check box", "Several results go into a layer group")
    desktop.set_number("Number of images", 1)


def test_what_is_there_is_removed_without_a_prompt(
    desktop: Desktop, studio: RecordingServer
) -> None:
    desktop.write("text", "Prompt", "a spoon")
    desktop.click("radio button", "Remove")
    studio.say(SLOW)
    desktop.choose("Endpoint", "studio")

    desktop.click("button", "Generate removal")

    wait_for(lambda: studio.creates, PATIENCE, desktop.said)
    assert not studio.creates[0].json["input"].get("prompt")
    finish(studio)
    desktop.wait_for_label("Done in")
    desktop.click("button", "Apply")
    desktop.wait_until(APPLIED)
    desktop.click("radio button", "Fill")


def test_previous_and_a_click_on_a_thumbnail_choose_what_is_on_the_canvas(
    desktop: Desktop,
) -> None:
    desktop.set_number("Number of images", 3)
    desktop.click("button", "Generate")
    desktop.wait_for_label("Done in")
    listed = "answer = [n for n in texts('toggle button', 'overpaint') if 'with seed' in n]"
    names = desktop.see(listed)
    first, second, third = (int(name.split()[-1]) for name in names)
    assert [second, third] == [first + 1, first + 2]
    desktop.wait_until(f"{SEED}\nanswer = answer == {first}")

    desktop.click("button", "Previous")
    desktop.wait_until(f"{SEED}\nanswer = answer == {third}")
    desktop.click("toggle button", names[1])

    desktop.wait_until(f"{SEED}\nanswer = answer == {second}")
    desktop.set_number("Number of images", 1)
