"""The mapped files."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overpaint_bridge.errors import ProtocolError
from overpaint_bridge.pixels import FIRST_SIZE, Block, PixelReader, Pixels, PixelWriter


def test_what_is_written_is_read(tmp_path: Path) -> None:
    with PixelWriter(tmp_path / "p") as writer, PixelReader(tmp_path / "p") as reader:
        pixels = os.urandom(30 * 20 * 3)

        block = writer.write(pixels, width=30, height=20, format="RGB8")

        assert reader.read(block) == pixels


def test_a_picture_larger_than_the_file_grows_it_under_the_reader(tmp_path: Path) -> None:
    with PixelWriter(tmp_path / "p") as writer, PixelReader(tmp_path / "p") as reader:
        small = writer.write(b"abc", width=1, height=1, format="RGB8")
        assert reader.read(small) == b"abc"
        side = 2048
        pixels = os.urandom(side) * (side * 4)

        block = writer.write(pixels, width=side, height=side, format="RGBA8")

        assert block.end > FIRST_SIZE
        assert reader.read(block) == pixels
        assert reader.read(small) == b"abc"


@pytest.fixture
def hasty() -> Iterator[None]:
    """Let threads take turns after every few steps."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("hasty")
def test_two_threads_never_write_into_one_place(tmp_path: Path) -> None:
    side = 64
    with PixelWriter(tmp_path / "p") as writer, PixelReader(tmp_path / "p") as reader:

        def write(number: int) -> list[tuple[bytes, Block]]:
            pixels = bytes([number]) * (side * side)
            return [
                (pixels, writer.write(pixels, width=side, height=side, format="L8"))
                for _ in range(100)
            ]

        with ThreadPoolExecutor(4) as threads:
            written = [one for many in threads.map(write, range(4)) for one in many]

        assert len({block.offset for _pixels, block in written}) == len(written)
        assert all(reader.read(block) == pixels for pixels, block in written)


