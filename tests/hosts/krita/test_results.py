"""What a thumbnail's right button offers, by real clicks."""

from __future__ import annotations

from PIL import Image

from .program import Program
from .steps import NAMES, RUNS, SHOWN, begin, click_thumbnail, generate, settle


def choose(docker: Program, name: str, thumbnail: int = 0) -> None:
    """Open a thumbnail's menu and click an entry of it."""
    click_thumbnail(docker, thumbnail, button=3)
    docker.wait("popup()")
    docker.do("click_entry(name)", name=name)
    docker.wait("popup() is None")


def painted(docker: Program, number: int = 2) -> None:
    """Results of a prompt and a seed."""
    docker.do(
        """board().form.load(PanelSettings(
            endpoint="embedded", prompt="a red kite", seed=7, feather=6, num_outputs=number))""",
        number=number,
    )
    generate(docker)
    docker.wait("thumbnails() == number", number=number)


def test_the_prompt_and_the_seed_are_copied(docker: Program) -> None:
    painted(docker)
    choose(docker, "copy_prompt", 1)
    docker.wait("clipboard() == 'a red kite'")
    choose(docker, "copy_seed", 1)
    docker.wait("clipboard() == '8'")


def test_no_prompt_can_be_copied_where_there_was_none(docker: Program) -> None:
    docker.do('board().form.load(PanelSettings(endpoint="embedded", mode="remove"))')
    generate(docker)
    click_thumbnail(docker, 0, button=3)
    docker.wait("popup()")

    can_be = "{each.objectName(): each.isEnabled() for each in popup().actions()}"

    assert [docker.get(can_be)[name] for name in ("copy_prompt", "copy_seed")] == [False, True]
    docker.press("Escape")
    docker.wait("popup() is None")


def test_apply_keeps_the_very_result_whose_menu_it_was(docker: Program) -> None:
    painted(docker)
    choose(docker, "apply", 1)

    docker.wait(f"'Overpaint: a red kite (8)' in {NAMES}")
    docker.wait("thumbnails() == 1")


def test_apply_of_a_closed_pictures_result_applies_no_other(docker: Program) -> None:
    painted(docker, 1)
    docker.do("e = make(200, 160); view(e)")
    docker.wait("app.activeDocument() == e and e.activeNode() is not None")
    settle(docker)
    docker.do("d.setModified(False); d.close(); select(e, 50, 50, 30, 30)")
    docker.wait("thumbnails() == 1 and board().running.generate.isEnabled()")
    docker.do('board().form.load(PanelSettings(endpoint="embedded", prompt="else"))')
    begin(docker)
    docker.wait("docker().painting.shown(e) is not None")
    docker.wait("thumbnails() == 2")

    choose(docker, "apply", 1)

    docker.wait("app.activeDocument() != e")
    names = "[node.name() for node in app.activeDocument().topLevelNodes()]"
    docker.wait(f"'Overpaint: a red kite (7)' in {names}")
    assert docker.get("docker().painting.shown(e) is not None")


def test_discard_takes_that_result_away_and_leaves_the_other(docker: Program) -> None:
    painted(docker)
    docker.do("shown = docker().painting.shown(d)")
    choose(docker, "discard", 1)
    docker.wait("thumbnails() == 1")
    assert docker.get("docker().painting.shown(d) is shown")

    choose(docker, "discard")
    docker.wait("thumbnails() == 0")
    docker.wait(f"{NAMES} == ['Background']")


def test_use_these_settings_fills_the_form(docker: Program) -> None:
    painted(docker)
    docker.do('board().form.load(PanelSettings(endpoint="embedded", prompt="else"))')
    choose(docker, "use", 1)

    docker.wait("board().form.settings().prompt == 'a red kite'")
    settings = docker.get("[board().form.settings().seed, board().form.settings().feather]")
    assert settings == [8, 6]


def test_run_again_makes_the_same_pixels(docker: Program) -> None:
    painted(docker, 1)
    docker.do(f"first = {RUNS}[-1].results[0].pixels.data")
    count = docker.get(f"len({RUNS})")
    docker.do('board().form.load(PanelSettings(endpoint="embedded", prompt="else"))')
    choose(docker, "again")

    docker.wait(f"len({RUNS}) == count + 1 and {RUNS}[-1].is_over", count=count)
    docker.wait(SHOWN)
    assert docker.get(f"{RUNS}[-1].results[0].pixels.data == first")
    assert docker.get("board().form.settings().prompt") == "else"


def test_save_image_writes_the_result(docker: Program) -> None:
    painted(docker, 1)
    docker.do(f"result = {RUNS}[-1].results[0]")
    choose(docker, "save")
    docker.wait('dialog("QFileDialog") and dialog("QFileDialog").isActiveWindow()')
    docker.do('name = dialog("QFileDialog").findChild(QtWidgets.QLineEdit)')
    docker.wait("name.hasFocus() and name.selectedText()")
    docker.do("type_text('/io/saved.png')")
    docker.wait("name.text() == '/io/saved.png'")
    docker.press("Return")  # takes what the list of files offers
    docker.press("Return")
    docker.wait('dialog("QFileDialog") is None')

    docker.wait("pathlib.Path('/io/saved.png').exists()")
    with Image.open(docker.io / "saved.png") as saved:
        assert list(saved.size) == docker.get("[result.pixels.width, result.pixels.height]")


def test_an_earlier_request_is_run_again_from_the_document(docker: Program) -> None:
    painted(docker, 1)
    docker.click("board().toolbar.apply")
    docker.wait("not docker().painting.shown(d)")
    settle(docker)
    docker.do('d.setBatchmode(True); d.saveAs("/io/earlier.kra"); close_all()')
    docker.wait("app.activeDocument() is None")
    docker.do('d = app.openDocument("/io/earlier.kra"); view(d)')
    docker.wait("app.activeDocument() is not None and d.activeNode() is not None")
    docker.do("select(d, 100, 100, 40, 40)")
    docker.wait("docker().painting.kept(d)")
    docker.wait("thumbnails() == 1")
    count = docker.get(f"len({RUNS})")
    choose(docker, "again")

    docker.wait(f"len({RUNS}) == count + 1 and {RUNS}[-1].is_over", count=count)
    assert docker.get(f"[{RUNS}[-1].prompt, {RUNS}[-1].results[0].seed]") == ["a red kite", 7]


def test_a_result_that_comes_while_another_is_being_shown_waits(docker: Program) -> None:
    painted(docker, 2)
    # Krita lets timers run while it composites, and that takes longer here than a beat.
    docker.do("""
d.resizeImage(0, 0, 4000, 3000)
large = d.createNode("large", "paintlayer")
large.setPixelData(QtCore.QByteArray(b"\\x80" * 4000 * 3000 * 4), 0, 0, 4000, 3000)
for _ in range(20):
    d.rootNode().addChildNode(large, None)
    large = large.duplicate()
d.waitForDone()
painting, (first, second) = docker().painting, docker().painting.panel.runs[-1].results
""")
    docker.do("""
QtCore.QTimer.singleShot(1, lambda: painting._waiting.update({first.run.document: first}))
painting.show(second)
shown = painting.shown(d)
layer = next(node for node in layers(d) if node.name() == "Overpaint: preview")
pixels = layer.pixelData(second.x, second.y, second.pixels.width, second.pixels.height)
""")

    assert docker.get("[shown.index, bytes(pixels) == bytes(shown.pixels.data)]") == [1, True]
    docker.wait("painting.shown(d) is first")
