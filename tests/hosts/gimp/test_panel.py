"""The panel in a GIMP with windows, used as a person does: by its buttons, fields and menus."""

from __future__ import annotations

import json
import shutil

import pytest

from fakes.recording import RecordingServer, Reply

from .chroot import ROOT
from .desktop import PATIENCE, Desktop
from .program import wait_for
from .studio import CREATE, SLOW, SMALL_LAYER, finish

# The picture as it would be is open beside the one it would be made of.
GROWN = "answer = sorted(one.get_width() for one in Gimp.get_images()) == [240, 264]"
NAMES = "answer = [layer.get_name() for layer in image.get_layers()]"


APPLIED = f"{NAMES}\nanswer = bool(answer) and (answer[0] or '').startswith('Overpaint')"


def generate(desktop: Desktop, *, number: int = 1) -> None:
    desktop.set_number("Number of images", number)
    desktop.click("button", "Generate")
    desktop.wait_for_label("Done in")


def test_three_results_are_looked_at_on_the_canvas_and_one_becomes_a_layer(
    desktop: Desktop,
) -> None:
    before = desktop.do("answer = hashes(image)")

    generate(desktop, number=3)

    desktop.wait_until("answer = len(image.get_layers()) == 2")
    assert desktop.do(NAMES)[0].startswith("Preview")
    desktop.picture("panel-results")
    desktop.click("button", "Next")
    desktop.click("button", "Apply")
    desktop.wait_until(APPLIED)
    assert len(desktop.do(NAMES)) == 2
    after = desktop.do("answer = hashes(image)")
    assert {key: after[key] for key in before} == before


def test_one_undo_takes_an_applied_result_back_and_redo_brings_it_again(desktop: Desktop) -> None:
    before = desktop.do("answer = hashes(image)")
    generate(desktop)
    desktop.click("button", "Apply")
    desktop.wait_until(APPLIED)
    applied = desktop.do("answer = hashes(image)")

    desktop.menu_beginning("Undo")
    desktop.wait_until("answer = len(image.get_layers()) == 1")
    undone = desktop.do("answer = hashes(image)")
    desktop.menu_beginning("Redo")
    desktop.wait_until("answer = len(image.get_layers()) == 2")

    assert undone == before
    assert desktop.do("answer = hashes(image)") == applied


def test_a_discarded_result_leaves_nothing_behind_not_even_an_undo_step(desktop: Desktop) -> None:
    generate(desktop)
    desktop.wait_until("answer = len(image.get_layers()) == 2")

    desktop.click("button", "Discard")

    desktop.wait_until("answer = len(image.get_layers()) == 1")
    assert desktop.see("answer = [n for n in texts('menu item', 'gimp') if n.startswith('Undo')]")


def test_there_is_one_panel_only(desktop: Desktop) -> None:
    desktop.menu("Overpaint Panel")
    desktop.menu("Overpaint Panel")

    assert desktop.see("answer = len(roots('overpaint', 'Overpaint'))") == 1


def test_the_panel_names_the_image_that_it_was_called_from_last(desktop: Desktop) -> None:
    number = desktop.do("""
other = open_image(f"{FOLDER}/photo.png")
shown = Gimp.Display.new(other)
Gimp.displays_flush()
answer = other.get_id()
""")
    desktop.see(f"find_part('menu item', '-{number} ', 'overpaint', seconds={PATIENCE})")
    desktop.see(f"find_part('frame', '-{number}.', 'gimp', seconds={PATIENCE})")

    desktop.menu("Overpaint Panel")

    desktop.wait_for_chosen("Image", f"-{number} ")
    desktop.do("shown.delete()")


def test_a_prompt_that_is_not_read_is_told_before_anything_is_waited_for(
    desktop: Desktop,
) -> None:
    desktop.wait_for_label("Empty: fill from the surroundings")

    desktop.write("text", "Prompt", "a red poppy")

    desktop.wait_for_label("The built-in engine reads no prompt")
    desktop.picture("panel-unread")
    desktop.choose("Endpoint", "studio")
    desktop.wait_for_label("Empty: fill from the surroundings")


def test_an_error_about_the_endpoint_leads_to_the_settings(
    desktop: Desktop, studio: RecordingServer
) -> None:
    studio.say({CREATE: Reply(401, {"detail": "no", "title": "No", "status": 401})})
    desktop.choose("Endpoint", "studio")
    desktop.click("button", "Generate")
    desktop.wait_for_label("does not take the key")
    desktop.picture("panel-error-settings")

    # One is always there, at the top.
    buttons = "answer = all_found('button', 'Settings', window='Overpaint')"
    wait_for(lambda: desktop.see(f"{buttons}\nanswer = len(answer)") == 2, PATIENCE, desktop.said)

    desktop.see(f"{buttons}[-1].get_action_iface().do_action(0)")

    desktop.wait_for_window("Overpaint settings")
    desktop.click("button", "Close", window="Overpaint settings")


