"""What can't be painted, by the command line: one sentence, one exit code, nothing left behind."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from overpaint.cli.app import _run

SIZE = (60, 40)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a good photo and a good mask, in which the commands run."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setenv("NO_COLOR", "1")
    random = np.random.default_rng(3)
    Image.fromarray(random.integers(0, 256, (40, 60, 3)).astype(np.uint8)).save(
        tmp_path / "photo.png"
    )
    mask = np.zeros((40, 60), np.uint8)
    mask[10:20, 20:35] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    return tmp_path


def overpaint(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "overpaint", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def png(width: int, height: int) -> bytes:
    """A head that promises so many pixels, and next to nothing behind it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1 + 3 * min(width, 10)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def nothing(folder: Path) -> None:
    """The folder as it is."""


def a_text_file(folder: Path) -> None:
    (folder / "photo.png").write_text("not a picture\n" * 50)


def an_empty_file(folder: Path) -> None:
    (folder / "photo.png").write_bytes(b"")


def a_truncated_photo(folder: Path) -> None:
    content = (folder / "photo.png").read_bytes()
    (folder / "photo.png").write_bytes(content[: len(content) // 2])


def a_truncated_mask(folder: Path) -> None:
    content = (folder / "mask.png").read_bytes()
    (folder / "mask.png").write_bytes(content[: len(content) // 2])


def a_truncated_jpeg(folder: Path) -> None:
    Image.open(folder / "photo.png").save(folder / "photo.jpg")
    content = (folder / "photo.jpg").read_bytes()
    (folder / "photo.png").write_bytes(content[: len(content) // 2])


def a_bomb(folder: Path) -> None:
    (folder / "photo.png").write_bytes(png(60_000, 60_000))


def no_pixels(folder: Path) -> None:
    (folder / "photo.png").write_bytes(png(0, 40))


def a_small_mask(folder: Path) -> None:
    Image.new("L", (30, 20), 255).save(folder / "mask.png")


def a_large_mask(folder: Path) -> None:
    Image.new("L", (600, 400), 255).save(folder / "mask.png")


def an_empty_mask(folder: Path) -> None:
    Image.new("L", SIZE, 0).save(folder / "mask.png")


def a_white_mask(folder: Path) -> None:
    Image.new("L", SIZE, 255).save(folder / "mask.png")


def a_folder_for_a_photo(folder: Path) -> None:
    (folder / "photo.png").unlink()
    (folder / "photo.png").mkdir()


def no_photo(folder: Path) -> None:
    (folder / "photo.png").unlink()


def no_mask(folder: Path) -> None:
    (folder / "mask.png").unlink()


def a_photo_below_a_file(folder: Path) -> None:
    (folder / "photo.png").rename(folder / "photo")


def a_transparent_photo(folder: Path) -> None:
    Image.open(folder / "photo.png").convert("RGBA").save(folder / "photo.png")


def a_long_photo(folder: Path) -> None:
    mask = Image.new("L", (17_000, 8), 0)
    Image.new("RGB", mask.size, 9).save(folder / "photo.png")
    mask.putpixel((3, 3), 255)
    mask.save(folder / "mask.png")


def an_output_that_exists(folder: Path) -> None:
    (folder / "out.png").write_bytes(b"precious")


def a_folder_at_the_output(folder: Path) -> None:
    (folder / "out.png").mkdir()


FILL = ("fill", "photo.png", "mask.png", "-o", "out.png")
EXPAND = ("expand", "photo.png", "-o", "out.png")
BAD_FILES: list[tuple[Callable[[Path], None], tuple[str, ...], str]] = [
    (no_photo, FILL, "There is no file photo.png"),
    (no_mask, FILL, "There is no file mask.png"),
    (a_folder_for_a_photo, FILL, "photo.png is a folder"),
    (a_photo_below_a_file, ("fill", "photo/x.png", "mask.png", "-o", "out.png"), "can't be read"),
    (a_text_file, FILL, "photo.png is not a picture"),
    (an_empty_file, FILL, "photo.png is empty"),
    (a_truncated_photo, FILL, "photo.png can't be read"),
    (a_truncated_jpeg, FILL, "photo.png can't be read"),
    (a_truncated_mask, FILL, "mask.png can't be read"),
    (a_bomb, FILL, "more than 200 megapixels"),
    (no_pixels, FILL, "photo.png"),
    (a_small_mask, FILL, "30 × 20 pixels and the picture 60 × 40"),
    (a_large_mask, FILL, "600 × 400 pixels and the picture 60 × 40"),
    (an_empty_mask, FILL, "The mask is empty"),
    (a_white_mask, FILL, "it can only copy what it sees"),
    (nothing, ("fill", "photo.png", "-o", "out.png"), "There is no mask"),
    (nothing, ("fill", "-o", "out.png"), "There is no image"),
    (nothing, ("fill", "https://host/p.png", "mask.png", "-o", "out.png"), "is an address"),
    (an_output_that_exists, FILL, "out.png exists already"),
    (a_folder_at_the_output, FILL, "out.png is a folder"),
    (nothing, (*FILL[:-1], "nowhere/out.png"), "no folder nowhere"),
    (nothing, (*FILL[:-1], "out"), "no suffix"),
    (nothing, (*FILL[:-1], "out.xyz"), "no suffix"),
    (nothing, (*FILL[:-1], "photo.png", "--force"), "would be overwritten"),
    (nothing, (*FILL, "--layer", "out.png"), "can't be the same file"),
    (nothing, (*FILL, "--layer", "layer.jpg"), "keeps no transparency"),
    (a_transparent_photo, (*FILL[:-1], "out.jpg"), "keeps no transparency"),
    (a_long_photo, (*FILL[:-1], "out.webp"), "can't be longer than 16383 pixels"),
    (nothing, (*EXPAND[:-1], "out.webp", "--left", "16380"), "can't be longer than 16383 pixels"),
]
BAD_VALUES: list[tuple[tuple[str, ...], str]] = [
    ((*FILL, "--scheduler", "K_EULR"), "did you mean “K_EULER”?"),
    ((*FILL, "--scheduler", "nonsense"), "one of"),
    ((*FILL, "--sampler", "Eulr a"), "Euler a"),
    ((*FILL, "--strength", "1.5"), "`--strength` can't be “1.5”: it must be at most 1."),
    ((*FILL, "--steps", "0"), "`--steps` can't be “0”: it must be at least 1."),
    ((*FILL, "--steps", "many"), "`--steps`"),
    ((*FILL, "--seed", "-7"), "`--seed`"),
    ((*FILL, "--seed", "4294967296"), "seed"),
    ((*FILL, "--num-outputs", "9"), "`--num-outputs`"),
    ((*FILL, "--feather", "-1"), "feather"),
    ((*FILL, "--context", "some"), "context"),
    ((*FILL, "--width", "7"), "`--width` can't be “7”: it must be at least 64."),
    ((*FILL, "--endpoint", "no-such-endpoint"), "no-such-endpoint"),
    ((*FILL, "--version", "not a version"), "version"),
    ((*FILL, "--set", "nothing"), "nothing"),
    ((*FILL, "--set", "scale=NaN"), "`scale` can't be sent"),
    ((*FILL, "--request", "missing.json"), "missing.json"),
    ((*FILL, "--colour", "red"), "--colour"),
    (EXPAND, "No side to grow by"),
    ((*EXPAND, "--left", "16384", "--right", "16384"), "would grow"),
    ((*EXPAND, "--left", "-5"), "`--left`"),
    ((*EXPAND, "--left", "99999999999"), "left"),
    ((*EXPAND, "--left", "8", "--direction", "both"), "together"),
    ((*EXPAND, "--direction", "sideways"), "`--direction`"),
]


def entries(folder: Path) -> dict[str, bytes | None]:
    """Everything below a folder, and what is in it."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


def check_refusal(
    folder: Path, arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = entries(folder)

    code = _run(list(arguments))

    shown = capsys.readouterr()
    assert code == 2
    assert said in shown.err
    assert shown.out == ""
    assert entries(folder) == before


@pytest.mark.parametrize(("spoil", "arguments", "said"), BAD_FILES)
def test_a_picture_or_place_that_can_not_be_used_is_a_sentence_and_leaves_nothing_behind(
    spoil: Callable[[Path], None],
    arguments: tuple[str, ...],
    said: str,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    spoil(folder)

    check_refusal(folder, arguments, said, capsys)


@pytest.mark.parametrize(("arguments", "said"), BAD_VALUES)
def test_a_value_that_can_not_be_is_a_sentence_that_names_it(
    arguments: tuple[str, ...], said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    check_refusal(folder, arguments, said, capsys)


@pytest.mark.parametrize("spoil", [no_photo, a_truncated_photo, a_bomb, an_output_that_exists])
def test_a_refusal_of_the_real_process_is_no_traceback(
    spoil: Callable[[Path], None], folder: Path
) -> None:
    spoil(folder)
    before = entries(folder)

    done = overpaint(folder, *FILL)

    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("Error: ")
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert entries(folder) == before


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="the folder nobody may write is /proc")
def test_a_folder_that_can_not_be_written_is_found_before_anything_is_painted(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    check_refusal(
        folder, (*FILL[:-1], "/proc/out.png"), "Nothing can be written into /proc", capsys
    )


@pytest.mark.usefixtures("folder")
def test_the_same_refusal_as_json_is_one_object_with_the_field(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = _run([*FILL, "--strength", "1.5", "--json"])

    error = json.loads(capsys.readouterr().out)["error"]
    assert code == 2
    assert error["field"] == "strength"
    assert error["code"] == "input"


def test_a_field_of_a_request_file_is_called_as_it_is_there(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "request.json").write_text('{"num_inference_steps": 0}')

    check_refusal(folder, (*FILL, "--request", "request.json"), "`num_inference_steps`", capsys)


def test_the_demo_finds_a_folder_of_its_own_each_time(folder: Path) -> None:
    for _ in range(2):
        done = overpaint(folder, "demo", "--quiet")
        assert done.returncode == 0, done.stderr

    made = [folder / "overpaint-demo", folder / "overpaint-demo-2"]
    assert [len(list(one.iterdir())) for one in made] == [5, 5]


@pytest.mark.skipif(os.name != "posix", reason="no such limit there")
def test_a_demo_that_finds_no_room_says_so_and_leaves_nothing_half(folder: Path) -> None:
    limited = 'ulimit -f 100; exec "$0" -m overpaint demo -o shown'
    done = subprocess.run(
        ["/bin/sh", "-c", limited, sys.executable],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2, done.stderr
    assert "Error: shown/photo.jpg could not be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert list((folder / "shown").iterdir()) == []


def test_force_replaces_what_is_there(folder: Path) -> None:
    an_output_that_exists(folder)

    done = overpaint(folder, *FILL, "--force")

    assert done.returncode == 0, done.stderr
    with Image.open(folder / "out.png") as out:
        assert out.size == SIZE
    left = {path.name for path in folder.iterdir()} - {"overpaint-data"}  # the journal's
    assert left == {"mask.png", "out.png", "photo.png"}
