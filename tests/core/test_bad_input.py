"""What comes in broken ends in a sentence: every door for a moment, and what fuzzing found."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fuzz.door import refusals
from fuzz.doors import NAMES, door_named
from fuzz.pictures import bomb, encoded, samples
from overpaint.credentials import Secret, keys_path, recall
from overpaint.encoding import decode_data_uri
from overpaint.errors import ConfigurationError, ImageError, InputError, OutputError
from overpaint.images import read_picture
from overpaint.job import prepare
from overpaint.models import adapter_for
from overpaint.models.catalogue import FILL_VERSION
from overpaint.models.schema import adapter_from_schema
from overpaint.registry import add_endpoint
from overpaint.request import PaintRequest

# More where it is quick: these start a process an input, or paint.
FEW = {
    "worker": 40,
    "editor": 25,
    "server create": 40,
    "answers": 60,
    "journal": 60,
    "job files": 40,
}


# The framework leaves the closing of a file cut short to the collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", NAMES)
def test_whatever_comes_through_a_door_ends_well_or_in_a_sentence(name: str) -> None:
    door_named(name).rehearse(FEW.get(name, 200))


@pytest.mark.parametrize("name", [name for name, _ in samples()])
def test_a_picture_of_any_kind_is_read_or_refused_in_a_sentence(name: str, tmp_path: Path) -> None:
    path = tmp_path / "renamed.png"
    path.write_bytes(dict(samples())[name])

    with refusals():
        assert 0 not in read_picture(path).pixels.shape


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(ImageError, match="megapixels"):
        read_picture(bomb(60_000, 60_000))


def test_a_tiff_with_much_wrong_is_refused_in_a_sentence_and_not_in_a_page() -> None:
    said = [(256, 4, 2), (257, 4, 1), (258, 3, 16), (262, 3, 1), (273, 4, 8), (279, 4, 4)]
    said += [(tag, 99, 0) for tag in range(60_000, 60_080)]
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in said)
    content = b"II*\0" + struct.pack("<IIH", 12, 0, len(said)) + entries + bytes(4)

    with pytest.raises(ImageError) as caught:
        read_picture(content)

    assert len(str(caught.value)) < 300


def test_a_tiff_that_lacks_strips_is_refused_and_not_filled_with_black() -> None:
    whole = encoded(Image.new("L", (9, 7), 200), "TIFF")
    height = struct.pack("<HHII", 257, 4, 1, 7)
    taller = whole.replace(height, struct.pack("<HHII", 257, 4, 1, 4_000_007))

    with pytest.raises(ImageError, match="missing"):
        read_picture(taller)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_tiff_whichever_way_up_is_whole_or_not(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    whole = encoded(Image.new("L", (9, 7), 200), "TIFF", exif=exif)
    height = struct.pack("<HHII", 257, 4, 1, 7)
    taller = whole.replace(height, struct.pack("<HHII", 257, 4, 1, 4_000_007))

    assert sorted(read_picture(whole).extent) == [7, 9]
    with pytest.raises(ImageError, match="missing"):
        read_picture(taller)


def test_no_other_program_is_started_for_a_picture() -> None:
    with pytest.raises(ImageError, match="of a kind that can't be read"):
        read_picture(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n")


@pytest.mark.skipif(os.name != "posix", reason="no such files there")
def test_what_is_no_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(ImageError, match="is not a file"):
            read_picture(path)


def test_a_file_that_would_fill_the_memory_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "disk.png").open("wb") as file:
        file.truncate(2**31 + 1)

    with pytest.raises(ImageError, match="larger than 2 GiB"):
        read_picture(tmp_path / "disk.png")


def test_a_data_uri_holds_ascii_only() -> None:
    with pytest.raises(OutputError, match="damaged"):
        decode_data_uri("data:image/png;base64,é")


def test_keys_nested_beyond_reason_are_refused(settings_folder: Path) -> None:
    settings_folder.mkdir()
    keys_path().write_text("[" * 100_000)
    keys_path().chmod(0o600)

    with pytest.raises(ConfigurationError, match="can't be read"):
        recall(Secret("a", "https://a.example/v1"))


def test_an_address_that_no_file_can_hold_is_refused(settings_folder: Path) -> None:
    with pytest.raises(ConfigurationError):
        add_endpoint("a", "https://a.example/\udcfd")

    assert not (settings_folder / "settings.toml").exists()


def test_a_canvas_does_not_grow_past_the_largest_picture() -> None:
    request = PaintRequest.read({"left": 16384, "up": 16384})
    picture = np.zeros((8, 8, 3), np.uint8)
    adapter = adapter_for(FILL_VERSION)

    with pytest.raises(InputError, match="200 megapixels"):
        prepare(request, picture, None, adapter=adapter, version=FILL_VERSION)


@pytest.mark.parametrize("name", ["allOf", "enum", "required"])
def test_a_published_schema_may_hold_anything(name: str) -> None:
    odd = {"description": "x", name: 1.5}
    published = {"properties": {"image": odd, "mask": odd, "width": odd}, name: 1.5}

    adapter = adapter_from_schema({"components": {"schemas": {"Input": published}}}, model="a/b")

    assert (adapter.image, adapter.mask) == ("image", "mask")
