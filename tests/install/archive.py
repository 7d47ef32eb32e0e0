"""The archives, built as `hatch build -t custom` builds them."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

from overpaint_bridge import __version__

__all__ = ["ROOT", "WHEEL", "build"]

ROOT = Path(__file__).parents[2]
WHEEL = f"overpaint-{__version__}-py3-none-any.whl"


def build(folder: Path) -> dict[str, Path]:
    """Build both archives into a folder; returns them by editor."""
    archives = _builder().get_builder()(str(ROOT)).build(directory=str(folder))
    return {Path(path).name.split("-")[1]: Path(path) for path in archives}


def _builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("archive_builder", ROOT / "plugins/build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