def test_cancel_reaches_the_endpoint(desktop: Desktop, studio: RecordingServer) -> None:
    studio.say(SLOW)
    desktop.choose("Endpoint", "studio")
    desktop.click("button", "Generate")
    wait_for(lambda: studio.creates, PATIENCE, "nothing was created")

    desktop.click("button", "Cancel")

    desktop.wait_for_label("Canceled")
    assert studio.cancels


@pytest.mark.parametrize(
    ("status", "title"),
    [(401, "does not take the key"), (402, "no credit"), (500, "in trouble")],
)
def test_an_endpoints_refusal_is_explained_and_can_be_copied(
    desktop: Desktop, studio: RecordingServer, status: int, title: str
) -> None:
    studio.say({CREATE: Reply(status, {"detail": "no", "title": "No", "status": status})})
    desktop.choose("Endpoint", "studio")

    desktop.click("button", "Generate")

    shown = desktop.wait_for_label(title)
    desktop.picture(f"panel-error-{status}")
    desktop.click("button", "Copy")
    wait_for(lambda: shown in desktop.see("answer = clipboard()"), 30, "nothing was copied")
    assert desktop.do(NAMES) == ["Background"]


def test_the_panel_fits_a_small_screen_with_results_an_error_and_everything_open(
    desktop: Desktop, studio: RecordingServer
) -> None:
    generate(desktop, number=3)
    studio.say({CREATE: Reply(402, {"detail": "no", "status": 402})})
    desktop.choose("Endpoint", "studio")
    desktop.click("toggle button", "Advanced")
    desktop.click("button", "Generate")
    desktop.wait_for_label("no credit")
    desktop.picture("panel-everything")

    least = desktop.see("answer = least_height('Overpaint')")

    desktop.arrange()
    desktop.click("toggle button", "Advanced")
    # 768 lines, less a taskbar and the window's own frame.
    assert least <= 708


def test_without_a_selection_the_panel_offers_the_whole_layer(desktop: Desktop) -> None:
    desktop.do(SMALL_LAYER)

    desktop.click("button", "Generate")

    desktop.wait_for_label("Nothing is selected")
    desktop.picture("panel-refusal")
    desktop.click("button", "Whole layer")
    desktop.wait_for_label("Done in")


def test_the_whole_picture_is_no_task_for_the_built_in_engine_and_expand_is_offered(
    desktop: Desktop,
) -> None:
    desktop.do("Gimp.Selection.none(image)")
    desktop.click("button", "Generate")
    desktop.wait_for_label("Nothing is selected")

    desktop.click("button", "Whole layer")

    desktop.wait_for_label("Nothing would be left to copy from")
    desktop.picture("panel-nothing-left")
    desktop.click("button", "Expand canvas")
    desktop.see(f"find('button', 'Generate expansion', seconds={PATIENCE}, window='Overpaint')")
    desktop.click("radio button", "Fill")


def test_a_results_menu_applies_discards_and_brings_back_what_was_asked(desktop: Desktop) -> None:
    def pick(result: str, entry: str) -> None:
        desktop.see(f"right_click('toggle button', {result!r}, seconds={PATIENCE})")
        desktop.see(f"click('menu item', {entry!r}, seconds={PATIENCE})")

    desktop.press_advanced("toggle button", "Advanced")
    desktop.write("text", "Seed", "70")
    desktop.write("text", "Prompt", "a blue cup")
    generate(desktop, number=2)
    desktop.write("text", "Prompt", "something else")

    pick("Result with seed 71", "Copy prompt")
    wait_for(lambda: desktop.see("answer = clipboard()") == "a blue cup", PATIENCE, desktop.said)
    pick("Result with seed 71", "Use these settings")
    wait_for(lambda: desktop.read("text", "Prompt") == "a blue cup", PATIENCE, desktop.said)
    assert desktop.read("text", "Seed") == "71"
    desktop.wait_for_chosen("Endpoint", "Default: Built in, free")
    desktop.write("text", "Seed", "")
    desktop.press_advanced("toggle button", "Advanced")
    pick("Result with seed 70", "Discard")
    wait_for(lambda: "70" not in desktop.labels(), PATIENCE, desktop.said)
    pick("Result with seed 71", "Apply")
    desktop.wait_until(APPLIED)


def test_the_default_endpoint_stands_in_the_list_once(desktop: Desktop) -> None:
    listed = desktop.see(
        "box = find('combo box', 'Endpoint', window='Overpaint')\n"
        "answer = [n.get_name() for n, _ in walk(box) if n.get_role_name() == 'menu item']"
    )

    assert listed == ["Default: Built in, free", "replicate", "studio"]


