"""The dialogs behind Overpaint's menu entries, in a GIMP with windows."""

from __future__ import annotations

import os
import signal

from fakes.recording import RecordingServer, Reply
from overpaint.models.catalogue import DEFAULT_VERSION

from .desktop import PATIENCE, Desktop
from .program import wait_for
from .studio import CREATE, SLOW, SMALL_LAYER, finish

LAYERS = "answer = len(image.get_layers())"
AGAIN = "Run Again from Layer"
# A layer as somebody's file may bring it.
RECIPE = """
photo.add_mask(photo.create_mask(Gimp.AddMaskType.SELECTION))
photo.set_edit_mask(False)
text = list(json.dumps(recipe).encode())
photo.attach_parasite(Gimp.Parasite.new("overpaint/recipe", Gimp.PARASITE_PERSISTENT, text))
Gimp.displays_flush()
"""


def begin_at_the_studio(desktop: Desktop, studio: RecordingServer) -> None:
    """Begin a run by the fill dialog that does not end by itself."""
    studio.say(SLOW)
    desktop.menu("Fill Selection…")
    desktop.wait_for_window("Fill Selection")
    desktop.choose("Endpoint", "studio", window="Fill Selection")
    desktop.click("button", "Generate", window="Fill Selection")
    wait_for(lambda: studio.creates, PATIENCE, desktop.said)


def test_the_fill_dialog_makes_a_layer_and_remembers_what_was_asked(desktop: Desktop) -> None:
    asked = {
        "Prompt": "a saucer",
        "Negative prompt": "a fork",
        "Seed": "77",
        "Steps": "12",
        "Guidance scale": "6.5",
        "Scheduler": "DDIM",
        "Context in pixels": "40",
        "Feather in pixels": "3",
    }
    desktop.menu("Fill Selection…")
    desktop.wait_for_window("Fill Selection")
    desktop.click("toggle button", "Advanced", window="Fill Selection")
    for name, words in asked.items():
        desktop.write("text", name, words, window="Fill Selection")
    desktop.picture("dialog-fill")
    desktop.click("button", "Generate", window="Fill Selection")
    desktop.wait_until(f"{LAYERS} == 2")
    names = desktop.do("answer = [layer.get_name() for layer in image.get_layers()]")
    assert names[0] == "Overpaint: a saucer (77)"

    desktop.menu("Fill Selection…")

    desktop.wait_for_window("Fill Selection")
    desktop.click("toggle button", "Advanced", window="Fill Selection")
    assert {name: desktop.read("text", name, window="Fill Selection") for name in asked} == asked
    desktop.click("button", "Cancel", window="Fill Selection")


def test_the_fill_dialog_offers_the_whole_layer_where_nothing_is_selected(
    desktop: Desktop,
) -> None:
    desktop.do(SMALL_LAYER)
    desktop.menu("Fill Selection…")
    desktop.wait_for_window("Nothing is selected")

    desktop.click("button", "Whole layer", window="Nothing is selected")
    desktop.wait_for_window("Fill Selection")
    desktop.click("button", "Generate", window="Fill Selection")

    desktop.wait_until(f"{LAYERS} == 3")


def test_the_expand_dialog_enlarges_the_canvas_by_the_sides_that_were_asked_for(
    desktop: Desktop,
) -> None:
    before = desktop.do("answer = hashes(image)")
    desktop.menu("Expand Canvas…")
    desktop.wait_for_window("Expand Canvas")
    for side, pixels in {"Left": 0, "Right": 16, "Up": 8, "Down": 0}.items():
        desktop.set_number(side, pixels, window="Expand Canvas")
    desktop.picture("dialog-expand")

    desktop.click("button", "Generate", window="Expand Canvas")

    desktop.wait_until("answer = [image.get_width(), image.get_height()] == [256, 208]")
    desktop.wait_until(f"{LAYERS} == 2")
    desktop.menu_beginning("Undo")
    desktop.wait_until("answer = [image.get_width(), image.get_height()] == [240, 200]")
    assert desktop.do("answer = hashes(image)") == before


