"""Reading pictures and masks, every way they can come, and every way they can't."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from overpaint.errors import ImageError, OutputError
from overpaint.files import check_writable, write_picture
from overpaint.geometry import Extent
from overpaint.images import Picture, read_mask, read_picture, to_pillow

RNG = np.random.default_rng(4)


def noise(channels: int = 3) -> NDArray[np.uint8]:
    return RNG.integers(0, 256, (12, 9, channels)).astype(np.uint8)


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_a_picture_is_the_same_from_a_file_from_bytes_from_pillow_and_from_an_array(
    channels: int, tmp_path: Path
) -> None:
    pixels = noise(channels)
    image = to_pillow(Picture(pixels))
    image.save(tmp_path / "photo.png")

    sources = (tmp_path / "photo.png", str(tmp_path / "photo.png"), encoded(image), image, pixels)

    for source in sources:
        assert (read_picture(source).pixels == pixels).all()


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP", "TGA", "PPM"])
def test_kinds_without_loss_come_as_they_are(kind: str) -> None:
    pixels = noise()

    assert (read_picture(encoded(Image.fromarray(pixels), kind)).pixels == pixels).all()


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "GIF", "AVIF", "JPEG2000"])
def test_kinds_with_loss_are_read_too(kind: str) -> None:
    picture = read_picture(encoded(Image.fromarray(noise()), kind))

    assert picture.extent == Extent(9, 12)
    assert picture.color_channels == 3


def test_a_profile_that_is_not_of_the_pixels_as_they_are_read_does_not_stay() -> None:
    content = encoded(Image.new("CMYK", (4, 3), (10, 20, 30, 40)), "TIFF", icc_profile=b"of inks")

    picture = read_picture(content)

    assert (picture.color_channels, picture.icc) == (3, None)


@pytest.mark.parametrize(
    ("mode", "channels"),
    [("1", 1), ("P", 3), ("CMYK", 3), ("LAB", 3), ("YCbCr", 3), ("LA", 2), ("RGBA", 4)],
)
def test_every_mode_comes_to_one_of_four_layouts(mode: str, channels: int) -> None:
    image = Image.fromarray(noise())
    image = image.convert("L").convert("LA") if mode == "LA" else converted(image, mode)

    assert read_picture(image).pixels.shape == (12, 9, channels)


def converted(image: Image.Image, mode: str) -> Image.Image:
    return Image.new("LAB", image.size, (50, 0, 0)) if mode == "LAB" else image.convert(mode)


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_one_transparent_colour_becomes_an_alpha_channel(mode: str) -> None:
    image = Image.new(mode, (3, 2), "white")
    image.putpixel((1, 1), 0 if mode == "L" else (0, 0, 0))
    content = encoded(image, transparency=0 if mode == "L" else (0, 0, 0))

    picture = read_picture(content)

    assert picture.has_alpha
    assert picture.pixels[1, 1, -1] == 0
    assert picture.pixels[0, 0, -1] == 255


def test_the_orientation_is_applied_and_not_written_again() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Overpaint"
    pixels = noise()

    picture = read_picture(encoded(Image.fromarray(pixels), exif=exif))

    kept = Image.Exif()
    kept.load(picture.exif or b"")
    assert (picture.pixels == np.rot90(pixels, -1)).all()
    assert kept[0x010F] == "Overpaint"
    assert 0x0112 not in kept


def test_an_animation_gives_its_first_frame() -> None:
    frames = [Image.new("RGB", (4, 4), color) for color in ("red", "blue")]
    content = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])

    assert read_picture(content).pixels[0, 0].tolist()[:3] == [255, 0, 0]


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((4, 4), np.float32),
        np.zeros((4, 4), np.int64),
        np.zeros((4, 4, 5), np.uint8),
        np.zeros((0, 4, 3), np.uint8),
        np.zeros((4,), np.uint8),
        np.zeros((2, 4, 4, 3), np.uint8),
    ],
)
def test_an_array_that_is_no_picture_is_refused(array: NDArray[np.uint8]) -> None:
    with pytest.raises(ImageError):
        read_picture(array)


@pytest.mark.parametrize(
    "address",
    ["https://host.example/photo.png", "HTTP://x/y", "file:///photo.png", "data:image/png,A"],
)
def test_an_address_is_refused_with_what_to_do(address: str) -> None:
    with pytest.raises(ImageError, match="is an address") as caught:
        read_picture(address)

    assert "Download it" in caught.value.hint


def test_an_array_of_truths_is_a_mask() -> None:
    mask = np.zeros((4, 5), bool)
    mask[1, 2] = True

    assert read_mask(mask, Extent(5, 4)).tolist()[1] == [0, 0, 255, 0, 0]


def test_a_selection_saved_as_transparency_is_its_transparency() -> None:
    pixels = np.zeros((4, 4, 4), np.uint8)
    pixels[1, 1, 3], pixels[2, 2, 3] = 255, 100

    mask = read_mask(pixels, Extent(4, 4))

    assert (mask[1, 1], mask[2, 2], int(mask.sum())) == (255, 100, 355)


def strokes(color: tuple[int, int, int]) -> NDArray[np.uint8]:
    """A soft-edged stroke of a colour on an empty layer, as editors export one."""
    pixels = np.zeros((4, 6, 4), np.uint8)
    pixels[1:3, 1:5] = (*color, 255)
    pixels[1:3, 4, 3] = 100
    return pixels


@pytest.mark.parametrize("color", [(255, 255, 255), (0, 0, 0), (200, 0, 0)])
def test_strokes_on_transparent_ground_are_painted_in_whatever_colour(
    color: tuple[int, int, int],
) -> None:
    mask = read_mask(strokes(color), Extent(6, 4))

    assert mask.tolist()[1] == [0, 255, 255, 255, 100, 0]
    assert not mask[0].any()


def test_a_cut_out_is_painted_where_it_is_opaque() -> None:
    pixels = np.concatenate([noise(), np.full((12, 9, 1), 255, np.uint8)], axis=2)
    pixels[:4, ..., 3] = 0

    assert (read_mask(pixels, Extent(9, 12)) == pixels[..., 3]).all()


def test_black_and_white_on_transparent_ground_can_be_read_in_two_ways_and_is_refused() -> None:
    pixels = strokes((255, 255, 255))
    pixels[1, 1, :3] = 0

    with pytest.raises(ImageError, match="either way"):
        read_mask(pixels, Extent(6, 4))


def test_a_black_mask_is_turned_round_before_it_is_called_empty() -> None:
    black = np.zeros((4, 6), np.uint8)

    assert read_mask(black, Extent(6, 4), inverted=True).min() == 255
    with pytest.raises(ImageError, match="white all over and turned round"):
        read_mask(255 - black, Extent(6, 4), inverted=True)


@pytest.mark.parametrize("channels", [2, 4])
def test_a_mask_nothing_is_painted_on_is_called_transparent_and_not_black(channels: int) -> None:
    with pytest.raises(ImageError, match="transparent all over") as caught:
        read_mask(np.zeros((4, 6, channels), np.uint8), Extent(6, 4))

    assert "invert" not in caught.value.hint


def test_a_coloured_mask_counts_by_its_brightness() -> None:
    pixels = np.zeros((2, 2, 3), np.uint8)
    pixels[0, 0], pixels[0, 1] = (255, 255, 255), (255, 0, 0)

    mask = read_mask(pixels, Extent(2, 2))

    assert mask[0, 0] == 255
    assert 60 < mask[0, 1] < 90


@pytest.mark.parametrize("suffix", [".png", ".webp", ".tif", ".jpg"])
def test_pixels_and_profile_and_metadata_come_through_a_file(tmp_path: Path, suffix: str) -> None:
    is_lossy = suffix == ".jpg"
    exif = Image.Exif()
    exif[0x010F], exif[0x8769] = "Overpaint", {0x9003: "2026:11:28 12:00:00"}  # as a camera's
    pixels = noise(3 if is_lossy else 4)
    pixels[:3, :, 3:] = 0  # with colours hidden under it
    picture = Picture(pixels, icc=b"a profile", exif=exif.tobytes())

    again = read_picture(write_picture(picture, tmp_path / f"out{suffix}"))

    assert is_lossy or (again.pixels == picture.pixels).all()
    assert again.icc == picture.icc
    kept = Image.Exif()
    kept.load(again.exif or b"")
    assert kept[0x010F] == "Overpaint"


def test_a_failed_write_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "out.png"
    path.write_bytes(b"precious")

    with pytest.raises(OutputError, match="exists already"):
        write_picture(Picture(noise()), path)

    assert path.read_bytes() == b"precious"
    assert list(tmp_path.glob("*out*")) == [path]


@pytest.mark.skipif(sys.platform != "linux", reason="a descriptor's name is told by Linux only")
def test_a_picture_and_its_name_have_reached_the_disk_when_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out.png"
    happened: list[tuple[str, bool]] = []
    settle = os.fsync

    def fsync(descriptor: int) -> None:
        name = Path(f"/proc/self/fd/{descriptor}").readlink().name
        happened.append((name.partition("-")[0], path.exists()))
        settle(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    write_picture(Picture(noise()), path)

    assert happened == [(".overpaint", False), (tmp_path.name.partition("-")[0], True)]


@pytest.fixture
def private() -> Iterator[None]:
    """A person whose files nobody else may read, and threads that take turns at every step."""
    umask, usual = os.umask(0o077), sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)
    os.umask(umask)


@pytest.mark.skipif(os.name != "posix", reason="files have no such modes there")
@pytest.mark.usefixtures("private")
def test_files_written_side_by_side_are_as_private_as_the_person_has_it(tmp_path: Path) -> None:
    def write(number: int) -> int:
        path = write_picture(Picture(np.zeros((1, 1, 3), np.uint8)), tmp_path / f"{number}.png")
        return path.stat().st_mode & 0o777

    with ThreadPoolExecutor(8) as threads:
        modes = set(threads.map(write, range(400)))

    assert modes == {0o600}


def test_transparency_is_not_written_where_it_is_lost(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="transparency"):
        check_writable(tmp_path / "out.jpg", alpha=True)
