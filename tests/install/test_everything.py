"""Uninstalled with all that a person has made: nothing is left, and nothing paid for is lost."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from .conftest import tree

KEY = "a-key-of-the-tests"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with Krita in it."""
    for folder in (".local/share/krita/pykrita", ".config"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / ".config/kritarc").write_text("[theme]\nTheme=Dark\n")
    return tmp_path


def overpaint(home: Path, *arguments: str, said: str = "", code: int = 0) -> str:
    own = {"HOME": str(home), "LOCALAPPDATA": str(home), "APPDATA": str(home)}
    own["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-m", "overpaint", *arguments],
        env=kept | own,
        cwd=home,
        input=said,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def used(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same home after a while: the plug-in, an endpoint with its key, a fill."""
    pictures = tmp_path_factory.mktemp("pictures")
    Image.radial_gradient("L").convert("RGB").save(pictures / "photo.png")
    hole = np.zeros((256, 256), np.uint8)
    hole[100:120, 100:120] = 255
    Image.fromarray(hole).save(pictures / "mask.png")
    said = overpaint(home, "install")
    # What was done, what was not, and where to click.
    assert "Krita: the plug-in is installed and switched on, in " in said
    assert "GIMP was not found here" in said
    assert "Settings > Dockers > Overpaint" in said
    assert "is up to date, in " in overpaint(home, "install", "krita")
    overpaint(home, "endpoint", "add", "studio", "https://host.example/v1")
    overpaint(home, "key", "set", "studio", said=KEY + "\n")
    overpaint(home, "key", "set", "replicate", said=KEY + "\n")
    photo, mask, out = (str(pictures / name) for name in ("photo.png", "mask.png", "out.png"))
    overpaint(home, "fill", photo, mask, "-o", out)
    return home


def test_uninstalling_everything_restores_the_tree_byte_for_byte(
    home: Path, request: pytest.FixtureRequest
) -> None:
    before = tree(home)
    used = request.getfixturevalue("used")
    assert any(KEY.encode() in (content or b"") for content in tree(used).values())

    said = overpaint(used, "uninstall", "--everything")

    assert KEY not in said
    assert "Error" not in said
    assert tree(home) == before
    assert "There was no plug-in to remove" in overpaint(home, "uninstall")
    assert tree(home) == before


def test_nothing_of_it_goes_unasked_or_while_nobody_has_a_result(used: Path) -> None:
    before = tree(used / ".config")
    (file,) = used.rglob("journal.sqlite3")
    assert "no editor" in overpaint(used, "uninstall", "krita", "--everything", code=2)
    for state in ("intent", "created", "outputs", "shown"):
        with contextlib.closing(sqlite3.connect(file)) as database, database:
            database.execute("UPDATE jobs SET state = ?", (state,))

        said = overpaint(used, "uninstall", "--everything", code=2)

        assert "overpaint jobs resume" in said
        assert tree(used / ".config") == before, "nothing has begun"
    with (used / ".config/overpaint/settings.toml").open("a") as settings:
        settings.write("\n[journal]\nenabled = false\n")
    overpaint(used, "uninstall", "--everything", code=2)

    overpaint(used, "uninstall")

    assert file.exists()
    assert "studio" in overpaint(used, "endpoint", "list")
