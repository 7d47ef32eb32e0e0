"""Pixels, layers and masks in every colour model and depth, in every Krita without windows."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from .conftest import EVERY_KRITA
from .program import Program

pytestmark = EVERY_KRITA

MODELS = [
    ("RGBA", "U8"),
    ("RGBA", "U16"),
    ("RGBA", "F16"),
    ("RGBA", "F32"),
    ("CMYKA", "U8"),
    ("CMYKA", "U16"),
    ("CMYKA", "F32"),
    ("GRAYA", "U8"),
    ("GRAYA", "U16"),
    ("GRAYA", "F16"),
    ("GRAYA", "F32"),
    ("LABA", "U8"),
    ("LABA", "U16"),
    ("LABA", "F32"),
    ("XYZA", "U16"),
    ("YCBCRA", "U8"),
]
BEGIN = """
d = make(160, 128, model, depth)
select(d, 70, 50, 24, 20, 3)
"""


@pytest.mark.parametrize(("model", "depth"), MODELS)
def test_nothing_outside_the_mask_changes_by_a_bit(runner: Program, model: str, depth: str) -> None:
    outside, inside, same, kind = runner.do(
        BEGIN
        + """
others, before = hashes(d), everything(d)
run = paint(d, prompt="", feather=4)
after = hashes(d)
result = run.results[0]
answer = [
    *differing(d, before, shown_mask(d, result)),
    all(after[node] == value for node, value in others.items()),
    result.pixels.format,
]
""",
        model=model,
        depth=depth,
    )

    assert outside == 0
    assert inside > 0
    assert same
    assert kind == ("BGRA8" if depth == "U8" else "BGRA16")


@pytest.mark.parametrize(("model", "depth"), MODELS)
def test_what_leaves_is_srgb_whatever_the_document_is(
    runner: Program, model: str, depth: str
) -> None:
    visible, layer = runner.do(
        BEGIN
        + """
place = (60, 40, 44, 40)
answer = [list(read_visible(d, *place).data), list(read_layer(d, d.topLevelNodes()[0], place).data)]
""",
        model=model,
        depth=depth,
    )

    image = np.array(visible).reshape(40, 44, 4)
    assert image[..., 3].min() == 255
    assert np.abs(np.array(layer).reshape(image.shape) - image).max() <= 1
    if model == "RGBA" and depth == "U8":
        rows, columns = np.mgrid[40:80, 60:104]
        assert np.array_equal(image[..., 0], (columns * 3 + rows) % 256)


def test_a_result_is_one_layer_with_a_mask_above_the_active_one(runner: Program) -> None:
    names, applied, colors = runner.do("""
d = make(128, 96)
select(d, 40, 30, 20, 20)
run = paint(d, prompt="a red kite", seed=5)
before = outline(d.rootNode())
painting().apply(d)
layer = d.topLevelNodes()[-1]
answer = [before, outline(d.rootNode()), [layer.colorModel(), layer.colorDepth(), layer.locked()]]
""")

    assert [
        "Overpaint: preview",
        "paintlayer",
        [["Overpaint: mask", "transparencymask", []]],
    ] in names
    kept = [node for node in applied if node[0].startswith("Overpaint")]
    assert kept == [
        ["Overpaint: a red kite (5)", "paintlayer", [["Overpaint: mask", "transparencymask", []]]]
    ]
    assert colors == ["RGBA", "U8", False]


def test_the_layer_has_the_whole_contexts_pixels_under_its_mask(runner: Program) -> None:
    layer, result, size, bounds = runner.do("""
d = make(128, 96)
select(d, 40, 30, 20, 20)
result = paint(d).results[0]
node = [each for each in every_node(d) if each.name() == "Overpaint: preview"][0]
place = (result.x, result.y, result.pixels.width, result.pixels.height)
answer = [bytes(node.pixelData(*place)).hex(), result.pixels.data.hex(), list(place[2:]), 20]
""")

    assert layer == result
    assert min(size) > bounds


def test_previews_share_one_layer_and_leave_nothing_behind(runner: Program) -> None:
    counts, last, clean = runner.do("""
d = make(128, 96)
before = everything(d)
select(d, 40, 30, 20, 20)
run = paint(d, num_outputs=2)
counts = []
for result in run.results:
    painting().show(result)
    counts.append(len(every_node(d)))
