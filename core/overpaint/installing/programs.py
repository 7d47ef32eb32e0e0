"""The editors' own programs: which are there, and of what version."""

from __future__ import annotations

import plistlib
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .system import System

__all__ = ["flatpak_versions", "full_versions", "gimp_versions", "has_krita"]

IN_A_NAME = re.compile(r"(?<!\d)(3\.\d+)(?!\d)")
BUNDLES = {"gimp": "GIMP*.app", "krita": "[Kk]rita*.app"}
PROGRAMS = {"gimp": "GIMP*/bin/gimp-*.exe", "krita": "Krita*/bin/krita.exe"}
RELEASE = re.compile(r'<release\b[^>]*\bversion="([^"]+)"')
FULL = re.compile(r"\d+\.\d+(?:\.\d+)*(?:-[a-z]\w*)?")


def gimp_versions(system: System) -> set[str]:
    """The series of GIMP 3 that are installed: `3.0`, `3.2`."""
    if system.is_mac:
        said = [_bundle_version(path) for path in _bundles(system, BUNDLES["gimp"])]
    elif system.is_windows:
        said = [path.stem for path in _windows_programs(system, PROGRAMS["gimp"])]
    else:
        said = [path.name for path in system.programs("gimp-3.*", "gimp-console-3.*")]
        said += [path.name for path in _images(system, "gimp")]
        if not said:
            said = [system.ask([path, "--version"]) for path in system.programs("gimp")]
    return {match[1] for text in said if (match := IN_A_NAME.search(text))}


def flatpak_versions(system: System, editor: str) -> list[str]:
    """The editor's versions that are installed as Flatpaks, started or not."""
    return list(_flatpak(system, editor))


def has_krita(system: System) -> bool:
    """True where Krita is installed, however old."""
    if system.is_mac:
        return any(_bundles(system, BUNDLES["krita"]))
    if system.is_windows:
        return any(_windows_programs(system, PROGRAMS["krita"]))
    return any(system.programs("krita")) or any(_images(system, "krita"))


def full_versions(system: System, editor: str) -> list[str]:
    """Every installed version in full, asked of the programs themselves: takes a moment."""
    if system.is_mac:
        said = [_bundle_version(path) for path in _bundles(system, BUNDLES[editor])]
    elif system.is_windows:
        said = [path.stem for path in _windows_programs(system, PROGRAMS[editor])]
    else:
        said = [_told_version(system, path) for path in system.programs(editor)]
        said += [path.name for path in _images(system, editor)]
        said += [f"{version} (Flatpak)" for version in _flatpak(system, editor)]
        said += [f"{version} (Snap)" for version in _snap(system, editor)]
    found = []
    for text in said:
        version = FULL.search(text)
        suffix = re.search(r" \((?:Flatpak|Snap)\)$", text)
        if version:
            found.append(version[0] + (suffix[0] if suffix else ""))
    return sorted(set(found))


def _told_version(system: System, program: Path) -> str:
    """What a program says of its version, else what lies beside it: some Kritas want a screen."""
    with tempfile.TemporaryDirectory() as elsewhere:  # Krita keeps a log even of that
        folders = ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR")
        said = system.ask(
            [program, "--version"],
            dict.fromkeys(folders, elsewhere) | {"QT_QPA_PLATFORM": "offscreen"},
        )
    if FULL.search(said):
        return said
    # A series that is kept up beside a newer one is listed with it: the last resort.
    for path in sorted(program.parent.parent.glob(f"share/metainfo/*{program.name}*.xml")):
        newest = RELEASE.search(path.read_text(errors="replace"))
        if newest:
            return newest[1]
    return ""


def _bundles(system: System, pattern: str) -> Iterator[Path]:
    for folder in (system.root / "Applications", system.home / "Applications"):
        yield from sorted(folder.glob(pattern))


def _bundle_version(bundle: Path) -> str:
    try:
        with (bundle / "Contents/Info.plist").open("rb") as file:
            return str(plistlib.load(file).get("CFBundleShortVersionString", ""))
    except (OSError, plistlib.InvalidFileException):
        return ""


def _windows_programs(system: System, pattern: str) -> Iterator[Path]:
    roots = {
        system.folder("ProgramFiles", "Program Files"),
        system.folder("ProgramW6432", "Program Files"),
        system.folder("LOCALAPPDATA", "AppData", "Local") / "Programs",
    }
    for root in sorted(roots):
        yield from sorted(root.glob(pattern))


def _images(system: System, editor: str) -> Iterator[Path]:
    """AppImages, in the folders people keep them in; they use the ordinary settings folders."""
    for name in ("Applications", ".local/bin", "bin", "Downloads", "Desktop"):
        for path in sorted((system.home / name).glob("*.[Aa]pp[Ii]mage")):
            if path.name.casefold().startswith(editor):
                yield path


def _flatpak(system: System, editor: str) -> Iterator[str]:
    names = {"gimp": "org.gimp.GIMP", "krita": "org.kde.krita"}
    for program in system.programs("flatpak"):
        listed = system.ask([program, "list", "--app", "--columns=application,version"])
        for line in listed.splitlines():
            application, _, version = line.partition("\t")
            if application == names[editor]:
                yield version


def _snap(system: System, editor: str) -> Iterator[str]:
    try:
        text = (system.root / "snap" / editor / "current/meta/snap.yaml").read_text()
    except OSError:
        return
    version = re.search(r"^version:\s*['\"]?([^'\"\s]+)", text, re.MULTILINE)
    if version:
        yield version[1]
