"""Whatever stands in the journal's files, it is a result or an error in words."""

from __future__ import annotations

import contextlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from overpaint import Client
from overpaint.errors import JournalError, OverpaintError
from overpaint.journal import Journal
from overpaint.request import PaintRequest

FILES = (
    "journal.sqlite3",
    "document",
    "mask",
    "alpha",
    "job.json",
    "ask.json",
    "prediction.json",
    "answer-0",
)
RICH = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal with one result that nobody has got, and nobody at it."""
    folder = tmp_path_factory.mktemp("sound") / "journal"
    picture = np.random.default_rng(1).integers(0, 256, (60, 80, 3)).astype(np.uint8)
    mask = np.zeros((60, 80), np.uint8)
    mask[20:40, 30:50] = 255
    journal = Journal(folder)
    with Client("embedded", journal=journal) as client:
        job = client.prepare(PaintRequest(), picture, mask)
        entry = client.begin(job)
        client.paint(job, entry=entry)
    entry.let_go()
    journal.close()
    return folder


def taken_up(folder: Path) -> None:
    """Open it, list it, and lay its result out."""
    journal = Journal(folder)
    try:
        for row in journal.undelivered():
            with Client("embedded", journal=journal) as client:
                client.resume(journal.take(row.id))
    finally:
        journal.close()


def damaged(sound: Path, folder: Path, name: str) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(sound, folder)
    return next(folder.rglob(name))


def test_a_sound_one_is_laid_out(sound: Path, tmp_path: Path) -> None:
    damaged(sound, tmp_path / "journal", "job.json")

    taken_up(tmp_path / "journal")


@pytest.mark.parametrize("name", FILES)
@given(
    places=st.lists(st.tuples(st.integers(0, 2**16), st.binary(max_size=40)), max_size=6),
    cut=st.none() | st.integers(0, 2**16),
)
@RICH
def test_bytes_that_are_not_what_they_were_are_an_error_in_words(
    sound: Path, tmp_path: Path, name: str, places: list[tuple[int, bytes]], cut: int | None
) -> None:
    file = damaged(sound, tmp_path / "journal", name)
    content = bytearray(file.read_bytes())
    for place, put in places:
        place %= len(content)
        content[place : place + len(put)] = put
    file.write_bytes(bytes(content[:cut]))

    with contextlib.suppress(OverpaintError):
        taken_up(tmp_path / "journal")


def test_a_picture_that_is_not_the_one_that_came_is_not_laid_out(
    sound: Path, tmp_path: Path
) -> None:
    file = damaged(sound, tmp_path / "journal", "answer-0")
    with Image.open(file) as answer:
        other = Image.new("RGB", answer.size, (9, 9, 9))
    other.save(file, "PNG")  # sound in itself, and as large

    with pytest.raises(JournalError, match="is not what came"):
        taken_up(tmp_path / "journal")


@pytest.mark.parametrize("name", ["job.json", "ask.json", "prediction.json"])
@pytest.mark.parametrize(
    "text", ["", "null", "[]", "{}", "[" * 10**5, '{"request": 1}', '{"id": []}', "\ud800"]
)
def test_other_json_is_an_error_in_words(sound: Path, tmp_path: Path, name: str, text: str) -> None:
    file = damaged(sound, tmp_path / "journal", name)
    file.write_bytes(text.encode("utf-8", "surrogatepass"))

    if name == "ask.json":
        taken_up(tmp_path / "journal")  # what is here already need not be asked for
    else:
        with pytest.raises(OverpaintError):
            taken_up(tmp_path / "journal")


@pytest.mark.parametrize("shape", [[9_999_999, 80_000, 3], [60, 80], [0, 0, 0]])
def test_a_shape_that_the_file_does_not_have_does_not_fill_the_memory(
    sound: Path, tmp_path: Path, shape: list[int]
) -> None:
    file = damaged(sound, tmp_path / "journal", "job.json")
    file.write_text(json.dumps(json.loads(file.read_text()) | {"shape": shape}))

    with pytest.raises(OverpaintError, match="can't be read"):
        taken_up(tmp_path / "journal")


def test_an_error_that_quotes_damaged_bytes_is_one_in_words(sound: Path, tmp_path: Path) -> None:
    file = damaged(sound, tmp_path / "journal", "journal.sqlite3")
    file.write_bytes(file.read_bytes().replace(b"CREATE TABLE jobs", b"CREATE \xa3\xefBLE jobs"))

    with pytest.raises(OverpaintError, match="is damaged"):
        taken_up(tmp_path / "journal")
