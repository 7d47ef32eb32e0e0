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
from overpaint.installing.payload import OWNED, plugin_files
from overpaint_bridge import __version__

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


def unpack(editor: Editor, system: System) -> None:
    """As a person does with the archive, or Krita's importer for them."""
    for name, content in plugin_files(editor).items():
        path = place_of(editor, system).folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def set_up(system: System) -> Path:
    """What a first start leaves: an environment, and the record of it."""
    python = system.environments / __version__ / "bin/python"
    for path, content in {
        python: "",
        python.parents[1] / "pyvenv.cfg": "",
        system.record: json.dumps({"python": str(python)}),
    }.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return python


def uninstall_found(editor: Editor, system: System) -> None:
    uninstall(editor, system, find_places(editor, system))


def test_a_plugin_unpacked_by_hand_is_removed_too(with_editors: System) -> None:
    before = tree(with_editors.home)
    unpack(Editor.KRITA, with_editors)

    uninstall_found(Editor.KRITA, with_editors)

    assert tree(with_editors.home) == before


def test_the_environment_of_a_first_start_goes_with_the_last_plugin_that_uses_it(
    with_editors: System,
) -> None:
    before = tree(with_editors.home)
    for editor in BOTH:
        unpack(editor, with_editors)
    python = set_up(with_editors)

    uninstall_found(Editor.GIMP, with_editors)
    assert python.exists()
    assert with_editors.record.exists()
    uninstall_found(Editor.KRITA, with_editors)

    assert tree(with_editors.home) == before


def test_an_installation_after_a_first_start_leaves_no_trace_of_either(
    with_editors: System,
) -> None:
    before = tree(with_editors.home)
    unpack(Editor.GIMP, with_editors)
    set_up(with_editors)
    install(place_of(Editor.GIMP, with_editors), with_editors)

    uninstall_found(Editor.GIMP, with_editors)

    assert tree(with_editors.home) == before


def test_a_developers_link_keeps_the_environment(with_editors: System, tmp_path: Path) -> None:
    place = place_of(Editor.KRITA, with_editors)
    (place.folder / "pykrita/overpaint_krita").symlink_to(tmp_path)
    python = set_up(with_editors)

    uninstall_found(Editor.GIMP, with_editors)

    assert python.exists()


def test_what_was_painted_and_paid_for_stays(with_editors: System) -> None:
    unpack(Editor.GIMP, with_editors)
    set_up(with_editors)
    journal = with_editors.environments.with_name("journal.db")
    settings = with_editors.record.with_name("settings.toml")
    for path in (journal, settings):
        path.write_text("mine")

    uninstall_found(Editor.GIMP, with_editors)

    assert not with_editors.environments.exists()
    assert journal.read_text() == settings.read_text() == "mine"


@pytest.mark.parametrize(
    ("editor", "folder", "own"),
    [
        (Editor.GIMP, ".var/app/org.gimp.GIMP/config/GIMP/3.2", ".var/app/org.gimp.GIMP"),
        (Editor.KRITA, ".var/app/org.kde.krita/data/krita", ".var/app/org.kde.krita"),
        (Editor.GIMP, "snap/gimp/current/.config/GIMP/3.0", "snap/gimp/current"),
    ],
)
def test_a_sandbox_loses_its_own_environment_and_the_machine_keeps_its(
    editor: Editor, folder: str, own: str, with_editors: System
) -> None:
    for one in BOTH:
        unpack(one, with_editors)
    python = set_up(with_editors)
    (with_editors.home / folder).mkdir(parents=True)
    base = with_editors.home / own
    data, config = (
        (base / "data", base / "config")
        if ".var" in own
        else (base / ".local/share", base / ".config")
    )
    sandbox = System("linux", base, {"XDG_DATA_HOME": str(data), "XDG_CONFIG_HOME": str(config)})
    (place,) = (one for one in find_places(editor, with_editors) if one.is_sandboxed)
    (place.folder / OWNED[editor][0]).mkdir(parents=True)
    inside = set_up(sandbox)

    uninstall(editor, with_editors, [place])

    assert not inside.exists()
    assert not sandbox.record.exists()
    assert python.exists()


def test_what_the_editors_remember_of_the_plugin_goes_too(with_editors: System) -> None:
    before = tree(with_editors.home)
    install_both(with_editors)
    own = place_of(Editor.GIMP, with_editors).folder.parent
    (own / "overpaint-panel.json").write_text("{}")
    (own / "plug-in-settings").mkdir()
    (own / "plug-in-settings/plug-in-overpaint-fill.last").write_text("()")
    (own / "plug-in-settings/plug-in-other.last").write_text("()")
    settings = with_editors.home / ".config/kritarc"
    with settings.open("ab") as file:
        file.write(b'\n\n[overpaint]\npanel={"prompt": "a [bench]"}\n')

    for editor in BOTH:
        uninstall_found(editor, with_editors)

    after = tree(with_editors.home)
    assert after.pop(".config/GIMP/3.0/plug-in-settings/plug-in-other.last") == b"()"
    del after[".config/GIMP/3.0/plug-in-settings"]
    # Krita ends every line of a file it has written.
    assert after.pop(".config/kritarc") == (before.pop(".config/kritarc") or b"") + b"\n"
    assert after == before


def test_what_is_left_of_a_plugin_that_was_deleted_by_hand_goes_too(with_editors: System) -> None:
    before = tree(with_editors.home)
    set_up(with_editors)
    (place_of(Editor.GIMP, with_editors).folder.parent / "overpaint-panel.json").write_text("{}")
    settings = with_editors.home / ".config/kritarc"
    ours = b"enable_other=true\nenable_overpaint_krita=true\n"
    settings.write_bytes(settings.read_bytes().replace(b"enable_other=true\n", ours))

    for editor in BOTH:
        uninstall_found(editor, with_editors)

    assert tree(with_editors.home) == before


def test_where_there_never_was_a_plugin_nothing_is_changed(with_editors: System) -> None:
    (place_of(Editor.KRITA, with_editors).folder / "actions").mkdir()
    before = tree(with_editors.home)

    for editor in BOTH:
        assert uninstall(editor, with_editors, find_places(editor, with_editors)) == []

    assert tree(with_editors.home) == before


def test_what_is_taken_out_of_settings_is_told(with_editors: System) -> None:
    settings = with_editors.home / ".config/kritarc"
    settings.write_bytes(b"[python]\nenable_overpaint_krita=true\n")

    (removed,) = uninstall(
        Editor.KRITA, with_editors, [place := place_of(Editor.KRITA, with_editors)]
    )

    assert (removed.folder, removed.paths) == (place.folder, [settings])


def test_a_plugin_that_was_switched_on_by_hand_is_switched_off_with_the_rest(
    with_editors: System,
) -> None:
    settings = with_editors.home / ".config/kritarc"
    before = settings.read_bytes()
    ours = b"enable_other=true\nenable_overpaint_krita=true\n"
    settings.write_bytes(before.replace(b"enable_other=true\n", ours))
    assert not install(place_of(Editor.KRITA, with_editors), with_editors).enabled

    uninstall_found(Editor.KRITA, with_editors)

    assert settings.read_bytes() == before


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
