"""Where plug-ins go, on every system and packaging."""

from __future__ import annotations

import plistlib
from collections.abc import Callable
from pathlib import Path

import pytest

from overpaint.installing import Editor, System, find_places
from overpaint.installing.programs import full_versions

Program = Callable[[str, str], Path]


def folders(editor: Editor, system: System) -> list[str]:
    return [
        place.folder.relative_to(system.home).as_posix() for place in find_places(editor, system)
    ]


@pytest.mark.parametrize("editor", list(Editor))
def test_nothing_is_found_on_a_machine_without_editors(editor: Editor, linux: System) -> None:
    assert find_places(editor, linux) == []


def test_every_series_of_gimp_has_a_folder_of_its_own(linux: System) -> None:
    for version in ("2.10", "3.0", "3.2"):
        (linux.home / ".config/GIMP" / version).mkdir(parents=True)

    assert folders(Editor.GIMP, linux) == [
        ".config/GIMP/3.0/plug-ins",
        ".config/GIMP/3.2/plug-ins",
    ]


@pytest.mark.parametrize("name", ["gimp-3.2", "gimp-console-3.2"])
def test_gimp_is_found_before_its_first_start(name: str, linux: System, program: Program) -> None:
    program(name, "")

    assert folders(Editor.GIMP, linux) == [".config/GIMP/3.2/plug-ins"]


def test_a_program_without_a_version_in_its_name_is_asked(linux: System, program: Program) -> None:
    program("gimp", "GNU Image Manipulation Program version 3.0.4")

    assert folders(Editor.GIMP, linux) == [".config/GIMP/3.0/plug-ins"]


def test_gimp_2_is_left_alone(linux: System, program: Program) -> None:
    program("gimp", "GNU Image Manipulation Program version 2.10.36")

    assert folders(Editor.GIMP, linux) == []


def test_gimps_own_variable_is_honoured(linux: System, tmp_path: Path) -> None:
    environment = {**linux.environment, "GIMP3_DIRECTORY": str(tmp_path / "mine")}
    system = System("linux", linux.home, environment, linux.root)

    assert [place.folder for place in find_places(Editor.GIMP, system)] == [
        tmp_path / "mine/plug-ins"
    ]


def test_flatpak_and_snap_have_folders_of_their_own(linux: System) -> None:
    for path in (
        ".var/app/org.gimp.GIMP/config/GIMP/3.2",
        "snap/gimp/current/GIMP/3.0",
        ".var/app/org.kde.krita/data/krita",
        "snap/krita/current/.local/share/krita",
    ):
        (linux.home / path).mkdir(parents=True)

    gimps = find_places(Editor.GIMP, linux)
    kritas = find_places(Editor.KRITA, linux)

    assert [place.title for place in gimps] == ["GIMP 3.2 (Flatpak)", "GIMP 3.0 (Snap)"]
    assert [place.title for place in kritas] == ["Krita (Flatpak)", "Krita (Snap)"]
    assert all(place.is_sandboxed for place in [*gimps, *kritas])
    assert kritas[0].settings == linux.home / ".var/app/org.kde.krita/config/kritarc"


def test_a_flatpak_is_found_before_its_first_start(linux: System) -> None:
    """Not so a Snap: its folder is a link that only its own first start can make."""
    lines = r"org.gimp.GIMP\t3.2.4\norg.kde.krita\t5.2.9\norg.other\t3.0\n"
    flatpak = linux.search_path[0] / "flatpak"
    flatpak.write_text(f"#!/bin/sh\nprintf '{lines}'\n")
    flatpak.chmod(0o755)

    assert folders(Editor.GIMP, linux) == [".var/app/org.gimp.GIMP/config/GIMP/3.2/plug-ins"]
    assert folders(Editor.KRITA, linux) == [".var/app/org.kde.krita/data/krita"]


@pytest.mark.parametrize(
    ("image", "editor", "folder"),
    [
        ("GIMP-3.0.4-x86_64.AppImage", Editor.GIMP, ".config/GIMP/3.0/plug-ins"),
        ("krita-5.2.9-x86_64.appimage", Editor.KRITA, ".local/share/krita"),
    ],
)
def test_an_appimage_uses_the_ordinary_folders(
    image: str, editor: Editor, folder: str, linux: System
) -> None:
    path = linux.home / "Applications" / image
    path.parent.mkdir()
    path.touch()

    assert folders(editor, linux) == [folder]


