"""Ctrl-C: a person is told what became of the run, and whether it costs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from fakes.recording import Reply
from fakes.studio import MASK, PICTURE, VERSION, Studio
from overpaint.cli.interruption import explain
from overpaint.endpoints import Endpoint
from overpaint.journal import Entry, State


@pytest.fixture
def studio(settings_folder: Path) -> Iterator[Studio]:
    with Studio() as studio:
        settings_folder.mkdir(exist_ok=True)
        (settings_folder / "settings.toml").write_text(
            f'[endpoints.studio]\nbase_url = "{studio.url}/v1"\n'
            f'version = "{VERSION}"\nkind = "hosted"\n'
        )
        yield studio


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Image.fromarray(PICTURE).save(tmp_path / "photo.png")
    Image.fromarray(MASK).save(tmp_path / "mask.png")
    return tmp_path


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "overpaint", *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"OVERPAINT_API_TOKEN": "r8_of-the-tests", "COLUMNS": "300"},
    )


FILL = ("fill", "photo.png", "mask.png", "-o", "out.png")


def interrupted(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def test_a_run_that_was_canceled_is_said_to_be_and_that_it_may_cost(
    studio: Studio, folder: Path
) -> None:
    studio.polls = 1000
    studio.hold("poll")
    process = start(folder, *FILL, "--endpoint", "studio")
    assert studio.reached("poll")

    code, _, said = interrupted(process)

    assert code == 130
    assert said == (
        f"Canceled. The prediction {studio.only().id} was canceled."
        " What it used until then may be charged.\n"
    )
    assert studio.only().status == "canceled"
    assert not (folder / "out.png").exists()


@pytest.mark.parametrize("has_list", [True, False], ids=["listed", "no list"])
def test_a_create_that_a_gateway_answered_is_not_said_to_cost_nothing(
    studio: Studio, folder: Path, *, has_list: bool
) -> None:
    studio.polls = 1000
    studio.hold("create")
    studio.fail("create", Reply(502, "Bad Gateway"))
    if not has_list:
        studio.fail("list", *[Reply(404, "no list")] * 9)
    process = start(folder, *FILL, "--endpoint", "studio")
    assert studio.reached("create")
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)  # it hears of it before the answer comes
    studio.let_go()
    said = process.communicate(timeout=60)[1]

    became = "processing"
    if has_list:
        became = "canceled"
        assert f"The prediction {studio.only().id} was canceled." in said
    else:
        assert "It may run on and be charged." in said
        assert "overpaint jobs resume" in said
    assert studio.only().status == became
    assert "Nothing was created" not in said


def test_a_run_that_had_ended_is_left_to_be_fetched(studio: Studio, folder: Path) -> None:
    studio.hold("fetch")
    process = start(folder, *FILL, "--endpoint", "studio", "--json")
    assert studio.reached("fetch")

    code, out, _ = interrupted(process)
    studio.let_go()

    assert code == 130
    fetched_as_told(folder, json.loads(out)["error"]["hint"])


def fetched_as_told(folder: Path, hint: str) -> None:
    """Do what the hint says, and have one result of it."""
    command = hint.partition("`overpaint ")[2].partition("`")[0].split()
    assert command[:2] == ["jobs", "resume"]
    process = start(folder, *command[:-1], "fetched")
    assert process.wait(timeout=60) == 0
    process.communicate()
    assert len(list((folder / "fetched").glob("*.png"))) == 1


def test_a_result_that_can_not_be_written_any_more_is_left_to_be_fetched(
    studio: Studio, folder: Path
) -> None:
    (folder / "there").mkdir()
    studio.hold("fetch")
    fill = ("fill", "photo.png", "mask.png", "-o", "there/out.png", "--endpoint", "studio")
    process = start(folder, *fill, "--json")
    assert studio.reached("fetch")
    (folder / "there").rmdir()
    studio.let_go()

    out, _ = process.communicate(timeout=60)

    assert process.returncode == 2
    fetched_as_told(folder, json.loads(out)["error"]["hint"])
    assert len(studio.creates) == 1


@pytest.mark.parametrize("state", [State.INTENT, State.CREATED, State.OUTPUTS])
def test_whatever_can_still_be_had_is_said_to_be(state: State) -> None:
    stop = KeyboardInterrupt()

    explain(stop, Endpoint("studio", "https://studio.example/v1"), Entry(None, "job7", state=state))

    (told,) = stop.__notes__
    assert told == "`overpaint jobs resume job7 -o DIR` fetches what came of it."


def test_the_built_in_engine_costs_nothing(folder: Path, settings_folder: Path) -> None:
    noise = np.random.default_rng(2).integers(0, 256, (1500, 1500, 3)).astype(np.uint8)
    hole = np.zeros((1500, 1500), np.uint8)
    hole[100:1400, 100:1400] = 255
    Image.fromarray(noise).save(folder / "photo.png")
    Image.fromarray(hole).save(folder / "mask.png")
    process = start(folder, *FILL, "--endpoint", "embedded", "--num-outputs", "8")
    while not list(settings_folder.parent.rglob("journal*")):
        assert process.poll() is None

    code, _, said = interrupted(process)

    assert (code, said) == (130, "Canceled. Nothing is charged: the built-in engine was at it.\n")


def test_a_batch_says_how_far_it_came(studio: Studio, folder: Path) -> None:
    (folder / "list.csv").write_text("image,mask,output\nphoto.png,mask.png,one\n")
    studio.polls = 1000
    studio.hold("poll")
    process = start(folder, "batch", "list.csv", "-o", "out", "--endpoint", "studio")
    assert studio.reached("poll")

    code, _, said = interrupted(process)

    assert code == 130
    assert said.startswith("Canceled. 0 of 1 pictures had been dealt with;")
    assert studio.only().status == "canceled"


def test_a_server_ends_well(folder: Path) -> None:
    process = start(folder, "serve", "--port", "0", "--json")
    assert process.stdout is not None
    address = json.loads(process.stdout.readline())["address"]
    assert httpx.get(f"{address}/health-check", trust_env=False).status_code == 200

    assert interrupted(process) == (0, "", "")
