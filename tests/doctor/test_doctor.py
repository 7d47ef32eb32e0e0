"""The doctor looks at real things, tells them to a person, a program, and a stranger."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from overpaint.doctor import Diagnosis, Finding, Level, diagnose
from overpaint.doctor.editors import look_at_editors
from overpaint.doctor.engine import look_at_engine
from overpaint.doctor.storage import look_at_disk
from overpaint.installing import Editor, System, find_places, install
from overpaint.journal import journal_folder
from overpaint_bridge.folders import make_folder, remove_folder

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


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe\x00", b"# changed by hand\n"])
@pytest.mark.parametrize(
    "name", ["__init__.py", "docker.py", "vendor/overpaint_bridge/__init__.py"]
)
def test_a_plugin_that_is_damaged_is_bad_and_told_apart(name: str, content: bytes | None) -> None:
    system = System()
    (place,) = find_places(Editor.KRITA, system)
    install(place, system)
    file = place.folder / "pykrita/overpaint_krita" / name
    file.unlink()
    if content is not None:
        file.write_bytes(content)

    (finding,) = (one for one in look_at_editors(system) if one.topic == "Krita")

    assert finding.level is Level.BAD
    assert "damaged" in finding.says
    assert "overpaint install krita" in finding.hint


@pytest.mark.skipif(sys.platform != "linux", reason="a file that can't be read, even by root")
def test_what_cant_be_read_is_found_so_and_the_rest_is_looked_at(home: Path) -> None:
    system = System()
    (place,) = find_places(Editor.KRITA, system)
    install(place, system)
    settings = home / ".config/kritarc"
    settings.unlink()
    settings.symlink_to("/proc/self/mem")

    found = {finding.topic: finding for finding in look_at_editors(system)}

    assert found["Krita"].level is Level.BAD
    assert "can't be read" in found["Krita"].says
    assert "GIMP" in found


def test_a_folder_that_cant_be_looked_into_is_no_end_of_it(home: Path) -> None:
    system = System(environment={"XDG_CONFIG_HOME": str(home / ("x" * 300)), "PATH": ""})

    assert {finding.topic for finding in look_at_editors(system)} == {"GIMP", "Krita"}


def test_the_disk_is_measured_where_an_editors_pixels_would_lie() -> None:
    folder, held = make_folder()
    try:
        measured = [one.values["folder"] for one in look_at_disk() if "pixels" in one.says]
        assert measured == [str(folder.parent)]
    finally:
        os.close(held)
        remove_folder(folder)


def test_looking_leaves_no_trace(home: Path) -> None:
    before = sorted(home.rglob("*"))

    diagnose()

    assert sorted(home.rglob("*")) == before


def test_the_self_test_is_nobodys_run() -> None:
    journal_folder().mkdir(parents=True)

    (journal,) = (one for one in diagnose().findings if one.topic == "Journal")

    assert journal.values["jobs"] == 0
    assert journal.says.startswith("0 jobs")


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


@pytest.mark.parametrize(
    ("says", "private"),
    [
        ("in C:\\Users\\Jane Doe\\AppData\\krita.", "Jane"),
        ("in /media/Jane Doe/Krita 5/krita.", "Jane"),
        ("No host called gw.acme.example was found.", "acme"),
        ("acme-corp said: no.", "acme"),
        ("No host called GW.Acme.example was found.", "Acme"),
    ],
)
def test_a_report_names_no_endpoint_and_no_folder_with_a_blank(says: str, private: str) -> None:
    values = {
        "endpoint": "acme-corp",
        "base_url": "https://gw.acme.example:8443/acme/v1",
        "folder": says.removeprefix("in ").removesuffix("."),
    }
    default = Finding("Endpoint acme-corp", Level.GOOD, f"The default: {values['base_url']}.")
    diagnosis = Diagnosis((default, Finding("Krita", Level.BAD, says, values=values)))

    assert private in diagnosis.text
    assert private not in diagnosis.report
    assert "ENDPOINT-1" in diagnosis.report


def test_the_engine_inside_is_named_in_a_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OVERPAINT_ENDPOINT")

    assert "Endpoint embedded" in diagnose().report


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
