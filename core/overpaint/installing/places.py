"""Where each editor of this machine takes plug-ins from, for every version and packaging."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from .programs import flatpak_versions, gimp_versions, has_krita
from .system import System

__all__ = ["Editor", "Place", "find_places"]

SERIES = re.compile(r"3\.\d+")


class Editor(StrEnum):
    """The editors there is a plug-in for."""

    GIMP = "gimp"
    KRITA = "krita"

    @property
    def label(self) -> str:
        """As it calls itself."""
        return "GIMP" if self is Editor.GIMP else "Krita"


@dataclass(frozen=True, slots=True)
class Place:
    """A person's own folder of one installation of an editor.

    Attributes:
        editor: which.
        folder: what plug-ins go into: GIMP's `plug-ins`, Krita's resource folder.
        version: the series it belongs to; empty where one folder serves all.
        packaging: `flatpak`, `snap` or `store`; empty for any other.
        settings: Krita's kritarc; None for GIMP.
    """

    editor: Editor
    folder: Path
    version: str = ""
    packaging: str = ""
    settings: Path | None = None

    @property
    def title(self) -> str:
        """For a person: `GIMP 3.0 (Flatpak)`."""
        words = [self.editor.label, self.version, f"({self.packaging.title()})"]
        return " ".join(word for word in words if word.strip("()"))

    @property
    def is_sandboxed(self) -> bool:
        """True where the editor can't run this machine's own programs."""
        return self.packaging in ("flatpak", "snap")


def find_places(editor: Editor, system: System) -> list[Place]:
    """Every place an installed version of the editor would take the plug-in from."""
    found = _gimp(system) if editor is Editor.GIMP else _krita(system)
    unique = {place.folder: place for place in found}
    return sorted(unique.values(), key=lambda place: (place.packaging, place.version))


def _gimp(system: System) -> Iterator[Place]:
    """GIMP keeps one folder a series; it may not have been started yet."""
    named = system.environment.get("GIMP3_DIRECTORY")
    own = _gimp_folder(system)
    if named:
        yield Place(Editor.GIMP, Path(named, "plug-ins"))
    else:
        for version in sorted(_series(own) | gimp_versions(system)):
            yield Place(Editor.GIMP, own / version / "plug-ins", version)
    if system.is_windows or system.is_mac:
        return
    flatpak = system.home / ".var/app/org.gimp.GIMP/config/GIMP"
    told = (SERIES.match(version) for version in flatpak_versions(system, "gimp"))
    for version in sorted(_series(flatpak) | {match[0] for match in told if match}):
        yield Place(Editor.GIMP, flatpak / version / "plug-ins", version, "flatpak")
    snap = system.home / "snap/gimp/current"
    for base in (snap / "GIMP", snap / ".config/GIMP"):
        for version in sorted(_series(base)):
            yield Place(Editor.GIMP, base / version / "plug-ins", version, "snap")


def _gimp_folder(system: System) -> Path:
    if system.is_windows:
        return system.folder("APPDATA", "AppData", "Roaming") / "GIMP"
    if system.is_mac:
        return system.home / "Library/Application Support/GIMP"
    return system.folder("XDG_CONFIG_HOME", ".config") / "GIMP"


def _series(folder: Path) -> set[str]:
    if not folder.is_dir():
        return set()
    return {path.name for path in folder.iterdir() if SERIES.fullmatch(path.name)}


def _krita(system: System) -> Iterator[Place]:
    """Krita keeps one resource folder for all versions, unless kritarc names another."""
    for folder, settings, packaging in _krita_folders(system):
        if folder.is_dir() or settings.is_file() or _is_installed(packaging, system):
            chosen = _resource_folder(settings) or folder
            yield Place(Editor.KRITA, chosen, "", packaging, settings)


def _is_installed(packaging: str, system: System) -> bool:
    """True where Krita is there though it has never been started."""
    if packaging == "flatpak":
        return bool(flatpak_versions(system, "krita"))
    return not packaging and has_krita(system)


def _krita_folders(system: System) -> Iterator[tuple[Path, Path, str]]:
    if system.is_windows:
        local = system.folder("LOCALAPPDATA", "AppData", "Local")
        yield system.folder("APPDATA", "AppData", "Roaming") / "krita", local / "kritarc", ""
        for store in sorted((local / "Packages").glob("*Krita_*/LocalCache")):
            yield store / "Roaming/krita", store / "Local/kritarc", "store"
        return
    if system.is_mac:
        library = system.home / "Library"
        yield library / "Application Support/krita", library / "Preferences/kritarc", ""
        return
    data = system.folder("XDG_DATA_HOME", ".local", "share") / "krita"
    yield data, system.folder("XDG_CONFIG_HOME", ".config") / "kritarc", ""
    flatpak = system.home / ".var/app/org.kde.krita"
    yield flatpak / "data/krita", flatpak / "config/kritarc", "flatpak"
    snap = system.home / "snap/krita/current"
    yield snap / ".local/share/krita", snap / ".config/kritarc", "snap"


def _resource_folder(settings: Path) -> Path | None:
    """The resource folder a person has chosen in Krita's preferences, or None."""
    try:
        text = settings.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    head = re.split(r"^\[", text, maxsplit=1, flags=re.MULTILINE)[0]
    chosen = re.search(r"^ResourceDirectory=(.+)$", head, re.MULTILINE)
    folder = Path(chosen[1].strip()) if chosen else None
    return folder if folder is not None and folder.is_dir() else None
