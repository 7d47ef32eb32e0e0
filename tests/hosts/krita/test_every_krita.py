"""What must hold in every Krita there is: one source for Qt 5 and Qt 6."""

from __future__ import annotations

import pytest

from .chroot import VERSIONS
from .conftest import Make
from .program import Program

SUITES = list(VERSIONS)
MODELS = [("RGBA", "U8"), ("RGBA", "U16"), ("RGBA", "F32"), ("CMYKA", "U8"), ("LABA", "U16")]


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


def test_from_the_selection_to_the_layer_and_back(start: Make) -> None:
    with start() as krita:
        krita.wait("has_windows()")
        krita.do('window().showMaximized(); d = open_photo("photo.png"); view(d)')
        krita.wait("app.activeDocument() is not None and d.activeNode() is not None")
        krita.wait("board().isVisible()")
        krita.do("select(d, 300, 180, 60, 50, 4)")
        krita.wait("board().running.generate.isEnabled()")
        before = krita.get("hashes(d)")
        krita.write("board().form.prompt", "a kite")
        krita.click("board().running.generate")
        krita.wait("docker().painting.shown(d) is not None")
        krita.wait("thumbnails() == 1")
        krita.photograph("results.png")

        krita.click("board().toolbar.apply")
        krita.wait("docker().painting.shown(d) is None")
        names = krita.get("[node.name() for node in d.topLevelNodes()]")
        assert any(name.startswith("Overpaint: a kite (") for name in names)
        krita.do('app.action("edit_undo").trigger()')
        krita.wait("hashes(d) == before", before=before)
        krita.do('app.action("edit_redo").trigger()')
        krita.wait("[node.name() for node in d.topLevelNodes()] == names", names=names)
        assert krita.get("uncaught()") == []
        assert krita.get("missing_icons()") == []
        assert krita.get("shared_shortcuts()") == []
