"""What the command line says gets out, whatever its streams are, and it can always be stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

FILL = ("fill", "photo.png", "mask.png", "--seed", "1", "-o")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    random = np.random.default_rng(3)
    noise = random.integers(0, 256, (40, 60, 3)).astype(np.uint8)
    Image.fromarray(noise).save(tmp_path / "photo.png")
    mask = np.zeros((40, 60), np.uint8)
    mask[10:20, 20:35] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    return tmp_path


def overpaint(
    folder: Path, *arguments: str, encoding: str = "utf-8"
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "overpaint", *arguments],
        cwd=folder,
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": encoding, "COLUMNS": "300"},
        check=False,
    )


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_a_name_that_a_terminal_can_not_show_is_spelled_out(folder: Path, encoding: str) -> None:
    done = overpaint(folder, *FILL, "日.png", encoding=encoding)

    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"Painted ")
    assert (folder / "日.png").exists()


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_a_name_that_a_terminal_can_not_show_is_whole_in_json(folder: Path, encoding: str) -> None:
    done = overpaint(folder, *FILL, "日.png", "--json", encoding=encoding)

    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["outputs"] == ["日.png"]


@pytest.mark.skipif(sys.platform != "linux", reason="names are characters there, not bytes")
def test_a_name_that_is_no_text_is_whole_in_json(folder: Path) -> None:
    name = os.fsdecode(b"\xff.png")

    done = overpaint(folder, *FILL, name, "--json")

    assert (done.returncode, done.stderr) == (0, b"")
    assert [Path(path).name for path in json.loads(done.stdout)["outputs"]] == [name]
    assert (folder / name).exists()


@pytest.mark.skipif(os.name != "posix", reason="a shell closes streams there")
@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_without_streams_it_paints_all_the_same(folder: Path, closed: str) -> None:
    command = f'exec "{sys.executable}" -m overpaint {" ".join(FILL)} out.png {closed}'

    assert subprocess.run(["/bin/sh", "-c", command], cwd=folder, check=False).returncode == 0

    with Image.open(folder / "out.png") as out:
        assert out.size == (60, 40)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk is always full there")
@pytest.mark.parametrize("as_json", [False, True])
def test_a_full_disk_for_its_words_is_a_sentence_and_the_picture_is_there(
    folder: Path, *, as_json: bool
) -> None:
    arguments = (*FILL, "out.png", *(["--json"] if as_json else []))

    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "overpaint", *arguments],
            cwd=folder,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert done.returncode == 2
    assert (folder / "out.png").exists()
    assert "Traceback" not in done.stderr
    if not as_json:
        assert "can't be written: no space left on device" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="a shell's pipe")
def test_a_reader_that_has_gone_is_no_fault(folder: Path) -> None:
    painting = f'"{sys.executable}" -m overpaint {" ".join(FILL)} out.png'
    command = f"{{ {painting}; echo $? >code; }} | true"

    done = subprocess.run(
        ["/bin/sh", "-c", command], cwd=folder, capture_output=True, text=True, check=False
    )

    assert done.stderr == ""
    assert (folder / "code").read_text() == "0\n"


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "marked"])
@pytest.mark.parametrize("source", ["request.json", "-"])
def test_a_request_is_read_as_utf_8_whatever_the_machine_speaks(
    folder: Path, mark: bytes, source: str
) -> None:
    body = mark + '{"prompt": "grün", "extra": {"grün": 1}}'.encode()
    (folder / "request.json").write_bytes(body)

    done = subprocess.run(
        [sys.executable, "-m", "overpaint", *FILL, "out.png", "--request", source, "--json"],
        cwd=folder,
        capture_output=True,
        input=body,
        env=os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        check=False,
    )

    assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)["ignored"] == ["prompt", "grün"]


# Sent by the program itself as the first of the library's own rooms is looked for.
STOPPED = """
import os, signal, sys

class Stop:
    def find_spec(self, name, path=None, target=None):
        if name == "overpaint.errors":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Stop())
sys.argv = ["overpaint", *sys.argv[1:]]
from overpaint.cli import main
main()
"""


@pytest.mark.skipif(os.name != "posix", reason="no such signal there")
@pytest.mark.parametrize("as_json", [False, True])
def test_what_is_stopped_before_it_has_begun_ends_as_anything_else_that_is(
    folder: Path, *, as_json: bool
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", STOPPED, *FILL, "out.png", *(["--json"] if as_json else [])],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 130
    if as_json:
        assert json.loads(done.stdout)["error"]["code"] == "interrupted"
        assert done.stderr == ""
    else:
        assert (done.stdout, done.stderr) == ("", "Canceled.\n")
    assert not (folder / "out.png").exists()


@pytest.mark.skipif(os.name != "posix", reason="no such signal there")
def test_what_is_to_go_on_after_ctrl_c_goes_on(folder: Path) -> None:
    """`nohup` and a shell's `&` have the signal ignored."""
    done = subprocess.run(
        [sys.executable, "-c", STOPPED, "--version"],
        cwd=folder,
        capture_output=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
        check=False,
    )

    assert done.returncode == 0, done.stderr
