"""The archives: complete, the same bytes every time, and as each editor wants them."""

from __future__ import annotations

import ast
import hashlib
import shutil
import stat
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path
from zipfile import ZipFile

import pytest

from overpaint.installing import Editor
from overpaint.installing.payload import plugin_files
from overpaint_bridge import __version__

from .archive import ROOT, WHEEL, build


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return build(tmp_path_factory.mktemp("dist"))


@pytest.fixture
def gimp(archives: dict[str, Path]) -> Iterator[ZipFile]:
    with ZipFile(archives["gimp"]) as archive:
        yield archive


@pytest.fixture
def krita(archives: dict[str, Path]) -> Iterator[ZipFile]:
    with ZipFile(archives["krita"]) as archive:
        yield archive


def files(archive: ZipFile) -> dict[str, bytes]:
    return {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}


def test_the_same_source_gives_the_same_bytes(archives: dict[str, Path], tmp_path: Path) -> None:
    again = build(tmp_path)

    for editor, archive in archives.items():
        first, second = (
            hashlib.sha256(path.read_bytes()).hexdigest() for path in (archive, again[editor])
        )
        assert first == second


def hatchling(tree: Path, folder: Path, *targets: str) -> dict[str, bytes]:
    """What a tree is built into, by name."""
    named = [part for target in targets for part in ("-t", target)]
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", *named, "-d", str(folder)],
        cwd=tree,
        check=True,
        capture_output=True,
    )
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_wheel_is_one_from_the_tree_the_source_archive_and_in_both_zips(
    gimp: ZipFile, krita: ZipFile, tmp_path: Path
) -> None:
    first = hatchling(ROOT, tmp_path / "first", "sdist", "wheel")
    again = hatchling(ROOT, tmp_path / "again", "sdist", "wheel")
    assert {name: content == again[name] for name, content in first.items()} == dict.fromkeys(
        first, True
    )
    (source,) = (name for name in first if name.endswith(".tar.gz"))
    shutil.unpack_archive(tmp_path / "first" / source, tmp_path, filter="data")

    unpacked = hatchling(tmp_path / source.removesuffix(".tar.gz"), tmp_path / "built", "wheel")

    assert unpacked[WHEEL] == first[WHEEL]
    for archive_of, name in ((gimp, "overpaint-gimp"), (krita, "overpaint_krita/vendor")):
        assert archive_of.read(f"{name}/wheels/{WHEEL}") == first[WHEEL]


def test_gimps_archive_holds_what_install_places(gimp: ZipFile) -> None:
    carried = files(gimp)
    extra = {"overpaint-gimp/LICENSE", f"overpaint-gimp/wheels/{WHEEL}"}

    assert carried.keys() - {str(name) for name in plugin_files(Editor.GIMP)} == extra
    for name, content in plugin_files(Editor.GIMP).items():
        assert carried[str(name)] == content


def test_kritas_archive_holds_what_install_places(krita: ZipFile) -> None:
    carried = files(krita)
    placed = {
        name.relative_to(name.parts[0]).as_posix(): content
        for name, content in plugin_files(Editor.KRITA).items()
    }
    extra = {"overpaint_krita/LICENSE", f"overpaint_krita/vendor/wheels/{WHEEL}"}

    assert carried.keys() - placed.keys() == extra
    assert {name: carried[name] for name in placed} == placed


def test_every_folder_has_an_entry_of_its_own(gimp: ZipFile, krita: ZipFile) -> None:
    for archive in (gimp, krita):
        names = set(archive.namelist())
        folders = {
            f"{parent.as_posix()}/"
            for name in names
            for parent in Path(name).parents
            if parent.name
        }

        assert folders <= names


def test_gimps_script_may_be_executed_and_nothing_else(gimp: ZipFile) -> None:
    may = {
        info.filename
        for info in gimp.infolist()
        if not info.is_dir() and info.external_attr >> 16 & stat.S_IXUSR
    }

    assert may == {"overpaint-gimp/overpaint-gimp.py"}


def test_nothing_compiled_or_hidden_is_carried(gimp: ZipFile, krita: ZipFile) -> None:
    for archive in (gimp, krita):
        for name in archive.namelist():
            assert "__pycache__" not in name
            assert not any(part.startswith(".") for part in Path(name).parts)


def test_the_carried_wheel_has_the_plugins_for_install(krita: ZipFile, tmp_path: Path) -> None:
    wheel = tmp_path / WHEEL
    wheel.write_bytes(krita.read(f"overpaint_krita/vendor/wheels/{WHEEL}"))

    with ZipFile(wheel) as archive:
        names = set(archive.namelist())

    assert "overpaint/plugins/gimp/overpaint-gimp/overpaint-gimp.py" in names
    assert "overpaint/plugins/krita/overpaint_krita.desktop" in names


def test_kritas_importer_takes_the_archive(krita: ZipFile) -> None:
    """The importer's rules, from its documentation and from what it refuses."""
    names = krita.namelist()
    (desktop,) = (name for name in names if name.endswith(".desktop"))
    entry = ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment,method-assign]  # as its documentation says
    entry.read_string(krita.read(desktop).decode())
    library = entry["Desktop Entry"]["X-KDE-Library"]

    assert entry["Desktop Entry"]["ServiceTypes"] == "Krita/PythonPlugin"
    assert desktop == f"{library}.desktop"
    assert f"{library}/" in names
    assert f"{library}/__init__.py" in names
    assert f"{library}/{entry['Desktop Entry']['X-Krita-Manual']}" in names
    ET.fromstring(krita.read(f"{library}.action"))  # noqa: S314  our own file


def test_the_plugins_compile_for_the_oldest_python_an_editor_brings(
    gimp: ZipFile, krita: ZipFile
) -> None:
    for archive in (gimp, krita):
        for name, content in files(archive).items():
            if name.endswith(".py"):
                ast.parse(content, name, feature_version=(3, 10))


def test_the_unpacked_bridge_runs_by_itself(gimp: ZipFile, tmp_path: Path) -> None:
    gimp.extractall(tmp_path)
    code = "import overpaint_bridge; print(overpaint_bridge.__version__)"

    said = subprocess.run(
        [sys.executable, "-S", "-c", code],
        cwd=tmp_path / "overpaint-gimp",
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stdout.strip() == __version__
