"""Build the plug-in archives: `hatch build -t custom` writes one zip per editor to dist/.

Each archive is the editor's folder, the bridge, and the wheel for a first start without a shell.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from hatchling.builders.config import BuilderConfig
from hatchling.builders.plugin.interface import BuilderInterface
from hatchling.builders.utils import get_reproducible_timestamp
from hatchling.builders.wheel import WheelBuilder
from hatchling.plugin.manager import PluginManager

# Where each tree lands in the archive. GIMP wants the folder called as
# the script in it; Krita's importer unpacks one package, so that all else lives inside that.
LAYOUTS = {
    "gimp": {
        "plugins/gimp/overpaint-gimp": "overpaint-gimp",
        "core/overpaint_bridge": "overpaint-gimp/overpaint_bridge",
        "LICENSE": "overpaint-gimp/LICENSE",
    },
    "krita": {
        "plugins/krita/overpaint_krita": "overpaint_krita",
        "plugins/krita/overpaint_krita.action": "overpaint_krita.action",
        "plugins/krita/overpaint_krita.desktop": "overpaint_krita.desktop",
        "core/overpaint_bridge": "overpaint_krita/vendor/overpaint_bridge",
        "LICENSE": "overpaint_krita/LICENSE",
    },
}
# Beside the bridge, which is where its set-up looks for it.
WHEELS = {"gimp": "overpaint-gimp/wheels", "krita": "overpaint_krita/vendor/wheels"}

Entries = dict[PurePosixPath, bytes]


class PluginArchiveBuilder(BuilderInterface[BuilderConfig, PluginManager]):
    """Hatch's `custom` target; its versions are the editors."""

    PLUGIN_NAME = "custom"

    def get_version_api(self) -> dict[str, Callable[..., str]]:
        """Name the editors."""
        return {"gimp": self.build_gimp, "krita": self.build_krita}

    def build_gimp(self, directory: str, **_build_data: object) -> str:
        """Write GIMP's archive."""
        return self.write_archive("gimp", Path(directory))

    def build_krita(self, directory: str, **_build_data: object) -> str:
        """Write Krita's archive."""
        return self.write_archive("krita", Path(directory))

    def clean(self, directory: str, versions: list[str]) -> None:
        """Remove earlier archives of these editors."""
        for editor in versions:
            for archive in Path(directory).glob(f"{self.metadata.core.name}-{editor}-*.zip"):
                archive.unlink()

    def write_archive(self, editor: str, directory: Path) -> str:
        """Write one editor's archive and return its path."""
        entries = dict(self.collect(LAYOUTS[editor]))
        wheel, content = self.build_wheel()
        entries[PurePosixPath(WHEELS[editor], wheel)] = content
        target = directory / f"{self.metadata.core.name}-{editor}-{self.metadata.version}.zip"
        write_zip(target, entries, time.gmtime(get_reproducible_timestamp())[:6])
        return str(target)

    def build_wheel(self) -> tuple[str, bytes]:
        """Name and content of the wheel: byte for byte the one that is released."""
        with tempfile.TemporaryDirectory() as folder:
            builder = WheelBuilder(self.root)
            wheel = Path(next(builder.build(directory=folder, versions=["standard"])))
            return wheel.name, wheel.read_bytes()

    def collect(self, layout: dict[str, str]) -> Iterator[tuple[PurePosixPath, bytes]]:
        """Every file of the layout, by its name in the archive."""
        for tree, destination in layout.items():
            source = Path(self.root, tree)
            if source.is_file():
                yield PurePosixPath(destination), source.read_bytes()
                continue
            for path in source.rglob("*"):
                if path.is_file() and "__pycache__" not in path.parts:
                    name = path.relative_to(source).as_posix()
                    yield PurePosixPath(destination, name), path.read_bytes()


def write_zip(target: Path, entries: Entries, stamp: tuple[int, ...]) -> None:
    """Write the entries so that the same input gives the same bytes."""
    moment = (stamp[0], stamp[1], stamp[2], stamp[3], stamp[4], stamp[5])
    folders = {parent for name in entries for parent in name.parents if parent.name}
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        # Krita's importer looks for the folder itself, not only for files in it.
        for folder in sorted(folders):
            info = ZipInfo(f"{folder}/", moment)
            info.create_system = 3
            info.external_attr = 0o40755 << 16 | 0x10
            archive.writestr(info, b"")
        for name, content in sorted(entries.items()):
            info = ZipInfo(str(name), moment)
            info.create_system = 3  # a mode counts only in an archive made on Unix
            info.compress_type = ZIP_DEFLATED
            # GIMP starts a plug-in only if its file may be executed; a checkout may have lost that.
            mode = 0o755 if content.startswith(b"#!") else 0o644
            info.external_attr = (0o100000 | mode) << 16
            archive.writestr(info, content)


def get_builder() -> type[PluginArchiveBuilder]:
    """Say which of the builders in this file is meant."""
    return PluginArchiveBuilder