def test_an_image_closed_while_it_is_painted_leaves_the_result_in_the_panel(
    desktop: Desktop, studio: RecordingServer
) -> None:
    studio.say(SLOW)
    desktop.choose("Endpoint", "studio")
    desktop.click("button", "Generate")
    wait_for(lambda: studio.creates, PATIENCE, desktop.said)

    desktop.do("display.delete()")

    finish(studio)
    desktop.wait_for_label("Done in")
    desktop.click("button", "Apply")
    desktop.wait_until(
        "answer = any(layer.get_mask() for one in Gimp.get_images() for layer in one.get_layers())"
    )


def test_an_expansion_is_applied_as_a_larger_canvas(desktop: Desktop) -> None:
    desktop.click("radio button", "Expand")
    desktop.set_number("Right", 24)
    desktop.click("button", "Generate expansion")
    desktop.wait_for_label("Done in")
    before = desktop.do("answer = hashes(image)")
    desktop.wait_until(GROWN)
    desktop.picture("panel-expand")
    assert desktop.do("answer = image.get_width()") == 240

    desktop.click("button", "Apply")

    desktop.wait_until("answer = image.get_width() == 264")
    desktop.wait_until("answer = len(Gimp.get_images()) == 1")
    desktop.wait_until(APPLIED)
    after = desktop.do("answer = hashes(image)")
    assert len(after) == 2
    assert before.keys() < after.keys()
    desktop.click("radio button", "Fill")


def test_a_discarded_expansion_leaves_the_image_as_it_was(desktop: Desktop) -> None:
    before = desktop.do("answer = hashes(image)")
    desktop.click("radio button", "Expand")
    desktop.set_number("Right", 24)
    desktop.click("button", "Generate expansion")
    desktop.wait_until(GROWN)

    desktop.click("button", "Discard")

    desktop.wait_until("answer = len(Gimp.get_images()) == 1")
    assert desktop.do("answer = hashes(image)") == before
    assert desktop.do("answer = image.get_width()") == 240
    desktop.click("radio button", "Fill")


def test_what_is_sent_is_shown_before_anything_is(
    desktop: Desktop, studio: RecordingServer
) -> None:
    desktop.choose("Endpoint", "studio")

    desktop.click("button", "What is sent…")

    desktop.wait_for_label(f"Goes to 127.0.0.1:{studio.port}")
    desktop.wait_for_label("Not sent: ")
    labels = desktop.labels()
    assert {"Prompt", "Seed", "Random", "Mask: white is painted"} <= set(labels)
    assert not [said for said in labels if said.startswith("{")]
    desktop.picture("panel-sent")
    desktop.click("toggle button", "The request itself, as JSON", window="What is sent")
    request = desktop.read("text", "The request itself, as JSON", window="What is sent")
    assert json.loads(request)["input"]["image"].startswith("data:image/png;base64,…")
    desktop.picture("panel-sent-request")
    desktop.click("button", "Close", window="What is sent")
    assert studio.creates == []


def test_the_panel_as_the_documentation_shows_it(desktop: Desktop) -> None:
    demo = ROOT / "core/overpaint/demo"
    shutil.copyfile(demo / "photo.jpg", desktop.folder / "bench.jpg")
    shutil.copyfile(demo / "mask.png", desktop.folder / "bench.png")
    desktop.open(
        """
mask = Gimp.file_load_layer(
    Gimp.RunMode.NONINTERACTIVE, image, Gio.File.new_for_path(f"{FOLDER}/bench.png"))
image.insert_layer(mask, None, 0)
copy = Gimp.Channel.new_from_component(image, Gimp.ChannelType.RED, "mask")
image.insert_channel(copy, None, 0)
image.select_item(Gimp.ChannelOps.REPLACE, copy)
image.remove_channel(copy)
image.remove_layer(mask)
image.set_selected_layers([photo])
""",
        photo="bench.jpg",
    )
    desktop.arrange()
    # A layer's name is to be read, and the whole photo to be seen beside it.
    desktop.see("widen_dock(390)")
    desktop.menu("Fit Image in Window")

    generate(desktop, number=3)

    desktop.wait_until("answer = len(image.get_layers()) == 2")
    desktop.picture("panel-documentation")
    preview = desktop.do("answer = image.get_layers()[0].get_id()")
    desktop.click("button", "Apply")
    # By number: GIMP puts a message over the picture where a layer just gone is asked its name.
    numbers = "answer = [layer.get_id() for layer in image.get_layers()]"
    desktop.wait_until(f"{numbers}\nanswer = len(answer) == 2 and {preview} not in answer")
    desktop.picture("layer-documentation")