def test_cancel_in_gimps_status_bar_reaches_the_endpoint(
    desktop: Desktop, studio: RecordingServer
) -> None:
    begin_at_the_studio(desktop, studio)

    desktop.see(f"click_own('button', 'Cancel', seconds={PATIENCE})")

    wait_for(lambda: studio.cancels, PATIENCE, desktop.said)
    assert len(studio.creates) == 1
    assert desktop.do(LAYERS) == 1


def test_a_result_that_can_not_go_in_opens_as_an_image_of_its_own(
    desktop: Desktop, studio: RecordingServer
) -> None:
    begin_at_the_studio(desktop, studio)

    desktop.do("Gimp.edit_copy([photo]); Gimp.edit_paste(photo, False)")

    finish(studio)
    desktop.wait_until(
        """others = [one for one in Gimp.get_images() if one.get_id() != image.get_id()]
answer = any(layer.get_parasite("overpaint/recipe") for one in others for layer in one.get_layers())
"""
    )


def test_repeating_the_filter_asks_before_it_spends_money(
    desktop: Desktop, studio: RecordingServer
) -> None:
    begin_at_the_studio(desktop, studio)
    finish(studio)
    desktop.wait_until(f"{LAYERS} == 2")
    studio.seen.clear()

    desktop.menu_beginning("Repeat")

    desktop.wait_for_window("Generate again?")
    assert studio.creates == []
    desktop.click("button", "Cancel", window="Generate again?")


def test_a_dialogs_error_says_what_happened_and_can_be_copied(
    desktop: Desktop, studio: RecordingServer
) -> None:
    studio.say({CREATE: Reply(402, {"detail": "no", "status": 402})})
    desktop.menu("Fill Selection…")
    desktop.wait_for_window("Fill Selection")
    desktop.choose("Endpoint", "studio", window="Fill Selection")

    desktop.click("button", "Generate", window="Fill Selection")

    desktop.wait_for_window("Overpaint error")
    shown = desktop.wait_for_label("no credit")
    desktop.picture("dialog-error")
    desktop.click("button", "Copy", window="Overpaint error")
    wait_for(lambda: shown in desktop.see("answer = clipboard()"), 30, "nothing was copied")
    desktop.click("button", "Close", window="Overpaint error")


def test_an_endpoint_is_added_tested_and_removed_in_the_settings(
    desktop: Desktop, studio: RecordingServer
) -> None:
    window = "Overpaint settings"
    studio.say({"GET /.*": Reply(401, {"detail": "no", "status": 401})})
    desktop.menu("Settings…")
    desktop.wait_for_window(window)
    desktop.choose("Endpoint", "New endpoint…", window=window)
    desktop.write("text", "Name", "atelier", window=window)
    desktop.write("text", "Address", f"{studio.url}/v1", window=window)
    desktop.click("button", "Save", window=window)
    desktop.wait_for_chosen("Endpoint", "atelier", window=window)
    desktop.wait_for_label("Saved.")
    assert desktop.read("text", "Model", window=window) == ""
    assert desktop.read("text", "Feather in pixels", window=window) == ""
    desktop.click("button", "Test", window=window)
    wait_for(lambda: studio.seen, PATIENCE, desktop.said)
    desktop.picture("settings")

    desktop.click("button", "Remove", window=window)

    desktop.wait_for_chosen("Endpoint", "Built in", window=window)
    desktop.click("button", "Close", window=window)


def test_a_result_whose_worker_was_killed_is_recovered(
    desktop: Desktop, studio: RecordingServer
) -> None:
    studio.say(SLOW)
    desktop.choose("Endpoint", "studio")
    desktop.write("text", "Prompt", "a lost spoon")
    desktop.click("button", "Generate")
    wait_for(lambda: studio.creates, PATIENCE, desktop.said)
    for number, _arguments in desktop.processes("overpaint.worker"):
        os.kill(number, signal.SIGKILL)
    desktop.wait_for_label("worker has ended")
    finish(studio)

    desktop.menu("Recover Results…")
    desktop.wait_for_label("applied or discarded")
    desktop.picture("recover")
    desktop.click("button", "Add as layer: a lost spoon", window="Recover results")

    desktop.wait_until(f"{LAYERS} == 2")
    wait_for(lambda: "a lost spoon" not in desktop.labels(), PATIENCE, "it is still listed")
    desktop.click("button", "Close", window="Recover results")


