"""One real server for all of this folder's tests, and pictures on disk for clients to send."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.serving import Serving, mask, photo, serving


@pytest.fixture(scope="session")
def server() -> Iterator[Serving]:
    with serving("--reach", "127.0.0.1") as running:
        yield running


@pytest.fixture(scope="session")
def inline_server() -> Iterator[Serving]:
    """Answers with data URIs."""
    with serving("--inline-outputs") as running:
        yield running


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    (folder / "image.png").write_bytes(photo())
    (folder / "mask.png").write_bytes(mask())
    (folder / "black.png").write_bytes(mask(black=True))
    (folder / "large-image.png").write_bytes(photo(1400, 1400))
    (folder / "large-mask.png").write_bytes(mask(1400, 1400))
    return folder
