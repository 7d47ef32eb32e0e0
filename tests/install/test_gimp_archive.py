"""The archive alone in a real GIMP, through its windows: first start, then a fill."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from hosts.gimp.chroot import WORK, Chroot, ensure
from hosts.gimp.conftest import photo
from hosts.gimp.desktop import Desktop
from hosts.gimp.program import wait_for

from .archive import build

# A busy machine needs its time for a hundred megabytes.
PATIENCE = 900.0


class FromArchive(Desktop):
    """A GIMP into which the archive was unpacked, where no Python has Overpaint."""

    @property
    def plugin(self) -> str:
        return f"{WORK}/archive/overpaint-gimp"

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "OVERPAINT_PYTHON": ""}


@pytest.fixture(scope="module")
def chroot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chroot]:
    place = ensure("trixie")
    archive = build(tmp_path_factory.mktemp("dist"))["gimp"]
    unpacked = place.work / "archive"
    shutil.rmtree(unpacked, ignore_errors=True)
    with ZipFile(archive) as opened:
        opened.extractall(unpacked)
        for info in opened.infolist():
            # As every unpacker but this one does.
            (unpacked / info.filename).chmod(info.external_attr >> 16 & 0o777)
    yield place
    shutil.rmtree(unpacked)


def started(chroot: Chroot, **environment: str) -> FromArchive:
    return FromArchive(chroot, f"archive-{os.getpid()}", env=environment)


def test_the_set_up_ends_in_a_fill(chroot: Chroot) -> None:
    with started(chroot, PIP_NO_CACHE_DIR="1") as gimp:
        photo(gimp.folder)
        gimp.open()
        gimp.wait_for_label("Overpaint is not set up yet")

        gimp.click("button", "Set up")
        gimp.wait_for_label("Setting Overpaint up")
        ready = lambda: "Setting Overpaint up" not in gimp.labels()  # noqa: E731  short and clear
        wait_for(ready, PATIENCE, lambda: str(gimp.labels()))

        gimp.click("button", "Generate")
        gimp.wait_for_label("Done in")
    shutil.rmtree(gimp.folder)


def test_without_an_index_there_is_one_clear_sentence(chroot: Chroot) -> None:
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_CONFIG_FILE": "/dev/null"}
    with started(chroot, **nowhere) as gimp:
        photo(gimp.folder)
        gimp.open()
        gimp.wait_for_label("Overpaint is not set up yet")
        gimp.arrange()
        gimp.picture("first-start")

        gimp.click("button", "Set up")

        said = gimp.wait_for_label("The package index can't be reached")
        gimp.picture("first-start-off-line")
        assert "Connect to the network and try again" in said
    shutil.rmtree(gimp.folder)


def test_the_script_may_be_executed_once_unpacked(chroot: Chroot) -> None:
    script = Path(chroot.work, "archive/overpaint-gimp/overpaint-gimp.py")

    assert os.access(script, os.X_OK)