node = [each for each in every_node(d) if each.name() == "Overpaint: preview"][0]
place = (result.x, result.y, result.pixels.width, result.pixels.height)
last = bytes(node.pixelData(*place)) == run.results[-1].pixels.data
painting().discard(d)
d.refreshProjection()
answer = [counts, last, everything(d) == before]
""")

    assert counts[0] == counts[1]
    assert last
    assert clean


def test_a_preview_is_not_part_of_what_the_next_run_sees(runner: Program) -> None:
    same = runner.do("""
d = make(128, 96)
select(d, 40, 30, 20, 20)
clean = read_visible(d, 0, 0, 128, 96).data
paint(d)
canvas = painting()._canvas(d, PanelSettings())
seen, _ = canvas.read(0, 0, 128, 96)
answer = [seen.data == clean, painting().shown(d) is not None]
""")

    assert same == [True, True]


def test_expanding_grows_the_canvas_and_keeps_every_pixel(runner: Program) -> None:
    size, kept, gone = runner.do("""
d = make(128, 96)
before = bytes(d.pixelData(0, 0, 128, 96))
run = paint(d, mode="expand", left=32, up=16, prompt="more")
size = [d.width(), d.height()]
kept = bytes(d.pixelData(32, 16, 128, 96)) == before
painting().discard(d)
answer = [size, kept, [d.width(), d.height(), bytes(d.pixelData(0, 0, 128, 96)) == before]]
""")

    assert size == [160, 112]
    assert kept
    assert gone == [128, 96, True]


def test_a_canvas_resized_meanwhile_takes_the_result_where_its_place_went(runner: Program) -> None:
    x, y, result_x, result_y = runner.do("""
d = make(128, 96)
select(d, 40, 30, 20, 20)
run = painting().generate(d, PanelSettings())
while not run.results:
    painting().panel.poll()
d.resizeImage(-10, -6, 160, 120)
d.waitForDone()
finish(run)
node = [each for each in every_node(d) if each.name() == "Overpaint: preview"][0]
bounds = node.bounds()
answer = [bounds.x(), bounds.y(), run.results[0].x, run.results[0].y]
""")

    assert (x, y) == (result_x + 10, result_y + 6)


def test_a_scaled_image_gets_a_sentence_instead_of_a_wrong_layer(runner: Program) -> None:
    said, names = runner.do("""
d = make(128, 96)
select(d, 40, 30, 20, 20)
run = painting().generate(d, PanelSettings())
while not run.results:
    painting().panel.poll()
d.scaleImage(64, 48, 72, 72, "Bilinear")
d.waitForDone()
finish(run)
answer = [painting().misplaced, [node.name() for node in every_node(d)]]
painting().misplaced = ""
""")

    assert "scaled or cropped" in said
    assert "Overpaint: preview" not in names


def test_a_document_converted_meanwhile_still_gets_its_layer(runner: Program) -> None:
    outside, inside = runner.do("""
d = make(128, 96)
select(d, 40, 30, 20, 20)
run = painting().generate(d, PanelSettings())
while not run.results:
    painting().panel.poll()
d.setColorSpace("CMYKA", "U16", "")
d.waitForDone()
before = everything(d)
finish(run)
answer = differing(d, before, shown_mask(d, run.results[0]))
""")

    assert outside == 0
    assert inside > 0


def test_the_result_is_the_command_lines_own(runner: Program) -> None:
    box = (250, 150, 310, 190)
    hole = Image.new("L", (640, 427))
    hole.paste(255, box)
    hole.save(runner.io / "hole.png")

    x, y, pixels, mask, shape = runner.do(
        """
d = open_photo("photo.png")
select(d, left, top, right - left, bottom - top)
result = paint(d, prompt="a bench", seed=7).results[0]
fill_by_command_line("photo.png", "hole.png", "layer.png", "--prompt", "a bench", "--seed", "7")
answer = [result.x, result.y, result.pixels.data.hex(), result.mask.data.hex(),
          [result.pixels.height, result.pixels.width]]
""",
        **dict(zip(("left", "top", "right", "bottom"), box, strict=True)),
    )

    with Image.open(runner.io / "layer.png") as layer:
        whole = np.asarray(layer.convert("RGBA"))
    theirs = whole[y : y + shape[0], x : x + shape[1]]
    ours = np.frombuffer(bytes.fromhex(pixels), np.uint8).reshape(*shape, 4)
    shown = np.frombuffer(bytes.fromhex(mask), np.uint8).reshape(shape)
    assert np.count_nonzero(whole[..., 3]) == np.count_nonzero(shown)
    assert np.array_equal(theirs[..., 3], shown)
    assert np.array_equal(theirs[shown > 0][:, :3], ours[shown > 0][:, [2, 1, 0]])
