"""Installed whole, switched on, and gone without a trace."""

from __future__ import annotations

import json
import sys
from pathlib import Path, PurePosixPath

import pytest

from overpaint.errors import ConfigurationError, OutputError, WorkerError
from overpaint.installing import (
    Editor,
    Place,
    System,
    find_places,
    greet,
    install,
    placing,
    plugin_state,
    uninstall,
)
from overpaint.installing.payload import plugin_files

from .conftest import executable, tree

BOTH = list(Editor)


def place_of(editor: Editor, system: System) -> Place:
    (place,) = find_places(editor, system)
    return place


def install_both(system: System) -> None:
    for editor in BOTH:
        install(place_of(editor, system), system)


def test_uninstalling_restores_the_tree_byte_for_byte(with_editors: System) -> None:
    before = tree(with_editors.home)
    install_both(with_editors)

    assert tree(with_editors.home) != before
    for editor in BOTH:
        uninstall(editor, with_editors)

    assert tree(with_editors.home) == before


@pytest.mark.parametrize(("editor", "name"), [(Editor.GIMP, "gimp-3.0"), (Editor.KRITA, "krita")])
def test_an_editor_never_started_gets_no_folders_to_keep(
    editor: Editor, name: str, linux: System
) -> None:
    (linux.search_path[0] / name).touch(mode=0o755)
    install(place_of(editor, linux), linux)

    uninstall(editor, linux)

    assert tree(linux.home) == {}


def test_installing_again_changes_nothing(with_editors: System) -> None:
    install_both(with_editors)
    once = tree(with_editors.home)

    again = install(place_of(Editor.KRITA, with_editors), with_editors)

    assert again.was_there
    assert not again.enabled
    assert tree(with_editors.home) == once


def test_one_editor_leaves_and_the_other_stays(with_editors: System) -> None:
    install_both(with_editors)

    uninstall(Editor.GIMP, with_editors)

    assert plugin_state(place_of(Editor.KRITA, with_editors)).is_enabled
    assert with_editors.record.exists()


def test_an_upgrade_leaves_nothing_of_the_earlier_version(with_editors: System) -> None:
    place = place_of(Editor.GIMP, with_editors)
    install(place, with_editors)
    stale = place.folder / "overpaint-gimp/overpaint_gimp/gone.py"
    stale.write_text("an earlier version's")
    script = place.folder / "overpaint-gimp/overpaint-gimp.py"
    script.write_text("an earlier version's")

    assert not install(place, with_editors).was_there

    assert not stale.exists()
    assert script.read_text() != "an earlier version's"
    assert executable(script)


def test_neighbours_are_never_touched(with_editors: System) -> None:
    def others() -> dict[str, bytes | None]:
        return {
            path: content
            for path, content in tree(with_editors.home).items()
            if "other" in path or path.endswith("gimprc")
        }

    before = others()

    install_both(with_editors)

    assert others() == before


def test_a_link_somebody_made_is_left_alone(with_editors: System, tmp_path: Path) -> None:
    mine = tmp_path / "checkout"
    mine.mkdir()
    place = place_of(Editor.GIMP, with_editors)
    (place.folder / "overpaint-gimp").symlink_to(mine)

    with pytest.raises(OutputError, match="is a link"):
        install(place, with_editors)

    assert (place.folder / "overpaint-gimp").is_symlink()


def test_a_refused_upgrade_leaves_the_earlier_version_whole(
    with_editors: System, tmp_path: Path
) -> None:
    place = place_of(Editor.KRITA, with_editors)
    install(place, with_editors)
    (place.folder / "pykrita/overpaint_krita/docker.py").write_text("an earlier version's")
    action = place.folder / "actions/overpaint_krita.action"
    action.unlink()
    action.symlink_to(tmp_path)
    before = tree(with_editors.home)

    with pytest.raises(OutputError, match="is a link"):
        install(place, with_editors)

    assert tree(with_editors.home) == before


def test_an_exchange_that_breaks_off_is_taken_back(tmp_path: Path) -> None:
    for path in ("folder/one", "folder/two", "new/one", "new/gone/three"):
        (tmp_path / path).mkdir(parents=True)
    (tmp_path / "folder/one/mine").write_text("the earlier version's")
    (tmp_path / "old").mkdir()
    before = tree(tmp_path)
    owned = tuple(map(PurePosixPath, ("one", "two", "gone/three")))

    with pytest.raises(FileNotFoundError):
        placing._exchange(tmp_path / "folder", owned, tmp_path / "new", tmp_path / "old")

    assert tree(tmp_path) == before


