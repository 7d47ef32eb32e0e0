"""The search for a leaked key finds one, however it is written."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from canary.search import Search

KEY = "r8_canary-0123456789abcdef"
WRITTEN = {
    "plain": b"x" + KEY.encode() + b"y",
    "hex": KEY.encode().hex().encode(),
    "utf-16": KEY.encode("utf-16"),
    "base64": base64.b64encode(KEY.encode()),
    "base64, one off": base64.b64encode(b"a" + KEY.encode() + b"b"),
    "base64, two off": base64.b64encode(b"ab" + KEY.encode() + b"c"),
}


@pytest.mark.parametrize("how", WRITTEN)
def test_a_key_is_found_however_it_is_written(how: str, tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_bytes(bytes(5000) + WRITTEN[how] + bytes(5000))
    search = Search()

    search.folder(tmp_path, KEY)

    assert [path.name for path, _ in search.hits] == ["log.txt"]


def test_the_announced_key_file_is_told_apart_while_it_is_private(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text(KEY)
    path.chmod(0o600)
    private, open_to_all = Search(), Search()

    private.folder(tmp_path, KEY)
    path.chmod(0o644)
    open_to_all.folder(tmp_path, KEY)

    assert (private.hits, private.announced) == ([], [path])
    assert open_to_all.hits == [(path, "plain")]