def test_a_layer_is_run_again_with_another_seed(desktop: Desktop) -> None:
    desktop.do('call("plug-in-overpaint-fill", image, [photo], seed=4.0)\nGimp.displays_flush()')

    desktop.menu(f"{AGAIN}…")
    desktop.wait_for_window(AGAIN)
    desktop.wait_for_label("It costs nothing.")
    desktop.click("button", "Generate", window=AGAIN)

    desktop.wait_until(f"{LAYERS} == 3")
    names = desktop.do("answer = [layer.get_name() for layer in image.get_layers()]")
    assert names[1] == "Overpaint: fill from the surroundings (4)"
    assert names[0] != names[1]


def test_running_a_layer_again_says_who_paints_and_what_that_may_cost_before_it_does(
    desktop: Desktop, studio: RecordingServer
) -> None:
    asked = {"request": {"num_outputs": 3}, "endpoint": "studio", "version": DEFAULT_VERSION}
    desktop.do(RECIPE, recipe=asked)
    studio.say(SLOW)

    desktop.menu(f"{AGAIN}…")

    desktop.wait_for_window(AGAIN)
    said = desktop.wait_for_label(f"Goes to 127.0.0.1:{studio.port} (endpoint “studio”).")
    assert f"Model: {DEFAULT_VERSION}" in said
    assert "It makes 3 images, and may cost money." in said
    desktop.picture("dialog-again")
    assert studio.creates == []
    desktop.click("button", "Generate", window=AGAIN)
    wait_for(lambda: studio.creates, PATIENCE, desktop.said)
    assert studio.creates[0].json["version"] == DEFAULT_VERSION
    finish(studio)
    desktop.wait_until(f"{LAYERS} > 1")
    studio.seen.clear()

    desktop.menu_beginning("Repeat")

    desktop.wait_for_window("Generate again?")
    desktop.click("button", "Cancel", window="Generate again?")
    assert studio.creates == []


def test_a_layer_is_not_run_again_before_it_is_said_who_paints(desktop: Desktop) -> None:
    desktop.do(RECIPE, recipe={"request": {"prompt": "a fork"}, "endpoint": "studio"})
    can_begin = f"answer = has(find('button', 'Generate', window='{AGAIN}'), 'sensitive')"
    settings = desktop.folder / "home/.config/overpaint/settings.toml"
    kept = settings.read_bytes()
    settings.unlink()
    # Whoever reads it waits until somebody has written it.
    os.mkfifo(settings)
    desktop.menu(f"{AGAIN}…")
    desktop.wait_for_window(AGAIN)
    with settings.open("wb") as asked:
        settings.unlink()
        settings.write_bytes(kept)

        assert "Asking which endpoints there are…" in desktop.labels()
        assert not desktop.see(can_begin)

        asked.write(kept)
    desktop.wait_for_label("(endpoint “studio”)")
    assert desktop.see(can_begin)
    desktop.click("button", "Cancel", window=AGAIN)


def test_a_layer_from_another_computer_says_that_its_endpoint_is_not_here(
    desktop: Desktop,
) -> None:
    desktop.do(RECIPE, recipe={"request": {"prompt": "a fork"}, "endpoint": "elsewhere"})

    desktop.menu(f"{AGAIN}…")

    desktop.wait_for_window(AGAIN)
    desktop.wait_for_label("No endpoint called “elsewhere” is set up here.")
    assert not desktop.see(
        f"answer = has(find('button', 'Generate', window='{AGAIN}'), 'sensitive')"
    )
    desktop.click("button", "Cancel", window=AGAIN)