# The file has its room, and the memory to map it has not.
CRAMPED = """
import resource, sys
from pathlib import Path
from overpaint_bridge.errors import NoRoomError
from overpaint_bridge.pixels import PixelReader, PixelWriter

side = 4096
large = bytes(side * side * 4)
path = Path(sys.argv[1])

def cramp():
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + 2**24, -1))

with PixelWriter(path) as writer, PixelReader(path) as reader:
    first = writer.write(b"abc", width=1, height=1, format="RGB8")
    reader.read(first)
"""
WRITING = """
    cramp()
    for _ in range(2):
        try:
            writer.write(large, width=side, height=side, format="RGBA8")
        except NoRoomError:
            print("refused")
    second = writer.write(b"def", width=1, height=1, format="RGB8")
    print(reader.read(first) + reader.read(second), path.stat().st_size)
"""
READING = """
    block = writer.write(large, width=side, height=side, format="RGBA8")
    cramp()
    for _ in range(2):
        try:
            reader.read(block)
        except NoRoomError:
            print("refused")
    writer.release(block)
    writer.release(first)
    second = writer.write(b"abcdef", width=2, height=1, format="RGB8")
    print(reader.read(second), path.stat().st_size)
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="how much is used is told there")
@pytest.mark.parametrize("ways", [WRITING, READING], ids=["writing", "reading"])
def test_where_a_larger_file_can_not_be_mapped_the_small_one_serves_on(
    tmp_path: Path, ways: str
) -> None:
    said = subprocess.run(
        [sys.executable, "-c", CRAMPED + ways, str(tmp_path / "p")], capture_output=True, text=True
    )

    assert said.stdout.split("\n")[:3] == ["refused", "refused", f"b'abcdef' {FIRST_SIZE}"]
    assert said.stderr == ""


def test_rows_with_room_between_them_are_read_without_it(tmp_path: Path) -> None:
    (tmp_path / "p").write_bytes(b"ab..cd..ef")
    with PixelReader(tmp_path / "p") as reader:
        assert reader.read(Block(0, 2, 3, 4, "L8")) == b"abcdef"


def test_a_place_past_the_end_is_refused(tmp_path: Path) -> None:
    (tmp_path / "p").write_bytes(b"abc")
    with PixelReader(tmp_path / "p") as reader, pytest.raises(ProtocolError, match="past the end"):
        reader.read(Block(0, 2, 2, 2, "L8"))


def test_the_file_is_its_owners_only(tmp_path: Path) -> None:
    with PixelWriter(tmp_path / "p"):
        assert (tmp_path / "p").stat().st_mode & 0o777 == 0o600


@settings(max_examples=30, deadline=None)
@given(sides=st.lists(st.integers(1, 300), min_size=1, max_size=12), data=st.data())
def test_places_in_use_never_overlap(sides: list[int], data: st.DataObject) -> None:
    path = Path(tempfile.gettempdir()) / f"overpaint-pixels-{os.getpid()}"
    path.unlink(missing_ok=True)
    try:
        with PixelWriter(path) as writer, PixelReader(path) as reader:
            kept: dict[Block, bytes] = {}
            for side in sides:
                drop: bool = data.draw(st.booleans())
                if kept and drop:
                    places = sorted(kept, key=lambda block: block.offset)
                    gone = places[data.draw(st.integers(0, len(places) - 1))]
                    writer.release(gone)
                    del kept[gone]
                pixels = os.urandom(side * side)
                kept[writer.write(pixels, width=side, height=side, format="L8")] = pixels

                assert all(reader.read(block) == wanted for block, wanted in kept.items())
    finally:
        path.unlink(missing_ok=True)


def test_a_file_that_holds_nothing_any_more_gives_its_room_back(tmp_path: Path) -> None:
    with PixelWriter(tmp_path / "p") as writer, PixelReader(tmp_path / "p") as reader:
        large = writer.write(
            bytes(FIRST_SIZE * 2), width=FIRST_SIZE // 512, height=1024, format="L8"
        )
        assert reader.read(large) == bytes(FIRST_SIZE * 2)
        writer.release(large)

        assert (tmp_path / "p").stat().st_size == FIRST_SIZE

        small = writer.write(b"abc", width=1, height=1, format="RGB8")
        assert reader.read(small) == b"abc"
        with pytest.raises(ProtocolError, match="past the end"):
            reader.read(large)
        again = writer.write(
            b"x" * FIRST_SIZE * 2, width=FIRST_SIZE // 512, height=1024, format="L8"
        )
        assert reader.read(again) == b"x" * FIRST_SIZE * 2


LIMITED = """
import resource, sys
from pathlib import Path
from overpaint_bridge.errors import NoRoomError
from overpaint_bridge.pixels import FIRST_SIZE, PixelReader, PixelWriter
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (FIRST_SIZE * 2, FIRST_SIZE * 2))
path = Path(sys.argv[1])
with PixelWriter(path) as writer, PixelReader(path) as reader:
    kept = writer.write(b"abc", width=1, height=1, format="RGB8")
    try:
        writer.write(bytes(FIRST_SIZE * 3), width=FIRST_SIZE // 1024, height=3072, format="L8")
    except NoRoomError as error:
        print(error)
    assert reader.read(kept) == b"abc"
    writer.write(b"def", width=1, height=1, format="RGB8")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits a file's size as POSIX does")
def test_where_there_is_no_room_it_is_said_and_nothing_is_killed(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path / "p")], capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    assert "There is no room for 16 MB of pixels" in done.stdout


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("RGBA8", bytes([1, 2, 3, 4])),
        ("BGRA8", bytes([3, 2, 1, 4])),
        ("RGBA16", np.array([1, 2, 3, 4], np.uint16).tobytes()),
        ("BGRA16", np.array([3, 2, 1, 4], np.uint16).tobytes()),
    ],
)
@pytest.mark.parametrize("order", ["RGBA", "BGRA"])
def test_what_was_made_for_one_editor_is_arranged_for_another(
    name: str, data: bytes, order: str
) -> None:
    arranged = Pixels(data * 6, 3, 2, name).arranged(order)

    kind = np.dtype(np.uint16 if name.endswith("16") else np.uint8)
    told = {"RGBA": [1, 2, 3, 4], "BGRA": [3, 2, 1, 4]}
    assert arranged.format == f"{order}{8 * kind.itemsize}"
    assert np.frombuffer(arranged.data, kind).reshape(6, 4).tolist() == [told[order]] * 6


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("L8", [7], [7, 7, 7, 255]),
        ("LA8", [7, 9], [7, 7, 7, 9]),
        ("RGB8", [1, 2, 3], [1, 2, 3, 255]),
    ],
)
def test_gray_is_as_much_of_every_colour_and_no_alpha_is_opaque(
    name: str, data: list[int], told: list[int]
) -> None:
    assert list(Pixels(bytes(data), 1, 1, name).arranged("RGBA").data) == told
