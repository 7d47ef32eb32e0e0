"""No test reads or writes the settings and keys of whoever runs it, or depends on their shell."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# No test is about time: a busy machine is no failure.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def settings_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty settings folder and journal of the test's own, and no key store."""
    for name in list(os.environ):
        if name.startswith(("OVERPAINT_", "REPLICATE_")):
            monkeypatch.delenv(name)
    folder = tmp_path / "overpaint-settings"
    monkeypatch.setenv("OVERPAINT_CONFIG_DIR", str(folder))
    monkeypatch.setenv("OVERPAINT_DATA_DIR", str(tmp_path / "overpaint-data"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    return folder
