"""What a file says beside its pixels comes out as it went in."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PIL.ExifTags import IFD, Base

import overpaint
from overpaint import depth
from overpaint.files import write_picture
from overpaint.images import read_picture
from overpaint.metadata import resolution_of

PIXELS = np.random.default_rng(6).integers(0, 256, (12, 9, 3)).astype(np.uint8)
KINDS = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp", "TIFF": ".tif"}


def encoded(kind: str, exif: Image.Exif | bytes | None = None, **options: Any) -> bytes:  # noqa: ANN401
    buffer = io.BytesIO()
    Image.fromarray(PIXELS).save(buffer, kind, exif=exif or Image.Exif(), **options)
    return buffer.getvalue()


def by_ann(orientation: int | None) -> Image.Exif:
    exif = Image.Exif()
    exif[Base.Artist], exif[Base.Copyright] = "Ann", "Ann's"
    if orientation:
        exif[Base.Orientation] = orientation
    return exif


@pytest.mark.parametrize("orientation", [None, 1, 3, 6])
@pytest.mark.parametrize("kind", KINDS)
def test_who_made_a_picture_is_kept_whichever_way_up_it_was(
    kind: str, orientation: int | None, tmp_path: Path
) -> None:
    picture = read_picture(encoded(kind, by_ann(orientation)))

    for suffix in KINDS.values():
        with Image.open(write_picture(picture, tmp_path / f"out{suffix}", force=True)) as out:
            kept = out.getexif()
            assert (kept[Base.Artist], kept[Base.Copyright]) == ("Ann", "Ann's")
            assert kept.get(Base.Orientation, 1) == 1


def test_when_and_where_a_photo_was_taken_is_kept(tmp_path: Path) -> None:
    exif = by_ann(None)
    exif.get_ifd(IFD.Exif)[Base.DateTimeOriginal] = "2026:11:28 12:00:00"
    exif.get_ifd(IFD.GPSInfo)[1] = "N"

    path = write_picture(read_picture(encoded("JPEG", exif)), tmp_path / "out.png")

    with Image.open(path) as out:
        assert out.getexif().get_ifd(IFD.Exif)[Base.DateTimeOriginal] == "2026:11:28 12:00:00"
        assert out.getexif().get_ifd(IFD.GPSInfo)[1] == "N"


def test_a_result_says_who_made_the_picture_and_how_it_was_painted(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(encoded("JPEG", by_ann(6), dpi=(300, 300)))
    mask = np.zeros((9, 12), np.uint8)
    mask[3:6, 3:6] = 255

    result = overpaint.inpaint(tmp_path / "photo.jpg", mask, seed=1)

    for suffix in KINDS.values():
        with Image.open(result.save(tmp_path / f"out{suffix}")) as out:
            assert out.getexif()[Base.Artist] == "Ann"
            assert b"digitalsourcetype" in (tmp_path / f"out{suffix}").read_bytes()


def test_how_a_tiff_lies_in_its_file_is_not_said_of_the_picture() -> None:
    exif = Image.Exif()
    exif.load(read_picture(encoded("TIFF", by_ann(None))).exif or b"")

    assert exif[Base.Artist] == "Ann"
    assert not {Base.ImageWidth, Base.StripOffsets, Base.StripByteCounts} & set(exif)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_a_picture_is_printed_as_large_as_before(kind: str, tmp_path: Path) -> None:
    picture = read_picture(encoded(kind, dpi=(300, 240)))

    for suffix in (".png", ".jpg", ".tif"):
        with Image.open(write_picture(picture, tmp_path / f"out{suffix}", force=True)) as out:
            assert out.info["dpi"] == pytest.approx((300, 240), abs=0.1)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_a_picture_of_16_bits_is_printed_as_large_as_before(kind: str, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[Base.XResolution], exif[Base.YResolution], exif[Base.ResolutionUnit] = 300.0, 300.0, 2
    samples = depth.in_sixteen(PIXELS)
    picture = read_picture(depth.encoded(samples, kind, icc=None, exif=exif.tobytes()))

    for suffix in (".png", ".tif"):
        with Image.open(write_picture(picture, tmp_path / f"out{suffix}", force=True)) as out:
            assert out.info["dpi"] == pytest.approx((300, 300), abs=0.1)


# The kind of an artist's name, or of the resolution, is another than it should be; a block or a
# value lies past the end; there is no end.
DAMAGE = [
    (b"\x01\x3b\x00\x02", b"\x01\x3b\x00\x05"),
    (b"\x01\x3b\x00\x02", b"\x01\x3b\x00\x0c"),
    (b"\x01\x1a\x00\x05", b"\x01\x1a\x00\x02"),
    (b"\x01\x1a\x00\x05", b"\x01\x1a\x00\x07"),
    (b"MM\x00\x2a\x00\x00\x00\x08", b"MM\x00\x2a"),
    (b"MM\x00\x2a\x00\x00\x00\x08", b"MM\x00\x2a\xff\xff\xff\xff"),
]


@pytest.mark.parametrize(("whole", "damaged"), DAMAGE)
@pytest.mark.parametrize("orientation", [None, 6])
def test_a_picture_is_not_lost_over_odd_metadata(
    whole: bytes, damaged: bytes, orientation: int | None, tmp_path: Path
) -> None:
    exif = by_ann(orientation)
    exif.endian = ">"
    exif[Base.XResolution], exif[Base.YResolution], exif[Base.ResolutionUnit] = 300.0, 300.0, 2
    said = exif.tobytes()
    assert whole in said

    picture = read_picture(encoded("PNG", said.replace(whole, damaged)))

    assert sorted(picture.extent) == [9, 12]
    for suffix in KINDS.values():
        write_picture(picture, tmp_path / f"out{suffix}")


def test_a_jpeg_without_what_it_can_not_hold_is_better_than_none(tmp_path: Path) -> None:
    exif = by_ann(None)
    exif[Base.ImageDescription] = "long " * 20_000

    path = write_picture(read_picture(encoded("PNG", exif)), tmp_path / "out.jpg")

    assert read_picture(path).exif is None


def test_a_photo_that_does_not_say_how_large_it_is_printed_is_not_said_to_be() -> None:
    picture = read_picture(encoded("JPEG", by_ann(None)))

    assert resolution_of(picture.exif) is None


@pytest.mark.parametrize(
    ("across", "unit", "said"),
    [(300.0, 2, (300, 300)), (100.0, 3, (254, 254)), (1.0, 1, None), (0.0, 2, None)],
)
def test_a_resolution_is_told_in_inches_or_not_at_all(
    across: float, unit: int, said: tuple[float, float] | None
) -> None:
    exif = Image.Exif()
    exif[Base.XResolution] = exif[Base.YResolution] = across
    exif[Base.ResolutionUnit] = unit

    assert resolution_of(exif.tobytes()) == (said and pytest.approx(said))
