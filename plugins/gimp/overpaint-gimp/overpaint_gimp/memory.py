"""What the panel remembers from one GIMP to the next; no key is ever in it."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from overpaint_bridge.settings import PanelSettings

from .host import Gimp

__all__ = ["load_settings", "save_settings"]


def load_settings() -> PanelSettings:
    """What was saved last; the defaults where nothing was, or it can't be read."""
    try:
        return PanelSettings.from_json(_path().read_bytes())
    except (OSError, ValueError):
        return PanelSettings()


def save_settings(settings: PanelSettings) -> None:
    """Keep the settings; a full or read-only disk costs only the memory."""
    path = _path()
    new = path.with_suffix(".new")
    with contextlib.suppress(OSError):
        new.write_text(settings.to_json(), encoding="utf-8")
        os.replace(new, path)  # noqa: PTH105  it replaces on every system


def _path() -> Path:
    return Path(Gimp.directory()) / "overpaint-panel.json"