def test_krita_is_found_before_its_first_start(linux: System, program: Program) -> None:
    program("krita", "krita 5.2.9")

    assert folders(Editor.KRITA, linux) == [".local/share/krita"]


def test_a_resource_folder_chosen_in_krita_is_honoured(linux: System) -> None:
    chosen = linux.home / "Art/krita"
    chosen.mkdir(parents=True)
    settings = linux.home / ".config/kritarc"
    settings.parent.mkdir()
    settings.write_text(f"ResourceDirectory={chosen}\n[theme]\nTheme=Dark\n")

    assert folders(Editor.KRITA, linux) == ["Art/krita"]


def test_the_folders_on_windows(tmp_path: Path) -> None:
    environment = {
        "APPDATA": str(tmp_path / "AppData/Roaming"),
        "LOCALAPPDATA": str(tmp_path / "AppData/Local"),
        "ProgramFiles": str(tmp_path / "Program Files"),
    }
    windows = System("win32", tmp_path, environment, tmp_path)
    for path in (
        "Program Files/GIMP 3/bin/gimp-3.0.exe",
        "Program Files/Krita (x64)/bin/krita.exe",
        "AppData/Local/Packages/49800Krita_x/LocalCache/Roaming/krita/x",
    ):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).touch()

    kritas = find_places(Editor.KRITA, windows)

    assert folders(Editor.GIMP, windows) == ["AppData/Roaming/GIMP/3.0/plug-ins"]
    assert [place.folder for place in kritas] == [
        tmp_path / "AppData/Roaming/krita",
        tmp_path / "AppData/Local/Packages/49800Krita_x/LocalCache/Roaming/krita",
    ]
    assert kritas[0].settings == tmp_path / "AppData/Local/kritarc"


def test_the_folders_on_macos(tmp_path: Path) -> None:
    mac = System("darwin", tmp_path, {}, tmp_path)
    for bundle, version in (("GIMP.app", "3.0.6"), ("krita.app", "5.2.9")):
        plist = tmp_path / "Applications" / bundle / "Contents/Info.plist"
        plist.parent.mkdir(parents=True)
        plist.write_bytes(plistlib.dumps({"CFBundleShortVersionString": version}))

    assert folders(Editor.GIMP, mac) == ["Library/Application Support/GIMP/3.0/plug-ins"]
    assert folders(Editor.KRITA, mac) == ["Library/Application Support/krita"]
    assert full_versions(mac, "gimp") == ["3.0.6"]


def test_versions_are_told_in_full_with_their_packaging(linux: System, program: Program) -> None:
    program("gimp", "GNU Image Manipulation Program version 3.0.4")
    program("flatpak", "org.gimp.GIMP\t3.2.4")
    snap = linux.root / "snap/gimp/current/meta/snap.yaml"
    snap.parent.mkdir(parents=True)
    snap.write_text("name: gimp\nversion: 3.0.8\n")

    assert full_versions(linux, "gimp") == ["3.0.4", "3.0.8 (Snap)", "3.2.4 (Flatpak)"]


@pytest.mark.parametrize(("says", "version"), [("", "5.3.4"), ("krita 6.0.4", "6.0.4")])
def test_krita_is_asked_and_one_that_wants_a_screen_is_looked_up(
    says: str, version: str, linux: System, program: Program
) -> None:
    """The newest release that Krita 6 lists is one of 5.3."""
    program("krita", says)
    about = linux.search_path[0].parent / "share/metainfo/org.kde.krita.appdata.xml"
    about.parent.mkdir(parents=True)
    about.write_text('<releases><release date="2026-07-23" version="5.3.4"/></releases>')

    assert full_versions(linux, "krita") == [version]


def test_asking_an_editor_leaves_nothing_in_the_home(linux: System) -> None:
    path = linux.search_path[0] / "krita"
    path.write_text('#!/bin/sh\n/bin/touch "$HOME/krita.log" && echo krita 5.3.4\n')
    path.chmod(0o755)

    assert full_versions(linux, "krita") == ["5.3.4"]
    assert list(linux.home.iterdir()) == []
