"""A preview on the canvas: it gets into no file, and into nobody's undo."""

from __future__ import annotations

from .desktop import PATIENCE, Desktop
from .program import wait_for

SEEN = "answer = [layer.get_name() for layer in image.get_layers() if layer.get_visible()]"
SHOWN = f"{SEEN}\nanswer = any(name.startswith('Preview') for name in answer)"
SAVED = """
other = open_image(f"{FOLDER}/FILE")
answer = hashes(other)
other.delete()
"""
KEEP = """
path = Gio.File.new_for_path(f"{FOLDER}/kept.xcf")
Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, path, None)
"""
# Two small layers over the photo, for their order to be seen.
MORE = """
def small(name):
    layer = Gimp.Layer.new(image, name, 20, 20, Gimp.ImageType.RGBA_IMAGE, 100.0, 0)
    image.insert_layer(layer, None, 0)
    return layer
middle, top = small("middle"), small("top")
"""


def show(desktop: Desktop) -> None:
    """Generate, and wait until the result is on the canvas."""
    desktop.click("button", "Generate")
    desktop.wait_for_label("Done in")
    desktop.wait_until(SHOWN)


def open_kept(desktop: Desktop) -> dict[str, str]:
    """Open the photo from a file of GIMP's own, which a save writes again."""
    desktop.do(KEEP)
    desktop.open(photo="kept.xcf")
    kept: dict[str, str] = desktop.do("answer = hashes(image)")
    return kept


def undo(desktop: Desktop, layers: list[str]) -> None:
    desktop.menu_beginning("Undo")
    desktop.wait_until(f"{SEEN}\nanswer = answer == {layers!r}")


def redo(desktop: Desktop, layers: list[str]) -> None:
    desktop.menu_beginning("Redo")
    desktop.wait_until(f"{SEEN}\nanswer = answer == {layers!r}")


def test_a_file_that_was_saved_with_the_preview_is_saved_again_without(desktop: Desktop) -> None:
    before = open_kept(desktop)
    show(desktop)

    desktop.menu("Save")

    desktop.wait_for_label("once more without")
    saved = desktop.do(SAVED.replace("FILE", "kept.xcf"))
    assert len(saved) == 1
    assert desktop.do("answer = hashes(image)") == before
    assert not desktop.do("answer = image.is_dirty()")


def test_a_copy_that_was_saved_with_the_preview_is_saved_again_without(desktop: Desktop) -> None:
    show(desktop)
    copy = desktop.folder / "copy.xcf"
    copy.unlink(missing_ok=True)

    desktop.menu("Save a Copy...")
    desktop.see(f"find_frame('file chooser', seconds={PATIENCE})")
    desktop.see(f"press('ctrl+a'); type_words('{desktop.inside}/copy.xcf'); press('Return')")

    desktop.wait_for_label("“copy.xcf” was saved with the preview in it, and then once more")
    assert len(desktop.do(SAVED.replace("FILE", "copy.xcf"))) == 1
    assert desktop.do(SEEN) == ["Background"]


def test_a_file_is_seen_to_though_its_image_is_closed_after_the_save(desktop: Desktop) -> None:
    open_kept(desktop)
    show(desktop)

    desktop.menu("Save")
    desktop.do("display.delete()")

    desktop.wait_for_label("once more without")
    assert len(desktop.do(SAVED.replace("FILE", "kept.xcf"))) == 1


def test_whoever_exports_the_preview_is_told(desktop: Desktop) -> None:
    show(desktop)
    path = desktop.folder / "exported.png"
    path.unlink(missing_ok=True)

    desktop.export(f"{desktop.inside}/exported.png")

    desktop.wait_for_label("“exported.png” was exported with the preview in it.")
    wait_for(path.exists, PATIENCE, desktop.said)
    assert desktop.do(SEEN) == ["Background"]


def test_a_preview_that_was_merged_is_told_of_and_undone_for_good(desktop: Desktop) -> None:
    before = desktop.do("answer = hashes(image)")
    show(desktop)

    desktop.menu("Flatten Image")

    desktop.wait_for_label("It was merged into the picture")
    undo(desktop, ["Background"])
    desktop.wait_until("answer = len(image.get_layers()) == 1")
    assert desktop.do("answer = hashes(image)") == before
    redo(desktop, ["Background"])
    undo(desktop, ["Background"])
    assert desktop.do("answer = list(hashes(image).values())") == list(before.values())


def test_undo_puts_layers_back_in_their_order_though_a_preview_lay_among_them(
    desktop: Desktop,
) -> None:
    desktop.open(MORE)
    show(desktop)
    desktop.do("image.remove_layer(middle); Gimp.displays_flush()")

    desktop.click("button", "Discard")

    desktop.wait_until(f"{SEEN}\nanswer = answer == ['top', 'Background']")
    number = "answer = len(image.get_layers()) == {}"
    desktop.wait_until(number.format(2))
    # The first step is the preview's own, which comes back out of sight.
    undo(desktop, ["top", "Background"])
    desktop.wait_until(number.format(3))
    undo(desktop, ["top", "middle", "Background"])
    redo(desktop, ["top", "Background"])
    desktop.wait_until(number.format(3))
    redo(desktop, ["top", "Background"])
    desktop.wait_until(number.format(2))


def test_one_undo_takes_a_result_back_though_layers_have_come_meanwhile(desktop: Desktop) -> None:
    show(desktop)
    desktop.do(MORE + "Gimp.displays_flush()")

    desktop.click("button", "Apply")

    applied = f"{SEEN}\nanswer = any(name.startswith('Overpaint') for name in answer)"
    desktop.wait_until(applied)
    assert len(desktop.do(SEEN)) == 4
    undo(desktop, ["top", "middle", "Background"])


def test_a_preview_that_came_with_a_file_is_taken_off_and_the_image_says_it_changed(
    desktop: Desktop,
) -> None:
    show(desktop)
    desktop.do(KEEP)

    desktop.open(photo="kept.xcf", code="image.clean_all()")

    desktop.wait_until("answer = len(image.get_layers()) == 1")
    assert desktop.do("answer = image.is_dirty()")
