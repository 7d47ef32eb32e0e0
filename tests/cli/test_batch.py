"""`overpaint batch`: pairs in, results and a report out, and nothing twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fakes.recording import Reply
from fakes.studio import VERSION, Studio
from overpaint.batch import read_items
from overpaint.errors import InputError


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    folder = tmp_path / "pairs"
    folder.mkdir()
    for index in range(3):
        noise = np.random.default_rng(index).integers(0, 256, (60, 80, 3)).astype(np.uint8)
        mask = np.zeros((60, 80), np.uint8)
        mask[20:40, 30:50] = 255
        Image.fromarray(noise).save(folder / f"photo{index}.png")
        Image.fromarray(mask).save(folder / f"photo{index}-mask.png")
    return folder


@pytest.fixture
def studio(settings_folder: Path) -> Iterator[Studio]:
    with Studio() as studio:
        settings_folder.mkdir(exist_ok=True)
        (settings_folder / "settings.toml").write_text(
            f'[endpoints.studio]\nbase_url = "{studio.url}/v1"\n'
            f'version = "{VERSION}"\nkind = "hosted"\n'
        )
        yield studio


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "overpaint", "batch", *arguments, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"OVERPAINT_API_TOKEN": "r8_of-the-tests"},
    )


def run(*arguments: str) -> tuple[int, Any]:
    process = start(*arguments)
    out, err = process.communicate(timeout=120)
    assert out.startswith("{"), err
    return process.returncode, json.loads(out)


def test_a_folder_is_filled_and_reported(pairs: Path, tmp_path: Path) -> None:
    code, said = run(str(pairs), "-o", str(tmp_path / "out"), "--jobs", "2", "--seed", "3")

    assert (code, said["counts"]) == (0, {"done": 3})
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "photo0.png",
        "photo1.png",
        "photo2.png",
        "report.json",
    ]
    assert json.loads((tmp_path / "out" / "report.json").read_text()) == said
    before, after = (
        np.asarray(Image.open(path)) for path in (pairs / "photo1.png", tmp_path / "out/photo1.png")
    )
    kept = np.asarray(Image.open(pairs / "photo1-mask.png")) == 0
    assert (before[kept] == after[kept]).all()
    assert (before != after).any()


def test_what_is_there_is_not_painted_again(pairs: Path, studio: Studio, tmp_path: Path) -> None:
    arguments = (str(pairs), "-o", str(tmp_path / "out"), "--endpoint", "studio")
    run(*arguments)
    (tmp_path / "out" / "photo1.png").unlink()

    code, said = run(*arguments)

    assert (code, said["counts"]) == (0, {"done": 1, "skipped": 2})
    assert len(studio.creates) == 4


def test_a_batch_that_was_killed_goes_on_and_pays_for_nothing_twice(
    pairs: Path, studio: Studio, tmp_path: Path
) -> None:
    arguments = (str(pairs), "-o", str(tmp_path / "out"), "--endpoint", "studio", "--jobs", "3")
    studio.hold("poll")
    process = start(*arguments)
    while len(studio.runs) < 3:
        assert studio.reached("create")
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate()
    studio.let_go()

    code, said = run(*arguments)

    assert (code, said["counts"]) == (0, {"done": 3})
    assert len(studio.creates) == 3


@pytest.fixture
def fetched(pairs: Path, studio: Studio, tmp_path: Path) -> Path:
    """Where `jobs resume` has put the results of a batch that was killed."""
    studio.hold("poll")
    process = start(str(pairs), "-o", str(tmp_path / "out"), "--endpoint", "studio", "--jobs", "3")
    while len(studio.runs) < 3:
        assert studio.reached("create")
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate()
    studio.let_go()
    command = [sys.executable, "-m", "overpaint", "jobs", "resume", "-o", "elsewhere"]
    environment = os.environ | {"OVERPAINT_API_TOKEN": "r8_of-the-tests"}
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, timeout=120)
    return tmp_path / "elsewhere"


def test_what_was_fetched_to_elsewhere_is_copied_and_not_paid_for_again(
    pairs: Path, studio: Studio, tmp_path: Path, fetched: Path
) -> None:
    arguments = (str(pairs), "-o", str(tmp_path / "out"), "--endpoint", "studio")

    code, said = run(*arguments)

    assert (code, said["counts"]) == (0, {"copied": 3})
    assert len(studio.creates) == 3
    copies = {path.read_bytes() for path in (tmp_path / "out").glob("*.png")}
    assert copies == {path.read_bytes() for path in fetched.iterdir()}
    for name in ("photo0", "photo1", "photo2"):
        before, after = (
            np.asarray(Image.open(folder / f"{name}.png")) for folder in (pairs, tmp_path / "out")
        )
        assert (before[:20] == after[:20]).all()  # each the picture it was made of

    # It is the batch's now; without it, another is wanted.
    (tmp_path / "out" / "photo1.png").unlink()
    assert run(*arguments)[1]["counts"] == {"skipped": 2, "done": 1}
    assert len(studio.creates) == 4


def test_what_was_fetched_and_is_not_there_any_more_is_painted_again_by_force_only(
    pairs: Path, studio: Studio, tmp_path: Path, fetched: Path
) -> None:
    arguments = (str(pairs), "-o", str(tmp_path / "out"), "--endpoint", "studio")
    for path in fetched.iterdir():
        path.unlink()

    code, said = run(*arguments)

    assert (code, said["counts"]) == (4, {"failed": 3})
    assert said["items"][0]["error"]["code"] == "recovery"
    assert str(fetched) in said["items"][0]["error"]["message"]
    assert len(studio.creates) == 3
    assert run(*arguments, "--force")[1]["counts"] == {"done": 3}
    assert len(studio.creates) == 6


def test_one_that_fails_does_not_keep_the_others_from_being_painted(
    pairs: Path, studio: Studio, tmp_path: Path
) -> None:
    studio.fail("asked", Reply(422, {"detail": "not this one"}))

    code, said = run(str(pairs), "-o", str(tmp_path / "out"), "--endpoint", "studio")

    assert (code, said["counts"]) == (3, {"failed": 1, "done": 2})
    assert said["items"][0]["error"]["code"] == "refused_input"


def test_a_key_that_is_refused_is_refused_once(pairs: Path, studio: Studio, tmp_path: Path) -> None:
    studio.fail("asked", *[Reply(401, {"detail": "no"})] * 9)

    code, said = run(str(pairs), "-o", str(tmp_path / "out"), "--endpoint", "studio")

    assert (code, said["counts"]) == (3, {"failed": 1, "untried": 2})
    assert len(studio.creates) == 1


def test_a_list_may_say_more_of_each_picture(pairs: Path, studio: Studio, tmp_path: Path) -> None:
    (pairs / "list.csv").write_text(
        "\ufeffimage,mask,output,prompt\n"
        "photo0.png,photo0-mask.png,bench,a bench\n"
        "photo1.png,photo1-mask.png,,\n",
        encoding="utf-8",
    )

    code, said = run(
        *(str(pairs / "list.csv"), "-o", str(tmp_path / "out")),
        *("--endpoint", "studio", "--prompt", "a tree"),
    )

    assert (code, [item["name"] for item in said["items"]]) == (0, ["bench", "photo1"])
    assert [seen.json["input"]["prompt"] for seen in studio.creates] == ["a bench", "a tree"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "nothing to paint"),
        ("image,mask\n", "nothing to paint"),
        ("picture\nphoto0.png\n", "line 2: there is no image"),
        ("image,mask\nabsent.png,photo0-mask.png\n", "line 2: there is no file"),
        ("image\nphoto0.png,1,2,3\n", "more columns"),
        ("image,output\nphoto0.png,a\nphoto1.png,A\n", "would both become"),
    ],
)
def test_a_list_that_can_not_be_is_refused_by_line(pairs: Path, text: str, says: str) -> None:
    (pairs / "list.csv").write_text(text)

    with pytest.raises(InputError, match=says):
        read_items(pairs / "list.csv")


@pytest.mark.parametrize(
    ("heading", "value", "says"),
    [
        ("steps", "0", "line 3, column `steps`: can't be “0”: it must be at least 1."),
        ("promt", "a bench", "line 3, column `promt`: There is no setting called `promt`"),
        ("seed", "x", "line 3, column `seed`: can't be “x”"),
    ],
)
def test_a_value_of_a_list_is_refused_by_line_and_column_before_anything_is_spent(
    pairs: Path, studio: Studio, tmp_path: Path, heading: str, value: str, says: str
) -> None:
    (pairs / "list.csv").write_text(
        f"image,mask,{heading}\nphoto0.png,photo0-mask.png,\nphoto1.png,photo1-mask.png,{value}\n"
    )

    code, said = run(str(pairs / "list.csv"), "-o", str(tmp_path / "out"), "--endpoint", "studio")

    assert code == 2
    assert f"list.csv, {says}" in said["error"]["message"]
    assert studio.seen == []
    assert not (tmp_path / "out").exists()


def test_what_is_asked_for_otherwise_since_it_was_painted_is_said(
    pairs: Path, tmp_path: Path
) -> None:
    def painted(prompts: tuple[str, str], *more: str) -> list[dict[str, Any]]:
        (pairs / "list.csv").write_text(
            "image,mask,prompt\n"
            + "".join(f"photo{at}.png,photo{at}-mask.png,{one}\n" for at, one in enumerate(prompts))
        )
        code, said = run(str(pairs / "list.csv"), "-o", str(tmp_path / "out"), *more)
        assert code == 0
        items: list[dict[str, Any]] = said["items"]
        return items

    painted(("a bench", "a tree"))
    again = painted(("a bench", "a bush"))
    forced = painted(("a bench", "a bush"), "--force")
    last = painted(("a bench", "a bush"))

    assert [one["changed"] for one in again] == [[], ["prompt"]]
    assert [one["state"] for one in again + forced] == ["skipped", "skipped", "done", "done"]
    assert [one["changed"] for one in last] == [[], []]


def test_a_list_that_is_no_text_is_refused(pairs: Path) -> None:
    (pairs / "list.csv").write_bytes(b"\xff\xfe\x00image")

    with pytest.raises(InputError, match="not a CSV file"):
        read_items(pairs / "list.csv")
