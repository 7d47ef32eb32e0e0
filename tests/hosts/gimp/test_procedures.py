"""Overpaint's procedures in the real GIMP, called as a script calls them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from .program import Program

# A photo with an ellipse selected, softly.
OPEN = """
image = open_image(f"{FOLDER}/photo.png")
photo = image.get_layers()[0]
image.select_ellipse(Gimp.ChannelOps.REPLACE, 90, 70, 60, 44)
Gimp.Selection.feather(image, 9)
"""
FILL = (
    OPEN
    + """
CHANGE
before, seen = hashes(image), visible(image)
said = call("plug-in-overpaint-fill", image, [photo], seed=11.0, feather=0)
save("before", seen)
save("after", visible(image))
new = image.get_layers()[0]
save("mask", shown(new))
save("pixels", raw(new))
answer = dict(said=said, before=before, after=hashes(image), new=describe(new),
              size=[image.get_width(), image.get_height()])
"""
)
DOCUMENTS = {
    "8-bit": "",
    "16-bit": "image.convert_precision(PRECISIONS['u16'])",
    "8-bit linear": "image.convert_precision(Gimp.Precision.U8_LINEAR)",
    "16-bit linear": "image.convert_precision(Gimp.Precision.U16_LINEAR)",
    "half float": "image.convert_precision(PRECISIONS['half'])",
    "float, not linear": "image.convert_precision(Gimp.Precision.FLOAT_NON_LINEAR)",
    "float": "image.convert_precision(PRECISIONS['float'])",
    "gray": "image.convert_grayscale()",
    "indexed": """image.convert_indexed(
        Gimp.ConvertDitherType.NONE, Gimp.ConvertPaletteType.GENERATE, 64, False, True, "")""",
    "Adobe RGB": """image.convert_color_profile(
        Gimp.ColorProfile.new_rgb_adobe(),
        Gimp.ColorRenderingIntent.RELATIVE_COLORIMETRIC, True)""",
    "Adobe RGB, 16-bit": """image.convert_precision(PRECISIONS['u16'])
image.convert_color_profile(
    Gimp.ColorProfile.new_rgb_adobe(), Gimp.ColorRenderingIntent.RELATIVE_COLORIMETRIC, True)""",
    "gray, 16-bit": "image.convert_precision(PRECISIONS['u16']); image.convert_grayscale()",
    "gray, transparent": "photo.add_alpha(); photo.set_opacity(70); image.convert_grayscale()",
    "indexed, transparent": """photo.add_alpha(); image.convert_indexed(
        Gimp.ConvertDitherType.NONE, Gimp.ConvertPaletteType.GENERATE, 64, True, True, "")""",
    "transparent": "photo.add_alpha(); photo.set_opacity(70)",
    "no alpha channel, moved off the canvas": "photo.set_offsets(-40, -30)",
}


def read(gimp: Program, name: str, answer: dict[str, Any]) -> NDArray[np.uint8]:
    """What the code inside saved, as rows of pixels of however many bytes."""
    width, height = answer["size"]
    data = np.frombuffer((gimp.folder / name).read_bytes(), np.uint8)
    return data.reshape(height, width, -1)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_fill_changes_nothing_outside_the_mask(gimp: Program, document: str) -> None:
    changes_nothing_outside(gimp, DOCUMENTS[document])


def test_of_32_bit_integers_gimps_own_arithmetic_changes_the_last_bits_only(
    gimp: Program,
) -> None:
    """GIMP lays layers over each other in floating point, which holds 24 of the 32 bits."""
    answer = gimp.do(FILL.replace("CHANGE", "image.convert_precision(PRECISIONS['u32'])"))

    assert answer["said"][0] == "success", answer["said"]
    assert {key: answer["after"][key] for key in answer["before"]} == answer["before"]
    before, after = (
        read(gimp, name, answer).view(np.uint32).astype(np.int64) for name in ("before", "after")
    )
    outside = read(gimp, "mask", answer)[..., 0] == 0
    assert np.abs(after[outside] - before[outside]).max() <= 1 << 8


@pytest.mark.parametrize("document", ["8-bit", "float"])
def test_nor_does_it_in_the_next_gimp(next_gimp: Program, document: str) -> None:
    changes_nothing_outside(next_gimp, DOCUMENTS[document])


def changes_nothing_outside(gimp: Program, change: str) -> None:
    answer = gimp.do(FILL.replace("CHANGE", change))

    assert answer["said"][0] == "success", answer["said"]
    assert {key: answer["after"][key] for key in answer["before"]} == answer["before"]
    before, after = read(gimp, "before", answer), read(gimp, "after", answer)
    outside = read(gimp, "mask", answer)[..., 0] == 0
    assert 0.7 < outside.mean() < 0.97
    np.testing.assert_array_equal(after[outside], before[outside])
    assert (after[~outside] != before[~outside]).any()


def test_the_result_is_one_named_layer_with_its_recipe_above_the_source(each_gimp: Program) -> None:
    answer = each_gimp.do(FILL.replace("CHANGE", ""))

    assert answer["said"][1]["seeds"] == [11]
    assert answer["said"][1]["layers"] == [answer["new"]["id"]]
    assert answer["new"]["name"] == "Overpaint: fill from the surroundings (11)"
    assert answer["new"]["parasites"] == ["overpaint/recipe"]
    assert answer["new"]["has_mask"]
    assert not answer["new"]["edits_mask"]
    assert len(answer["after"]) == len(answer["before"]) + 1


def test_the_mask_is_the_soft_selection(gimp: Program) -> None:
    answer = gimp.do(
        OPEN
        + """
select = image.get_selection()
rectangle = Gegl.Rectangle.new(0, 0, image.get_width(), image.get_height())
save("selection", bytes(select.get_buffer().get(rectangle, 1.0, "Y u8", Gegl.AbyssPolicy.NONE)))
call("plug-in-overpaint-fill", image, [photo], feather=0)
save("mask", shown(image.get_layers()[0]))
answer = dict(size=[image.get_width(), image.get_height()])
"""
    )

    mask = read(gimp, "mask", answer)
    assert len(np.unique(mask)) > 50
    np.testing.assert_array_equal(mask, read(gimp, "selection", answer))


def test_a_deep_document_gets_a_layer_of_its_own_depth(gimp: Program) -> None:
    answer = gimp.do(FILL.replace("CHANGE", DOCUMENTS["16-bit"]))

    size = answer["new"]["width"] * answer["new"]["height"]
    pixels = np.frombuffer((gimp.folder / "pixels").read_bytes(), np.uint16).reshape(size, 4)
    assert (pixels[:, 3] == 65535).all()
    assert (pixels[:, :3] % 257 != 0).any()
