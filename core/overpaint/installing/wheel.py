"""The installed package as a wheel again, for an editor that can only install for itself."""

from __future__ import annotations

import io
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import PurePosixPath
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from overpaint_bridge import __version__

from .payload import BRIDGE
from .places import Editor

__all__ = ["WHEELS", "carried_wheel"]

# Beside the bridge, which is where its set-up looks for it.
WHEELS = {editor: BRIDGE[editor].with_name("wheels") for editor in Editor}
# What pip adds to a wheel's own files when it installs one.
ADDED = ("INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json")
EARLIEST = (1980, 1, 1, 0, 0, 0)


def carried_wheel() -> Iterator[tuple[str, bytes]]:
    """Give the wheel's name and content; nothing where a checkout is what is installed."""
    try:
        installed = distribution("overpaint")
    except PackageNotFoundError:
        return
    files = {str(PurePosixPath(path)): path for path in installed.files or []}
    if "overpaint/__init__.py" not in files:
        return
    ours = {name: path for name, path in files.items() if _is_ours(PurePosixPath(name))}
    content = io.BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for name, path in sorted(ours.items()):
            info = ZipInfo(name, EARLIEST)
            info.compress_type = ZIP_DEFLATED
            data = path.read_binary()
            if PurePosixPath(name).name == "RECORD":
                data = _record(data.decode(), frozenset(ours))
            archive.writestr(info, data)
    yield f"overpaint-{__version__}-py3-none-any.whl", content.getvalue()


def _is_ours(path: PurePosixPath) -> bool:
    """True for what was in the wheel that was installed."""
    inside = path.parts[0].startswith("overpaint") and "__pycache__" not in path.parts
    return inside and path.name not in ADDED


def _record(text: str, names: frozenset[str]) -> bytes:
    """The list of files without those that are left out."""
    kept = [line for line in text.splitlines(keepends=True) if line.split(",")[0] in names]
    return "".join(kept).encode()
