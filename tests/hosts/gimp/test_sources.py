"""Whatever is selected in the Layers dialog: it works right, or a sentence says why not."""

from __future__ import annotations

from typing import Any

import pytest

from .program import Program

OPEN = """
image = open_image(f"{FOLDER}/photo.png")
photo = image.get_layers()[0]
image.select_rectangle(Gimp.ChannelOps.REPLACE, 90, 70, 40, 30)
chosen, more = [photo], {}
"""
FILL = """
before = hashes(image)
said = call("plug-in-overpaint-fill", image, chosen, seed=5.0, **more)
after = hashes(image)
new = [layer for layer in every_layer(image) if layer.get_parasite("overpaint/recipe")]
answer = dict(said=said, unchanged=all(after[key] == before[key] for key in before),
              layers=[describe(layer) for layer in new])
"""
GROUP = """
group = Gimp.GroupLayer.new(image, "Group")
image.insert_layer(group, None, 0)
inner = photo.copy()
image.insert_layer(inner, group, 0)
inner.set_offsets(37, 21)
other = photo.copy()
image.insert_layer(other, group, 1)
chosen = [inner]
"""
WORKS = {
    "the selected layer alone": ("more = dict(source='layer')", None, 0),
    "a layer in a group, moved": (GROUP + "more = dict(source='layer')", "Group", 0),
    "a layer in a group, from what is visible": (GROUP, "Group", 0),
    "a whole group": (GROUP + "chosen = [group]; more = dict(source='layer')", None, 0),
    "a locked group": (GROUP + "group.set_lock_content(True)", "Group", 0),
    "a locked layer": (
        "photo.set_lock_content(True); photo.set_lock_position(True); photo.set_lock_alpha(True)",
        None,
        0,
    ),
    "a layer mask that is being painted": (
        """mask = photo.create_mask(Gimp.AddMaskType.WHITE)
photo.add_mask(mask)
chosen = [mask]""",
        None,
        0,
    ),
    "the layer of a mask that is being painted": (
        """mask = photo.create_mask(Gimp.AddMaskType.WHITE)
photo.add_mask(mask)
chosen = [mask]; more = dict(source='layer')""",
        None,
        0,
    ),
    "a hidden layer as the source": (
        """copy = photo.copy(); image.insert_layer(copy, None, 0)
copy.set_visible(False); chosen = [copy]; more = dict(source='layer')""",
        None,
        0,
    ),
    "a hidden layer, from what is visible": (
        "copy = photo.copy(); image.insert_layer(copy, None, 0); copy.set_visible(False)",
        None,
        1,
    ),
    "a group in a group": (
        GROUP
        + """deep = Gimp.GroupLayer.new(image, "Deep")
image.insert_layer(deep, group, 0)
image.reorder_item(inner, deep, 0); more = dict(source='layer')""",
        "Deep",
        0,
    ),
    "several layers of a group, from what is visible": (
        GROUP + "chosen = [other, inner]",
        "Group",
        0,
    ),
    "a channel, from what is visible": (
        """channel = Gimp.Channel.new(image, "Channel", 240, 200, 50.0, Gegl.Color.new("red"))
image.insert_channel(channel, None, 0)
chosen = [channel]""",
        None,
        0,
    ),
    "several layers, from what is visible": (
        "copy = photo.copy(); image.insert_layer(copy, None, 0); chosen = [photo, copy]",
        None,
        0,
    ),
    "no layer, from what is visible": ("chosen = []", None, 0),
    "a layer without an alpha channel below another": (
        "copy = photo.copy(); image.insert_layer(copy, None, 0); copy.set_offsets(-30, 12)",
        None,
        1,
    ),
    "nothing selected, and the whole layer asked for": (
        "Gimp.Selection.none(image); photo.scale(48, 40, False); more = dict(whole_layer=True)",
        None,
        0,
    ),
}
REFUSED = {
    "nothing selected": ("Gimp.Selection.none(image)", "Nothing is selected."),
    "several layers as one source": (
        """copy = photo.copy(); image.insert_layer(copy, None, 0)
chosen, more = [photo, copy], dict(source='layer')""",
        "Several layers are selected",
    ),
    "a channel as source": (
        """channel = Gimp.Channel.new(image, "Channel", 240, 200, 50.0, Gegl.Color.new("red"))
image.insert_channel(channel, None, 0)
chosen, more = [channel], dict(source='layer')""",
        "No layer is selected",
    ),
    "a floating selection": (
        "Gimp.edit_copy([photo]); Gimp.edit_paste(photo, False)",
        "A floating selection is waiting",
    ),
    "a selection beside the layer": (
        """small = Gimp.Layer.new(image, "small", 20, 20, Gimp.ImageType.RGBA_IMAGE, 100.0, 0)
image.insert_layer(small, None, 0)
chosen, more = [small], dict(source='layer')""",
        "outside the selected layer",
    ),
    "an argument that is no JSON": ("more = dict(extra='{')", "is not JSON"),
    "a setting nobody knows": ("more = dict(extra='{\"colour\": 1}')", "no setting called"),
    "a context that is no number": ("more = dict(context='wide')", "neither “auto” nor"),
    "an endpoint nobody knows": ("more = dict(endpoint='studio-9')", "no endpoint called"),
}


