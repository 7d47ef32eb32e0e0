"""The server's own calls: inputs given as URLs, and webhooks; never to a private address.

Whoever may create predictions may name addresses. Without a guard the server would read and call
whatever it can reach: routers, other services of its machine, a cloud's metadata. So a host is
looked up once, every address that is not public is left out, and the connection goes to an address
that was looked at, not to one looked up again.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from overpaint.calls import Answer, Call
from overpaint.driving import AsyncTransport
from overpaint.errors import ImageError, InputError, NotSentError

from .settings import ServerSettings

__all__ = ["Outward", "check_address"]

FETCH_SECONDS = 30.0
LONGEST_FETCH = 120.0
CALL_SECONDS = 10.0
MOST_REDIRECTS = 5
MOST_TRIED = 3
LARGEST_ANSWER = 64 * 1024
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Reaches IPv4 addresses through a gateway, private ones too.
NAT64 = ipaddress.ip_network("64:ff9b::/96")
# All that was ever given out. Some of the rest leads to IPv4 addresses too, or to a site's own;
# which of it does, Python learns with its versions.
GIVEN_OUT = ipaddress.ip_network("2000::/3")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Outward:
    """What one server reads and calls outside of itself."""

    def __init__(self, settings: ServerSettings, transport: AsyncTransport) -> None:
        self._settings = settings
        self._transport = transport

    async def fetch(self, url: str) -> bytes:
        """Read a public address.

        Raises:
            OverpaintError: it is private, or brought nothing.
        """
        for _ in range(MOST_REDIRECTS):
            answer = await self._send(
                Call(
                    "GET",
                    url,
                    headers={"Accept": "image/*, */*"},
                    timeout=FETCH_SECONDS,
                    longest=LONGEST_FETCH,
                    with_key=False,
                    largest=self._settings.largest_file,
                    follow=False,
                )
            )
            location = answer.headers.get("location")
            if answer.status in REDIRECTS and location:
                url = urljoin(url, location)
                continue
            if not answer.is_success:
                raise ImageError(f"{_host(url)} answered {answer.status} for it.")
            return answer.body
        raise ImageError(f"{_host(url)} redirects in circles.")

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Send a webhook; return the status it was answered with. Redirects are not followed.

        Raises:
            OverpaintError: the address is private, or did not answer.
        """
        call = Call(
            "POST",
            url,
            body=body,
            headers={"Content-Type": "application/json", **headers},
            timeout=CALL_SECONDS,
            longest=2 * CALL_SECONDS,
            with_key=False,
            largest=LARGEST_ANSWER,
            follow=False,
        )
        return (await self._send(call)).status

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()

    async def _send(self, call: Call) -> Answer:
        """Look the host up, and connect to what was found; the next address if one is dead."""
        addresses = await self._addresses(call.url)
        for address in addresses[:-1]:
            try:
                return await self._bounded(call, address)
            except NotSentError:
                continue
        return await self._bounded(call, addresses[-1])

    async def _bounded(self, call: Call, address: str) -> Answer:
        try:
            async with asyncio.timeout(call.longest):
                return await self._transport.send(replace(call, connect_to=address))
        except TimeoutError as error:
            raise InputError(f"{_host(call.url)} took too long.") from error

    async def _addresses(self, url: str) -> list[str]:
        check_address(url)
        parts = urlsplit(url)
        host = parts.hostname or ""
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, parts.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise InputError(f"No host called {host} was found.") from error
        trusted = host.casefold() in self._settings.reachable_hosts
        addresses = dict.fromkeys(str(entry[4][0]) for entry in found)
        public = [address for address in addresses if trusted or is_public(address)]
        if not public:
            raise InputError(
                f"{host} is an address of a private network, which this server does not reach.",
                hint="Whoever runs the server may allow it: `--reach HOST`.",
            )
        return public[:MOST_TRIED]


def check_address(url: str) -> None:
    """Refuse what is not a plain http or https address, before anything is looked up.

    Raises:
        InputError: it is not.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise InputError(f"“{url[:80]}” is not an address: {error}.") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError(f"“{url[:80]}” is not an address this server can reach.")
    if parts.username or parts.password:
        raise InputError("An address with a name or a password in it is not used.")


def is_public(text: str) -> bool:
    """Whether an IP address is one of the open network, whatever it is wrapped in."""
    address: Address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in NAT64:
            inner = ipaddress.IPv4Address(address.packed[-4:])
        if inner is None and address not in GIVEN_OUT:
            return False
        address = inner or address
    return address.is_global and not address.is_multicast


def _host(url: str) -> str:
    return urlsplit(url).hostname or url[:80]
