"""The main job through the real command line, on real photos: Shows 3 and 4 of the first issue."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skimage.data
import sklearn.datasets
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from fakes.serving import serving

Pixels = NDArray[np.uint8]


def china() -> Pixels:
    return np.asarray(sklearn.datasets.load_sample_images().images[0], np.uint8)


def flower() -> Pixels:
    return np.asarray(sklearn.datasets.load_sample_images().images[1], np.uint8)


PHOTOS: dict[str, Callable[[], Pixels]] = {
    "coffee": skimage.data.coffee,
    "chelsea": skimage.data.chelsea,
    "astronaut": skimage.data.astronaut,
    "china": china,
    "flower": flower,
}


def blob(width: int, height: int) -> Image.Image:
    """A soft-edged oval near the middle."""
    mask = Image.new("L", (width, height))
    pen = ImageDraw.Draw(mask)
    for step in range(8):
        box = (width * 0.4 + step, height * 0.4 + step, width * 0.6 - step, height * 0.65 - step)
        pen.ellipse(box, fill=(step + 1) * 255 // 8)
    return mask


def thin(width: int, height: int) -> Image.Image:
    """Two scratches and a word."""
    mask = Image.new("L", (width, height))
    pen = ImageDraw.Draw(mask)
    pen.line((10, 20, width // 2, height // 2, width - 30, height // 3), fill=255, width=3)
    pen.line((width // 4, height - 10, width // 3, 30), fill=255, width=2)
    pen.text((width // 2, height * 0.7), "SAMPLE", fill=255, font_size=28)
    return mask


def border(width: int, height: int) -> Image.Image:
    """A strip along the right edge."""
    mask = Image.new("L", (width, height))
    ImageDraw.Draw(mask).rectangle((width * 0.88, 0, width, height), fill=255)
    return mask


MASKS = {"blob": blob, "thin": thin, "border": border}


def overpaint(*arguments: str | Path) -> dict[str, Any]:
    """Run the command line, insist on success, and return its JSON."""
    done = subprocess.run(
        [sys.executable, "-m", "overpaint", *map(str, arguments), "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def sha256(pixels: Pixels) -> str:
    return hashlib.sha256(np.ascontiguousarray(pixels).tobytes()).hexdigest()


@pytest.mark.parametrize("shape", MASKS)
@pytest.mark.parametrize("photo", PHOTOS)
def test_nothing_outside_the_mask_changes_and_the_layer_makes_the_picture(
    photo: str, shape: str, tmp_path: Path
) -> None:
    original = Image.fromarray(PHOTOS[photo]())
    mask = MASKS[shape](*original.size)
    original.save(tmp_path / "photo.png")
    mask.save(tmp_path / "mask.png")

    report = overpaint(
        "fill", tmp_path / "photo.png", tmp_path / "mask.png",
        "-o", tmp_path / "out.png", "--layer", tmp_path / "layer.png", "--seed", "7",
    )  # fmt: skip

    before, out = np.asarray(original), np.asarray(Image.open(tmp_path / "out.png"))
    layer = Image.open(tmp_path / "layer.png")
    outside, inside = np.asarray(mask) == 0, np.asarray(mask) > 200
    over = Image.alpha_composite(original.convert("RGBA"), layer).convert("RGB")
    assert report["seed"] == 7
    assert sha256(out[outside]) == sha256(before[outside])
    assert sha256(np.asarray(over)) == sha256(out)
    assert np.mean(out[inside] != before[inside]) > 0.5


@pytest.mark.parametrize("photo", ["coffee", "china"])
def test_expanding_keeps_the_originals_pixels(photo: str, tmp_path: Path) -> None:
    original = Image.fromarray(PHOTOS[photo]())
    original.save(tmp_path / "photo.png")

    overpaint(
        "expand", tmp_path / "photo.png",
        "--left", "128", "--right", "128", "-o", tmp_path / "out.png",
    )  # fmt: skip

    out = np.asarray(Image.open(tmp_path / "out.png"))
    assert out.shape == (original.height, original.width + 256, 3)
    assert sha256(out[:, 128:-128]) == sha256(np.asarray(original))
    assert out[:, :128].std() > 0


def test_the_demo_fills_its_photo_under_the_mask_alone_and_shows_both(tmp_path: Path) -> None:
    report = overpaint("demo", "-o", tmp_path / "demo")

    before, filled, sheet = (
        np.asarray(Image.open(tmp_path / "demo" / name).convert("RGB"))
        for name in ("photo.jpg", "filled.png", "before-after.png")
    )
    mask = np.asarray(Image.open(tmp_path / "demo" / "mask.png"))
    assert report["sent"]["endpoint"] == "embedded"
    assert sha256(filled[mask == 0]) == sha256(before[mask == 0])
    assert np.mean(filled[mask > 200] != before[mask > 200]) > 0.5
    # The rocket was the brightest thing there; the night sky behind it is dark.
    assert filled[mask > 200].mean() < before[mask > 200].mean() / 1.3
    assert sheet.shape[1] > 2 * before.shape[1]


def test_a_served_engine_paints_the_same_bytes_as_the_one_inside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Image.fromarray(PHOTOS["coffee"]())
    original.save(tmp_path / "photo.png")
    blob(*original.size).save(tmp_path / "mask.png")
    command = ("fill", tmp_path / "photo.png", tmp_path / "mask.png", "--seed", "11", "-o")

    inside = overpaint(*command, tmp_path / "inside.png")
    with serving(key=None) as server:
        monkeypatch.setenv("OVERPAINT_ENDPOINT", f"{server.address}/replicate/v1")
        served = overpaint(*command, tmp_path / "served.png")

    one, two = ((tmp_path / f"{name}.png").read_bytes() for name in ("inside", "served"))
    assert inside["sent"]["endpoint"] != served["sent"]["endpoint"]
    assert inside["sent"]["size"] == served["sent"]["size"]
    assert one == two, "a file says only what is true of every run of its recipe"
