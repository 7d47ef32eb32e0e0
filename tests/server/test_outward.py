"""Which addresses a server may reach on behalf of whoever asks."""

from __future__ import annotations

import pytest

from overpaint.errors import InputError
from overpaint.server.outward import check_address, is_public


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
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::a9fe:a9fe",
        "fc00::1",
        "fd00::1",
        "fe80::1%eth0",
        "ff02::1",
    ],
)
def test_an_address_that_is_not_of_the_open_network_is_none(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "2606:4700:4700::1111"])
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
