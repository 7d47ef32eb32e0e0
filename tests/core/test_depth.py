"""16 bits a channel, from file to file: nothing outside the mask loses a bit, nor its profile."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray
from PIL import Image

from overpaint import depth
from overpaint.color import document_colors, model_colors
from overpaint.errors import ImageError, OutputError
from overpaint.files import check_writable, write_picture
from overpaint.images import Picture, read_mask, read_picture, to_pillow

Samples = NDArray[np.uint16]
RNG = np.random.default_rng(11)
WIDE: bytes = pyvips.Image.profile_load("p3")


def ramps(channels: int, height: int = 120, width: int = 160) -> Samples:
    """Soft colours with noise in their lowest bits; a fully opaque and a transparent part."""
    y, x = np.mgrid[:height, :width]
    waves = [np.sin(x / 23 + c) + np.cos(y / 17 - c) for c in range(channels)]
    levels = 32768 + 9000 * np.stack(waves, axis=2) + RNG.integers(-300, 300, (height, width, 1))
    samples = levels.astype(np.uint16)
    if channels in (2, 4):
        samples[..., -1] = np.where(x < width // 3, 0, 65535)
        samples[..., -1][: height // 3] = 30001
    return samples


def hole(height: int = 120, width: int = 160) -> NDArray[np.uint8]:
    mask = np.zeros((height, width), np.uint8)
    mask[40:80, 50:110] = 255
    mask[38:40, 50:110] = 90
    return mask


def sha256(samples: NDArray[Any]) -> str:
    return hashlib.sha256(np.ascontiguousarray(samples).tobytes()).hexdigest()


def overpaint(*arguments: str | Path) -> tuple[int, dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "overpaint", *map(str, arguments), "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, report


@pytest.mark.parametrize("suffix", [".png", ".tif"])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_filling_a_deep_picture_keeps_depth_profile_and_every_pixel_outside_the_mask(
    channels: int, suffix: str, tmp_path: Path
) -> None:
    samples, profile = ramps(channels), WIDE if channels > 2 else None
    photo, out, layer = (tmp_path / f"{name}{suffix}" for name in ("photo", "out", "layer"))
    write_picture(Picture(samples, profile), photo)
    Image.fromarray(hole()).save(tmp_path / "mask.png")

    code, report = overpaint(
        "fill", photo, tmp_path / "mask.png", "-o", out, "--layer", layer, "--seed", "3"
    )

    assert code == 0, report
    final, painted = read_picture(out), read_picture(layer)
    outside = hole() == 0
    assert final.pixels.dtype == np.uint16
    assert final.icc == profile
    assert sha256(final.pixels[outside]) == sha256(samples[outside])
    assert (final.pixels[hole() == 255] != samples[hole() == 255]).mean() > 0.5
    assert painted.pixels.dtype == np.uint16
    assert not painted.pixels[outside].any()
    if channels in (1, 3):
        assert sha256(laid_over(samples, painted.pixels)) == sha256(final.pixels)


def laid_over(below: Samples, layer: Samples) -> Samples:
    """What an editor makes of a straight layer over an opaque picture."""
    alpha = layer[..., -1:].astype(np.float64) / 65535
    return np.rint(layer[..., :-1] * alpha + below * (1 - alpha)).astype(np.uint16)


def test_expanding_a_deep_picture_keeps_every_pixel(tmp_path: Path) -> None:
    samples = ramps(3)
    write_picture(Picture(samples, WIDE), tmp_path / "photo.png")

    code, report = overpaint(
        "expand", tmp_path / "photo.png", "--left", "40", "-o", tmp_path / "out.png"
    )

    assert code == 0, report
    assert sha256(read_picture(tmp_path / "out.png").pixels[:, 40:]) == sha256(samples)


def test_a_deep_picture_is_not_written_where_its_depth_is_lost(tmp_path: Path) -> None:
    write_picture(Picture(ramps(3)), tmp_path / "photo.png")
    Image.fromarray(hole()).save(tmp_path / "mask.png")

    code, report = overpaint(
        "fill", tmp_path / "photo.png", tmp_path / "mask.png", "-o", tmp_path / "out.jpg"
    )

    assert code == 2
    assert "16" in report["error"]["message"]
    assert not (tmp_path / "out.jpg").exists()
    with pytest.raises(OutputError):
        check_writable(tmp_path / "out.webp", deep=True)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_what_is_written_deep_is_read_back_as_it_was(channels: int, kind: str) -> None:
    samples = RNG.integers(0, 65536, (31, 47, channels)).astype(np.uint16)
    profile = WIDE if channels > 2 else None

    content = depth.encoded(samples, kind, icc=profile, exif=None)

    picture = read_picture(content)
    assert sha256(picture.pixels) == sha256(samples)
    assert picture.icc == profile
    assert picture.exif is None


def test_metadata_comes_through_and_the_orientation_is_applied(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Overpaint"
    samples = ramps(3, 30, 50)
    content = depth.encoded(samples, "PNG", icc=None, exif=exif.tobytes())

    picture = read_picture(content)
    again = read_picture(write_picture(picture, tmp_path / "out.png"))

    assert picture.extent == (30, 50)
    assert sha256(picture.pixels) == sha256(np.rot90(samples, -1))
    assert sha256(again.pixels) == sha256(picture.pixels)
    kept = Image.Exif()
    kept.load(again.exif or b"")
    assert kept[0x010F] == "Overpaint"
    assert kept.get(0x0112, 1) == 1


DEEP = ramps(3)


def tiff(**options: Any) -> bytes:  # noqa: ANN401  libvips' own
    picture = pyvips.Image.new_from_array(DEEP).copy(interpretation="rgb16")
    return bytes(picture.write_to_buffer(".tif", **options))


@pytest.mark.parametrize("compression", ["none", "lzw", "deflate", "packbits"])
def test_every_usual_compression_of_a_deep_tiff_is_read(compression: str) -> None:
    assert sha256(read_picture(tiff(compression=compression)).pixels) == sha256(DEEP)


def float_tiff() -> bytes:
    return bytes(pyvips.Image.new_from_array(ramps(3)).cast("float").write_to_buffer(".tif"))


def cmyk_tiff() -> bytes:
    picture = pyvips.Image.new_from_array(ramps(4)).copy(interpretation="cmyk")
    return bytes(picture.write_to_buffer(".tif"))


def pixmap() -> bytes:
    return b"P6\n# deep\n2 2\n65535\n" + bytes(24)


def ten_bit_avif() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(buffer, "AVIF")
    return buffer.getvalue().replace(b"pixi\0\0\0\0\3\x08", b"pixi\0\0\0\0\3\x0a")


def jpeg_2000() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.zeros((8, 8), np.uint16)).save(buffer, "JPEG2000")
    return buffer.getvalue()


@pytest.mark.parametrize("make", [float_tiff, cmyk_tiff, pixmap, ten_bit_avif, jpeg_2000])
def test_a_depth_that_can_not_be_kept_is_refused_and_never_lost(make: Any) -> None:  # noqa: ANN401
    with pytest.raises(ImageError, match="bits a channel"):
        read_picture(make())


@pytest.mark.parametrize("share", [0.3, 0.9])
@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_half_a_deep_picture_is_refused(kind: str, share: float) -> None:
    content = depth.encoded(ramps(3), kind, icc=None, exif=None)

    with pytest.raises(ImageError, match="can't be read"):
        read_picture(content[: int(len(content) * share)])


def test_a_deep_mask_selects_whatever_is_not_nought() -> None:
    samples = np.zeros((6, 8, 1), np.uint16)
    samples[2, 3], samples[2, 4], samples[2, 5] = 1, 32768, 65535

    mask = read_mask(
        depth.encoded(samples, "PNG", icc=None, exif=None), read_picture(samples).extent
    )

    assert mask[2, 2:7].tolist() == [0, 1, 128, 255, 0]


def test_every_step_of_8_bits_survives_16_and_back() -> None:
    steps = np.arange(256, dtype=np.uint8)

    assert (depth.in_eight(depth.in_sixteen(steps)) == steps).all()
    assert (depth.in_eight(depth.dithered(steps[None, :, None]))[0, :, 0] == steps).all()


def test_a_soft_ramp_is_dithered_not_stepped_and_the_same_each_time() -> None:
    ramp = np.repeat(np.linspace(100, 110, 400).astype(np.uint8)[None, :, None], 50, axis=0)

    spread = depth.dithered(ramp)

    assert len(np.unique(spread)) > 1000
    assert abs(float(spread.mean()) - 257 * float(ramp.mean())) < 10
    assert sha256(spread) == sha256(depth.dithered(ramp))


def test_a_wide_profile_goes_to_the_model_and_comes_back_within_a_step_of_8_bits() -> None:
    samples = ramps(3)

    seen = model_colors(samples, WIDE)
    back = document_colors(seen, WIDE, like=samples)

    assert np.abs(seen.astype(int) - depth.in_eight(samples)).max() > 3
    assert np.abs(back.astype(int) - samples).max() < 2.5 * 257
    assert abs(float((back.astype(int) - samples).mean())) < 20


def test_16_and_8_bits_of_one_colour_look_alike_to_the_model() -> None:
    samples = ramps(3)

    deep, shallow = model_colors(samples, WIDE), model_colors(depth.in_eight(samples), WIDE)

    assert np.abs(deep.astype(int) - shallow).max() <= 2


def test_a_picture_of_pillow_in_16_bits_keeps_them() -> None:
    samples = RNG.integers(0, 65536, (9, 7)).astype(np.uint16)

    picture = read_picture(Image.fromarray(samples))

    assert sha256(picture.pixels) == sha256(samples)
    assert to_pillow(picture).mode == "L"
