"""Which addresses and files a server may reach on behalf of whoever asks."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Any

import pytest

from overpaint.calls import Answer, Call
from overpaint.errors import ImageError, InputError
from overpaint.server.inputs import Inputs
from overpaint.server.outward import Outward, check_address, is_public
from overpaint.server.settings import ServerSettings
from overpaint.server.uploads import Uploads


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104  never listened on
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::10.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:0:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::a9fe:a9fe",
        "fc00::1",
        "fd00::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_an_address_that_is_not_of_the_open_network_is_none(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "8.8.8.8", "64:ff9b::808:808", "::ffff:808:808", "2606:4700:4700::1111"]
)
def test_an_address_of_the_open_network_is_one(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "//h",
        "file:///etc/passwd",
        "gopher://h.example",
        "http://",
        "http://[::1",
        "http://h.example:x",
        "https://user:key@h.example/",
        "https://user@h.example",
    ],
)
def test_what_is_no_plain_address_is_refused_before_it_is_looked_up(url: str) -> None:
    with pytest.raises(InputError):
        check_address(url)


class Noted:
    """Notes where a call would have gone."""

    def __init__(self, answer: Answer) -> None:
        self.went: list[str | None] = []
        self._answer = answer

    async def send(self, call: Call) -> Answer:
        self.went.append(call.connect_to)
        return self._answer

    async def close(self) -> None:
        pass


def test_a_name_is_looked_up_once_and_gone_to_as_it_was_looked_at() -> None:
    """A name server of the attacker's answers with a public address first, then with a private."""
    answers = ["93.184.215.14", "127.0.0.1"]
    noted = Noted(Answer(200, body=b"a picture"))

    async def main() -> bytes:
        async def looked_up(host: str, port: int | None, **_: object) -> list[Any]:
            assert host == "rebinding.example"
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers.pop(0), port))]

        asyncio.get_running_loop().getaddrinfo = looked_up  # type: ignore[method-assign,assignment]  # the name server
        return await Outward(ServerSettings(), noted).fetch("http://rebinding.example/image.png")

    assert asyncio.run(main()) == b"a picture"
    assert noted.went == ["93.184.215.14"]
    assert answers == ["127.0.0.1"]


@pytest.fixture
def mirrored(tmp_path: Path) -> Inputs:
    """Reads `https://mirror.example/pbxt/…` from a folder; a secret lies beside that."""
    folder = tmp_path / "mirror"
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "a photo.png").write_bytes(b"a picture")
    (tmp_path / "secret.png").write_bytes(b"a secret")
    (tmp_path / "mirror-secret.png").write_bytes(b"a secret")
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    settings = ServerSettings(mirrors={"https://mirror.example/pbxt": folder})
    return Inputs(settings, Uploads(settings), None)


def test_what_is_below_a_mirrored_prefix_is_read_from_its_folder(mirrored: Inputs) -> None:
    address = "https://mirror.example/pbxt/inner/a%20photo.png"

    assert asyncio.run(mirrored.read(address, field="image")) == b"a picture"


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.png",
        "/inner/../../secret.png",
        "/%2e%2e/secret.png",
        "/..%2fsecret.png",
        "/inner/..%2F..%2Fsecret.png",
        "/link.png",
        "-secret.png",
        "/../mirror-secret.png",
        "/{folder}/secret.png",
        "/%2F{folder}/secret.png",
        "/nul%00.png",
        "/" + "long" * 2000,
    ],
)
def test_nothing_beside_a_mirrored_folder_is_read(
    mirrored: Inputs, tmp_path: Path, path: str
) -> None:
    address = "https://mirror.example/pbxt" + path.replace("{folder}", str(tmp_path))

    with pytest.raises(ImageError, match=r"fetches nothing|from its mirror"):
        asyncio.run(mirrored.read(address, field="image"))
