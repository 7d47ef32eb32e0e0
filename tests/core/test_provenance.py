"""A result's file says how it was made, in every format, and nothing that is nobody's business."""

from __future__ import annotations

import json
import re
import struct
import xml.etree.ElementTree as ET
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from pydantic import JsonValue

import overpaint
from overpaint.files import write_picture
from overpaint.images import Picture, read_picture
from overpaint.provenance import KEYWORD, Provenance
from overpaint.recipe import recipe_in, recipe_of

IPTC = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType"
RECIPE = "{urn:overpaint:1}recipe"
FILLED = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeSynthetic"
TRAINED = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"


def noise(*shape: int, dtype: type[np.unsignedinteger] = np.uint8) -> NDArray[np.uint8]:
    top = int(np.iinfo(dtype).max) + 1
    return np.random.default_rng(2).integers(0, top, shape).astype(dtype)


def packet(path: Path) -> ET.Element:
    found = re.search(rb"<x:xmpmeta.*?</x:xmpmeta>", path.read_bytes(), re.DOTALL)
    assert found, f"no XMP in {path.name}"
    return ET.fromstring(found[0])  # noqa: S314  our own


def said(path: Path, name: str) -> str:
    return next(packet(path).iter(name)).text or ""


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "tif"])
def test_a_result_says_how_it_was_made_in_every_format(tmp_path: Path, suffix: str) -> None:
    picture, mask = noise(60, 80, 3), np.zeros((60, 80), np.uint8)
    mask[20:40, 30:50] = 255
    result = overpaint.inpaint(picture, mask, prompt="a bench <&> “ok”", seed=4)

    path = result.save(tmp_path / f"out.{suffix}")

    recipe = json.loads(said(path, RECIPE))
    assert recipe["request"] == {"prompt": "a bench <&> “ok”", "seed": 4, "num_outputs": 1}
    assert recipe["version"] == "overpaint/fill"
    assert said(path, IPTC) == FILLED


def test_a_png_carries_the_recipe_as_text_too(tmp_path: Path) -> None:
    mask = np.zeros((60, 80), np.uint8)
    mask[20:40, 30:50] = 255
    result = overpaint.inpaint(noise(60, 80, 3), mask, prompt="ein Bänkchen")

    path = result.save_layer(tmp_path / "layer.png")

    with Image.open(path) as image:
        assert image.text["Software"].startswith("Overpaint ")  # type: ignore[attr-defined]  # of a PNG
        recipe = json.loads(image.text[KEYWORD])  # type: ignore[attr-defined]  # of a PNG
    with Image.open(path) as image:
        image.verify()
    assert recipe["request"]["prompt"] == "ein Bänkchen"


def test_the_recipe_in_a_file_makes_the_same_picture_again(tmp_path: Path) -> None:
    picture, mask = noise(60, 80, 3), np.zeros((60, 80), np.uint8)
    mask[20:40, 30:50] = 255
    first = overpaint.inpaint(picture, mask)
    recipe = json.loads(said(first.save(tmp_path / "out.png"), RECIPE))

    again = overpaint.inpaint(picture, mask, **recipe["request"])

    assert np.array_equal(np.asarray(first.image), np.asarray(again.image))


def png(side: int, text: str) -> bytes:
    """The file of a square picture whose pixels nobody has come to write."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    said = KEYWORD.encode() + b"\0" + text.encode()
    parts = ((b"IHDR", header), (b"tEXt", said), (b"IDAT", zlib.compress(b"")), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )


@pytest.mark.parametrize(
    ("side", "text", "recipe"),
    [
        (100, '{"index": 1}', {"index": 1}),
        (10_000, '{"index": 1}', {"index": 1}),
        (14_000, '{"index": 1}', None),
        (100, "[" * 100_000, None),
    ],
    ids=["small", "large", "beyond Pillow's limit", "nested"],
)
@pytest.mark.filterwarnings("error")
def test_a_recipe_that_can_not_be_read_is_none(
    tmp_path: Path, side: int, text: str, recipe: dict[str, int] | None
) -> None:
    (tmp_path / "there.png").write_bytes(png(side, text))

    assert recipe_in(tmp_path / "there.png") == recipe


@pytest.mark.parametrize("suffix", ["png", "tif"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_pixels_are_what_they_are_without_it(
    tmp_path: Path, suffix: str, dtype: type[np.uint8], channels: int
) -> None:
    picture = Picture(noise(12, 9, channels, dtype=dtype))
    signed = Provenance({"request": {"prompt": "x"}}, is_trained=True)

    write_picture(picture, tmp_path / f"plain.{suffix}")
    path = write_picture(picture, tmp_path / f"signed.{suffix}", provenance=signed)

    assert np.array_equal(read_picture(path).pixels, picture.pixels)
    assert np.array_equal(
        read_picture(path).pixels, read_picture(tmp_path / f"plain.{suffix}").pixels
    )
    assert said(path, IPTC) == TRAINED


HIDDEN: dict[str, JsonValue] = {
    "image": "/home/ann/photo.png",
    "control": "file:///home/ann/control.png",
    "lora": "C:\\Users\\Ann\\lora.bin",
    "share": "\\\\server\\ann",
    "mine": "~/ann.png",
    "seen": "data:image/png;base64,ANN",
    "hf_token": "canary-ann",
    "api_key": "canary-ann",
    "api_keys": ["canary-ann"],
    "authorization": {"bearer": "canary-ann"},
}


def test_no_path_no_picture_and_no_key_is_in_it() -> None:
    made = Provenance(
        {"request": {"extra": HIDDEN | {"list": [HIDDEN], "cfg": 3}}}, is_trained=True
    )

    assert json.loads(made.text) == {"request": {"extra": {"list": [{}], "cfg": 3}}}
    assert b"ann" not in made.xmp.lower().replace(b"rdf:about", b"")


def test_neither_is_in_the_recipe_that_a_layer_keeps() -> None:
    image = noise(64, 64, 3)
    hole = np.zeros((64, 64), np.uint8)
    hole[20:40, 20:40] = 255

    # The engine reads the picture's own name.
    extra: dict[str, JsonValue] = {name: HIDDEN[name] for name in HIDDEN if name != "image"}

    result = overpaint.inpaint(image, hole, extra=extra | {"max_tokens": 3})

    assert recipe_of(result)["request"]["extra"] == {"max_tokens": 3}


@given(st.text(st.characters(exclude_categories=())))
def test_whatever_is_asked_for_the_packet_is_xml(prompt: str) -> None:
    made = Provenance({"request": {"prompt": prompt}}, is_trained=True)

    content = made.xmp

    # Two halves that meet are one character.
    whole = prompt.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    packet = ET.fromstring(content[content.index(b"<x:") : content.index(b"<?xpacket end")])  # noqa: S314  our own
    assert json.loads(next(packet.iter(RECIPE)).text or "")["request"]["prompt"] == whole