def test_what_a_killed_installation_left_goes_with_the_next_one(with_editors: System) -> None:
    before = tree(with_editors.home)
    place = place_of(Editor.GIMP, with_editors)
    left = place.folder / ".overpaint-killed/old/0"
    left.mkdir(parents=True)

    install(place, with_editors)

    assert not left.exists()
    left.mkdir(parents=True)
    uninstall(Editor.GIMP, with_editors)
    assert tree(with_editors.home) == before


def test_uninstalling_leaves_a_link_that_somebody_made(
    with_editors: System, tmp_path: Path
) -> None:
    place = place_of(Editor.KRITA, with_editors)
    (place.folder / "pykrita/overpaint_krita").symlink_to(tmp_path)
    settings = with_editors.home / ".config/kritarc"
    settings.write_bytes(b"[python]\nenable_overpaint_krita=true\n")

    assert uninstall(Editor.KRITA, with_editors, [place]) == []

    assert (place.folder / "pykrita/overpaint_krita").is_symlink()
    assert settings.read_bytes() == b"[python]\nenable_overpaint_krita=true\n"


def test_a_record_that_is_rubbish_is_written_anew(with_editors: System) -> None:
    with_editors.record.parent.mkdir()
    with_editors.record.write_bytes(b"\xff\xfe")

    install(place_of(Editor.GIMP, with_editors), with_editors)

    assert json.loads(with_editors.record.read_text())["python"] == sys.executable


def test_a_sandbox_is_refused_where_there_is_no_wheel_to_put_into_it(linux: System) -> None:
    """Its plug-in could only end in a sentence at its first start."""
    folder = linux.home / ".var/app/org.gimp.GIMP/config/GIMP/3.0"
    folder.mkdir(parents=True)
    before = tree(linux.home)

    with pytest.raises(ConfigurationError, match="was not installed from one"):
        install(place_of(Editor.GIMP, linux), linux)

    assert tree(linux.home) == before


def test_settings_krita_has_rewritten_lose_our_line_alone(with_editors: System) -> None:
    place = place_of(Editor.KRITA, with_editors)
    install(place, with_editors)
    settings = with_editors.home / ".config/kritarc"
    settings.write_bytes(settings.read_bytes().replace(b"last=1", b"last=2\nnew=3\n"))

    uninstall(Editor.KRITA, with_editors)

    assert settings.read_bytes() == (
        b"[theme]\nTheme=Dark\n\n[python]\nenable_other=true\n\n[z]\nlast=2\nnew=3\n"
    )


def test_a_plugin_unpacked_by_hand_is_removed_too(with_editors: System) -> None:
    before = tree(with_editors.home)
    place = place_of(Editor.KRITA, with_editors)
    for name, content in plugin_files(Editor.KRITA).items():
        path = place.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    uninstall(Editor.KRITA, with_editors, [place])
    (place.folder / "actions").rmdir()  # made by hand as well

    assert tree(with_editors.home) == before


def test_the_interpreter_is_recorded_and_put_back(with_editors: System) -> None:
    with_editors.record.parent.mkdir()
    with_editors.record.write_text('{"python": "/an/earlier/one"}')

    install(place_of(Editor.GIMP, with_editors), with_editors)

    assert json.loads(with_editors.record.read_text())["python"] == sys.executable
    uninstall(Editor.GIMP, with_editors)
    assert json.loads(with_editors.record.read_text()) == {"python": "/an/earlier/one"}


def test_the_recorded_interpreter_answers() -> None:
    greeting = greet(sys.executable)

    assert greeting.python == sys.executable
    assert greeting.seconds > 0


def test_an_interpreter_without_overpaint_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkerError, match="can't be started"):
        greet(str(tmp_path / "python"))


@pytest.mark.skipif(sys.platform == "win32", reason="the programs are shell scripts")
def test_gimp_is_told_its_python_where_another_is_first(linux: System, tmp_path: Path) -> None:
    knows = linux.root / "usr/bin/python3"
    knows.write_text("#!/bin/sh\necho yes\n")
    foreign = tmp_path / "conda/bin/python3"
    foreign.parent.mkdir(parents=True)
    foreign.write_text("#!/bin/sh\nexit 1\n")
    for path in (knows, foreign):
        path.chmod(0o755)
    (linux.home / ".config/GIMP/3.0").mkdir(parents=True)
    system = System("linux", linux.home, {"PATH": str(foreign.parent)}, linux.root)
    before = tree(linux.home)

    done = install(place_of(Editor.GIMP, system), system)

    assert done.interpreter is not None
    assert done.interpreter.read_text() == f"python3={knows}\n"
    uninstall(Editor.GIMP, system)
    assert tree(linux.home) == before
