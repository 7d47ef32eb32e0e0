"""`overpaint jobs`, as a person and as a script run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from fakes.keys import KEY
from overpaint import Client, Endpoint, Prediction
from overpaint.journal import open_journal
from overpaint.request import PaintRequest


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "overpaint", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=os.environ,
    )


def read(*arguments: str) -> Any:  # noqa: ANN401  JSON
    return json.loads(run("jobs", *arguments, "--json").stdout)


def pictures() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    picture = np.random.default_rng(1).integers(0, 256, (60, 80, 3)).astype(np.uint8)
    mask = np.zeros((60, 80), np.uint8)
    mask[20:40, 30:50] = 255
    return picture, mask


@pytest.fixture
def leftover() -> str:
    """A run whose answers are on disk, and whose process let go of it."""
    with Client("embedded") as client:
        job = client.prepare(PaintRequest(prompt="a bench"), *pictures())
        entry = client.begin(job)
        client.paint(job, entry=entry)
    entry.let_go()
    return entry.id


def test_with_no_run_there_is_nothing_to_list() -> None:
    assert read("list") == {"jobs": []}
    assert run("jobs", "list").stdout == "No run is remembered.\n"
    assert read("resume") == {"jobs": []}


def test_a_run_is_listed_shown_and_fetched(leftover: str, tmp_path: Path) -> None:
    (listed,) = read("list")["jobs"]
    (shown,) = read("show", leftover[:12])["jobs"]
    assert (listed["id"], listed["state"], listed["prompt"]) == (leftover, "outputs", "a bench")
    assert shown == listed

    (fetched,) = read("resume", "-o", str(tmp_path / "out"))["jobs"]

    assert fetched["state"] == "delivered"
    (path,) = fetched["outputs"]
    with Image.open(path) as image:
        assert image.size == (80, 60)
    journal = open_journal()
    assert journal is not None
    assert [row.state for row in journal.rows()] == ["delivered"]


def test_a_result_may_stay_in_the_journal(leftover: str) -> None:
    (fetched,) = read("resume", leftover)["jobs"]

    assert fetched["state"] == "outputs"
    assert [Path(path).name for path in fetched["outputs"]] == ["result-0.png"]
    assert read("list")["jobs"][0]["outputs"] == fetched["outputs"]


def test_a_result_nobody_wants_is_dropped(leftover: str) -> None:
    (dropped,) = read("cancel", leftover)["jobs"]

    assert (dropped["state"], dropped["outputs"]) == ("delivered", [])
    done = run("jobs", "cancel", leftover)
    assert done.returncode == 2
    assert "has ended already" in done.stderr


@pytest.fixture
def stranded() -> str:
    """A run that was created at an endpoint which is gone."""
    gone = Endpoint("studio", "http://127.0.0.1:9/v1", token=KEY, kind="hosted")
    with Client(gone) as client:
        job = client.prepare(PaintRequest(prompt="a bench"), *pictures())
        entry = client.begin(job)
    entry.created(Prediction(id="p1"))
    entry.let_go()
    return entry.id


def test_a_run_at_an_endpoint_that_is_gone_is_dropped_when_that_is_wanted(stranded: str) -> None:
    refused = run("jobs", "cancel", stranded)
    assert (refused.returncode, f"cancel {stranded} --force" in refused.stderr) == (5, True)
    assert read("list")["jobs"][0]["state"] == "created"

    dropped = run("jobs", "cancel", stranded, "--force")

    assert dropped.returncode == 0, dropped.stderr
    assert "may run on" in dropped.stdout
    assert read("list")["jobs"][0]["state"] == "canceled"
    assert read("resume") == {"jobs": []}


def test_a_run_that_can_not_be_fetched_is_named_with_its_endpoint(stranded: str) -> None:
    failed = run("jobs", "resume")

    assert failed.returncode == 5
    assert stranded in failed.stdout + failed.stderr
    assert "http://127.0.0.1:9/v1" in failed.stdout + failed.stderr


def test_a_run_another_process_is_at_is_not_said_to_be_canceled() -> None:
    with Client("embedded") as client:
        entry = client.begin(client.prepare(PaintRequest(), *pictures()))
        refused = run("jobs", "cancel", entry.id)
        entry.canceled()

    assert refused.returncode == 2
    assert "another process" in refused.stderr


def test_a_run_that_is_not_there_is_said_so() -> None:
    done = run("jobs", "show", "nothing")

    assert done.returncode == 2
    assert "no job called nothing" in done.stderr


def test_a_journal_that_is_turned_off_is_said_so(settings_folder: Path) -> None:
    settings_folder.mkdir()
    (settings_folder / "settings.toml").write_text("[journal]\nenabled = false\n")

    assert read("list")["error"]["code"] == "journal"
