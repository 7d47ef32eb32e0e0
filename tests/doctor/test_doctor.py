"""The doctor looks at real things, tells them to a person, a program, and a stranger."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from overpaint.doctor import Level, diagnose
from overpaint.doctor.engine import look_at_engine
from overpaint.installing import Editor, System, find_places, install

KEY = "r8-a-key-that-is-never-shown"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with Krita in it, and an endpoint whose key is in the environment."""
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "OVERPAINT_PYTHON"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    monkeypatch.setenv("OVERPAINT_ENDPOINT", "http://studio.invalid/v1")
    monkeypatch.setenv("OVERPAINT_API_TOKEN", KEY)
    (tmp_path / ".local/share/krita").mkdir(parents=True)
    return tmp_path


def levels() -> dict[str, Level]:
    return {finding.topic: finding.level for finding in diagnose().findings}


def test_the_engine_tests_itself_on_pixels() -> None:
    (finding,) = look_at_engine()

    assert finding.level is Level.GOOD
    assert finding.values["kept"]
    assert finding.values["filled"]


def test_an_endpoint_out_of_reach_is_bad_and_the_key_is_never_shown() -> None:
    diagnosis = diagnose()

    asked = next(finding for finding in diagnosis.findings if finding.topic.startswith("Asking"))
    assert asked.level is Level.BAD
    assert "in the environment" in diagnosis.text
    assert KEY not in diagnosis.text + diagnosis.report + str(diagnosis.findings)


def test_a_plugin_that_is_switched_off_is_bad(home: Path) -> None:
    system = System()
    (place,) = find_places(Editor.KRITA, system)
    install(place, system)
    assert levels()["Krita"] is Level.GOOD

    settings = home / ".config/kritarc"
    settings.write_bytes(settings.read_bytes().replace(b"=true", b"=false"))

    assert levels()["Krita"] is Level.BAD


def test_a_worker_that_is_gone_is_bad_once_one_was_installed(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(home))
    assert levels()["Worker"] is Level.NOTE

    record = System().record
    record.parent.mkdir(parents=True)
    record.write_text(json.dumps({"python": str(home / "gone")}))

    assert levels()["Worker"] is Level.BAD


def test_a_report_for_a_stranger_names_no_person_and_no_private_address(home: Path) -> None:
    report = diagnose().report

    assert str(home) not in report
    assert str(home.parent) not in report
    assert re.findall(r"(?:[/\\][\w.-]+){2,}", report) == [], "folders"
    assert Path(sys.executable).name in report
    assert "studio.invalid" not in report
    assert "HOST" in report


def test_the_command_line_says_the_same_as_json() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "overpaint", "doctor", "--json"],
        capture_output=True,
        text=True,
        check=False,
    )

    answer = json.loads(said.stdout)
    assert said.returncode == 2
    assert answer["good"] is False
    assert {"Engine", "Krita", "Worker"} <= {item["topic"] for item in answer["findings"]}
    assert KEY not in said.stdout
