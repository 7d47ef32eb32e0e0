"""Layers of every kind, and selections of every kind: each works, or says why not."""

from __future__ import annotations

import pytest

from .conftest import EVERY_KRITA
from .program import Program

pytestmark = EVERY_KRITA

BEGIN = """
d = make(128, 96)
root, base = d.rootNode(), d.topLevelNodes()[0]
select(d, 40, 30, 20, 20)
def add(node, parent=root, above=base):
    parent.addChildNode(node, above)
    d.refreshProjection()
    return node
def place_above(node):
    parent, above = Placement.above(d, node).find(d)
    return [parent.name(), above.name() if above else None]
"""


def test_a_result_goes_above_the_active_layer_in_its_group(runner: Program) -> None:
    inside, _root = runner.do(
        BEGIN
        + """
group = add(d.createGroupLayer("group"))
layer = add(d.createNode("layer", "paintlayer"), group, None)
answer = [place_above(layer), root.name()]
"""
    )

    assert inside == ["group", "layer"]


@pytest.mark.parametrize(
    "change",
    [
        "group.setOpacity(128)",
        "group.setLocked(True)",
        "group.setVisible(False)",
        'group.setBlendingMode("multiply")',
        "add(d.createTransparencyMask('mask'), group, None)",
    ],
)
def test_a_result_climbs_out_of_a_group_that_would_change_it(runner: Program, change: str) -> None:
    found, root_name = runner.do(
        BEGIN
        + f"""
group = add(d.createGroupLayer("group"))
layer = add(d.createNode("layer", "paintlayer"), group, None)
{change}
answer = [place_above(layer), root.name()]
"""
    )

    assert found == [root_name, "group"]


def test_a_result_climbs_out_of_masks(runner: Program) -> None:
    found, root_name = runner.do(
        BEGIN
        + """
mask = add(d.createTransparencyMask("mask"), base, None)
answer = [place_above(mask), root.name()]
"""
    )

    assert found == [root_name, "Background"]


LAYERS = {
    "group": 'add(d.createGroupLayer("it"))',
    "vector": 'add(d.createVectorLayer("it"))',
    "clone": 'add(d.createCloneLayer("it", base))',
    "fill": 'add(d.createFillLayer("it", "color", InfoObject(), whole(d)))',
    "animated": "animated()",
    "locked": "locked()",
    "empty": 'add(d.createNode("it", "paintlayer"))',
    "filter": 'add(d.createFilterLayer("it", blur(), whole(d)))',
}
MORE = """
from krita import InfoObject
def animated():
    base.enableAnimation()
    return base
def locked():
    base.setLocked(True)
    return base
def blur():
    return app.filter("blur")
"""


@pytest.mark.parametrize("kind", LAYERS)
def test_above_a_layer_of_any_kind(runner: Program, kind: str) -> None:
    outside, inside, above = runner.do(
        BEGIN
        + MORE
        + f"""
node = {LAYERS[kind]}
d.waitForDone()
before = everything(d)
canvas = KritaCanvas(d, area=area_of(d, node), node=node)
run = painting().panel.generate(canvas, PanelSettings())
painting()._places[run] = canvas.placement
finish(run)
names = [each.name() for each in d.topLevelNodes() if each.type() != "selectionmask"]
answer = [
    *differing(d, before, shown_mask(d, run.results[0])),
    names.index("Overpaint: preview") - names.index(node.name()),
]
"""
    )

    assert outside == 0
    assert inside > 0
    assert above == 1


@pytest.mark.parametrize("others", [0, 1])
def test_in_a_group_of_few_layers_nothing_else_changes(runner: Program, others: int) -> None:
    outside, inside, name = runner.do(
        BEGIN
        + """
group = add(d.createGroupLayer("group"))
for number in range(others + 1):
    layer = d.createNode(f"layer {number}", "paintlayer")
    layer.setPixelData(QtCore.QByteArray(pattern(50, 40)), 20, 20, 50, 40)
    add(layer, group, None)
d.waitForDone()
before = everything(d)
canvas = KritaCanvas(d, area=area_of(d, layer), node=layer)
run = painting().panel.generate(canvas, PanelSettings())
painting()._places[run] = canvas.placement
finish(run)
answer = [
    *differing(d, before, shown_mask(d, run.results[0])),
    group.childNodes()[-1].name(),
]
""",
        others=others,
    )

    assert outside == 0
    assert inside > 0
    assert name == "Overpaint: preview"


@pytest.mark.parametrize("kind", [kind for kind in LAYERS if kind != "filter"])
def test_a_layer_of_any_kind_can_be_the_source(runner: Program, kind: str) -> None:
    length = runner.do(
        BEGIN
        + MORE
        + f"""
node = {LAYERS[kind]}
d.waitForDone()
answer = len(read_layer(d, node, (10, 10, 30, 20)).data)
"""
    )

    assert length == 30 * 20 * 4


@pytest.mark.parametrize(
    ("selected", "said"),
    [
        ("d.setSelection(None)", "Nothing is selected"),
        ("d.setSelection(Selection())", "Nothing is selected"),
        ("select(d, 500, 500, 20, 20)", "outside the canvas"),
    ],
)
def test_without_a_selection_a_sentence_says_what_to_do(
    runner: Program, selected: str, said: str
) -> None:
    message = runner.do(
        BEGIN
        + f"""
{selected}
try:
    area_of(d, base)
    answer = ""
except UnselectedError as error:
    answer = str(error)
"""
    )

    assert said in message


def test_a_selection_that_leaves_the_canvas_is_cut_off(runner: Program) -> None:
    bounds = runner.do(
        BEGIN
        + """
select(d, -10, -20, 50, 60)
answer = area_of(d, base).bounds
"""
    )

    assert bounds == [0, 0, 40, 40]


def test_a_layers_own_selection_mask_counts_where_nothing_else_is_selected(
    runner: Program,
) -> None:
    bounds, values = runner.do(
        BEGIN
        + """
d.setSelection(None)
local = Selection()
local.select(12, 14, 20, 16, 200)
mask = d.createSelectionMask("local")
mask.setSelection(local)
base.addChildNode(mask, None)
area = area_of(d, base)
answer = [area.bounds, sorted(set(area.mask(*area.bounds)))]
"""
    )

    assert bounds == [12, 14, 20, 16]
    assert values == [200]
