"""The dialogs behind Overpaint's menu entries, in a GIMP with windows."""

from __future__ import annotations

import os
import signal

from fakes.recording import RecordingServer, Reply

from .desktop import PATIENCE, Desktop
from .program import wait_for
from .studio import CREATE, SLOW, finish

LAYERS = "answer = len(image.get_layers())"


def test_the_fill_dialog_makes_a_layer_and_remembers_what_was_asked(desktop: Desktop) -> None:
    desktop.menu("Fill Selection…")
    desktop.wait_for_window("Fill Selection")
    desktop.write("text", "Prompt", "a saucer", window="Fill Selection")
    desktop.picture("dialog-fill")
    desktop.click("button", "Generate", window="Fill Selection")
    desktop.wait_until(f"{LAYERS} == 2")
    names = desktop.do("answer = [layer.get_name() for layer in image.get_layers()]")
    assert names[0].startswith("Overpaint: a saucer (")

    desktop.menu("Fill Selection…")

    desktop.wait_for_window("Fill Selection")
    assert desktop.read("text", "Prompt", window="Fill Selection") == "a saucer"
    desktop.click("button", "Cancel", window="Fill Selection")


def test_the_fill_dialog_offers_the_whole_layer_where_nothing_is_selected(
    desktop: Desktop,
) -> None:
    desktop.do("Gimp.Selection.none(image)")
    desktop.menu("Fill Selection…")
    desktop.wait_for_window("Nothing is selected")

    desktop.click("button", "Whole layer", window="Nothing is selected")
    desktop.wait_for_window("Fill Selection")
    desktop.click("button", "Generate", window="Fill Selection")

    desktop.wait_until(f"{LAYERS} == 2")


def test_a_result_that_can_not_go_in_opens_as_an_image_of_its_own(
    desktop: Desktop, studio: RecordingServer
) -> None:
    studio.say(SLOW)
    desktop.menu("Fill Selection…")
    desktop.wait_for_window("Fill Selection")
    desktop.choose("Endpoint", "studio", window="Fill Selection")
    desktop.click("button", "Generate", window="Fill Selection")
    wait_for(lambda: studio.creates, PATIENCE, desktop.said)

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
    studio.say(SLOW)
    desktop.menu("Fill Selection…")
    desktop.wait_for_window("Fill Selection")
    desktop.choose("Endpoint", "studio", window="Fill Selection")
    desktop.click("button", "Generate", window="Fill Selection")
    wait_for(lambda: studio.creates, PATIENCE, desktop.said)
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
    desktop.wait_for_label("never became layers")
    desktop.picture("recover")
    desktop.click("button", "Add as layer: a lost spoon", window="Recover results")

    desktop.wait_until(f"{LAYERS} == 2")
    wait_for(lambda: "a lost spoon" not in desktop.labels(), PATIENCE, "it is still listed")
    desktop.click("button", "Close", window="Recover results")


def test_a_layer_is_run_again_with_another_seed(desktop: Desktop) -> None:
    desktop.do('call("plug-in-overpaint-fill", image, [photo], seed=4.0)\nGimp.displays_flush()')

    desktop.menu("Run Again from Layer")
    desktop.wait_for_window("Run Again from Layer")
    desktop.click("button", "Generate", window="Run Again from Layer")

    desktop.wait_until(f"{LAYERS} == 3")
    names = desktop.do("answer = [layer.get_name() for layer in image.get_layers()]")
    assert names[1] == "Overpaint: fill from the surroundings (4)"
    assert names[0] != names[1]