def fill(gimp: Program, change: str) -> dict[str, Any]:
    answer: dict[str, Any] = gimp.do(OPEN + change + FILL)
    return answer


@pytest.mark.parametrize("source", WORKS)
def test_it_works_with(gimp: Program, source: str) -> None:
    change, parent, position = WORKS[source]

    answer = fill(gimp, change)

    assert answer["said"][0] == "success", answer["said"]
    assert answer["unchanged"]
    assert [(layer["parent"], layer["position"]) for layer in answer["layers"]] == [
        (parent, position)
    ]


@pytest.mark.parametrize("source", REFUSED)
def test_it_says_what_to_do_about(gimp: Program, source: str) -> None:
    change, sentence = REFUSED[source]

    answer = fill(gimp, change)

    assert answer["said"][0] == "execution-error"
    assert sentence in answer["said"][1]
    assert answer["said"][1].rstrip()[-1] in ".!?”"
    assert answer["unchanged"]
    assert answer["layers"] == []


def test_several_results_go_into_one_group_where_that_is_asked_for(gimp: Program) -> None:
    answer = fill(gimp, "more = dict(num_outputs=3, group_results=True)")

    assert answer["said"][1]["seeds"] == [5, 6, 7]
    assert [layer["parent"] for layer in answer["layers"]] == ["Overpaint results"] * 3
    assert answer["unchanged"]


def test_an_expansion_enlarges_the_canvas_and_keeps_every_original_pixel(
    each_gimp: Program,
) -> None:
    answer = each_gimp.do(
        OPEN
        + """
Gimp.Selection.none(image)
seen = visible(image)
said = call("plug-in-overpaint-expand", image, [photo], left=16, down=24, seed=3.0)
layer = Gimp.Layer.new_from_visible(image, image, "seen")
rectangle = Gegl.Rectangle.new(16, 0, 240, 200)
inside = bytes(layer.get_buffer().get(rectangle, 1.0, None, Gegl.AbyssPolicy.NONE))
whole = raw(layer)
layer.delete()
answer = dict(said=said, size=[image.get_width(), image.get_height()], same=inside == seen,
              opaque=all(whole[3::4]), layers=[describe(one) for one in image.get_layers()])
"""
    )

    assert answer["said"][0] == "success", answer["said"]
    assert answer["size"] == [256, 224]
    assert answer["same"]
    assert answer["opaque"]
    assert [layer["name"] for layer in answer["layers"]][1:] == ["Background"]


def test_running_a_layer_again_makes_the_same_pixels_where_its_mask_shows(gimp: Program) -> None:
    answer = gimp.do(
        OPEN
        + """
call("plug-in-overpaint-fill", image, [photo], seed=8.0, feather=4)
first = image.get_layers()[0]
Gimp.Selection.none(image)
said = call("plug-in-overpaint-again", image, [first])
again = image.get_layers()[0]
answer = dict(said=said, layers=[describe(layer) for layer in image.get_layers()],
              same=raw(first) == raw(again), same_mask=shown(first) == shown(again))
"""
    )

    assert answer["said"][0] == "success", answer["said"]
    assert answer["said"][1]["seeds"] == [8]
    assert len(answer["layers"]) == 3
    assert answer["same"]
    assert answer["same_mask"]


def test_a_layer_of_somebody_else_can_not_be_run_again(gimp: Program) -> None:
    answer = gimp.do(OPEN + 'answer = call("plug-in-overpaint-again", image, [photo])')

    assert answer[0] == "execution-error"
    assert "not made by Overpaint" in answer[1]


def test_the_recipe_is_still_there_after_the_image_was_saved(gimp: Program) -> None:
    answer = gimp.do(
        OPEN
        + """
call("plug-in-overpaint-fill", image, [photo], prompt="a spoon", seed=8.0)
path = f"{FOLDER}/saved.xcf"
Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, Gio.File.new_for_path(path), None)
other = open_image(path)
parasite = other.get_layers()[0].get_parasite("overpaint/recipe")
answer = json.loads(bytes(parasite.get_data()).decode())
"""
    )

    assert answer["request"]["prompt"] == "a spoon"
    assert answer["request"]["seed"] == 8
    assert answer["endpoint"] == "embedded"
