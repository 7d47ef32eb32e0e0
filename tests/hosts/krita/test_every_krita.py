"""What must hold in every Krita there is: one source for Qt 5 and Qt 6."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from .chroot import VERSIONS
from .conftest import Make
from .program import Program

SUITES = list(VERSIONS)
MODELS = [
    *(("RGBA", depth) for depth in ("U8", "U16", "F16", "F32")),
    *(("CMYKA", "U8"), ("GRAYA", "U8"), ("LABA", "U16")),
]


@pytest.mark.parametrize(("model", "depth"), MODELS)
def test_nothing_outside_the_mask_changes_by_a_bit(runner: Program, model: str, depth: str) -> None:
    outside, inside, same = runner.do(
        """
d = make(160, 128, model, depth)
select(d, 70, 50, 24, 20, 3)
others, before = hashes(d), everything(d)
result = paint(d, prompt="", feather=4).results[0]
after = hashes(d)
answer = [
    *differing(d, before, shown_mask(d, result)),
    all(after[node] == value for node, value in others.items()),
]
""",
        model=model,
        depth=depth,
    )

    assert outside == 0
    assert inside > 0
    assert same


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


def test_from_the_selection_to_the_layer_and_back(start: Make) -> None:
    with start() as krita:
        krita.wait("has_windows()")
        krita.do('window().showMaximized(); d = open_photo("photo.png"); view(d)')
        krita.wait("app.activeDocument() is not None and d.activeNode() is not None")
        krita.wait("board().isVisible()")
        krita.do("select(d, 300, 180, 60, 50, 4)")
        krita.wait("board().running.generate.isEnabled()")
        krita.do("before, others = everything(d), hashes(d)")
        krita.write("board().form.prompt", "a kite")
        krita.click("board().running.generate")
        krita.wait("docker().painting.shown(d) is not None")
        krita.wait("thumbnails() == 1")
        krita.photograph("results.png")
        krita.do("result = docker().painting.shown(d); mask = shown_mask(d, result)")
        outside, inside = krita.get("differing(d, before, mask)")
        assert (outside, inside > 0) == (0, True)

        krita.click("board().toolbar.apply")
        krita.wait("docker().painting.shown(d) is None")
        names = krita.get("[node.name() for node in d.topLevelNodes()]")
        assert any(name.startswith("Overpaint: a kite (") for name in names)
        krita.do('app.action("edit_undo").trigger()')
        krita.wait("hashes(d) == others")
        krita.wait("everything(d) == before")
        krita.do('app.action("edit_redo").trigger()')
        krita.wait("[node.name() for node in d.topLevelNodes()] == names", names=names)
        assert krita.get("uncaught()") == []
        assert krita.get("missing_icons()") == []
        assert krita.get("shared_shortcuts()") == []
