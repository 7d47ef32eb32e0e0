"""How calls reach an endpoint over the network.

The only file that imports the HTTP library; its types go no further.
"""

from __future__ import annotations

import contextlib
import logging
import ssl
from asyncio import to_thread
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING
from urllib.parse import unquote

import httpx
import truststore

from overpaint_bridge import __version__

from .calls import MEBIBYTE, Answer, Call
from .endpoints import Endpoint, origin_of
from .errors import (
    AnswerTimeoutError,
    ConfigurationError,
    NotSentError,
    OutputError,
    TransportError,
)
from .unreached import why_unreached

if TYPE_CHECKING:
    from fastapi import FastAPI

__all__ = ["AsyncHostedTransport", "HostedTransport", "insist_on_open"]

# Its log for debugging shows headers as they come, and some endpoints quote the key in theirs.
logging.getLogger("httpcore").setLevel(logging.INFO)

CONNECT_SECONDS = 10.0
# Longer than httpx's 5 s: the download after a slow model, and the next click, then find the
# connection still open.
KEEP_ALIVE_SECONDS = 55.0
MOST_REDIRECTS = 5
# What stands for an endpoint's secrets where an answer quotes them; a shorter one is a common word.
KEY_SHOWN = b"[key]"
SHORTEST_KEY = 8
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class HostedTransport:
    """Calls over the network."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        with _configured():
            self._client = httpx.Client(
                verify=_trust(endpoint),
                limits=_limits(),
                follow_redirects=False,
                cookies=_no_cookies(),
            )

    def send(self, call: Call) -> Answer:
        """Make one call, following redirects of GETs only; see `Transport.send`."""
        insist_on_open(is_closed=self._client.is_closed)
        for _ in range(MOST_REDIRECTS):
            with _translated(self._endpoint.address(call.url)):
                request = _request(self._client, call, self._endpoint)
                response = self._client.send(request, stream=True)
                try:
                    _check_length(response, call.largest)
                    body = b"".join(_limited(response.iter_bytes(), call.largest))
                finally:
                    response.close()
                onward = _redirect(call, response, self._endpoint)
            if onward is None:
                return _answer(response, body, self._endpoint)
            call = onward
        raise TransportError(f"{self._endpoint.name} redirects in circles.")

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


class AsyncHostedTransport:
    """Calls over the network, awaited."""

    def __init__(self, endpoint: Endpoint, app: FastAPI | None = None) -> None:
        """Open it; an app is called in this process instead, without a network."""
        self._endpoint = endpoint
        # A context that trusts nobody serves the server inside: it has no certificate to show, and
        # loading the real ones is most of a client's start.
        inside = app is not None
        with _configured():
            self._client = httpx.AsyncClient(
                verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if inside else _trust(endpoint),
                limits=_limits(),
                follow_redirects=False,
                cookies=_no_cookies(),
                transport=None if app is None else httpx.ASGITransport(app),
                trust_env=not inside,
            )

    async def send(self, call: Call) -> Answer:
        """Make one call, following redirects of GETs only; see `Transport.send`."""
        insist_on_open(is_closed=self._client.is_closed)
        for _ in range(MOST_REDIRECTS):
            with _translated(self._endpoint.address(call.url)):
                wanted = self._client, call, self._endpoint
                small = call.json is None  # a picture makes megabytes of it
                request = _request(*wanted) if small else await to_thread(_request, *wanted)
                response = await self._client.send(request, stream=True)
                try:
                    _check_length(response, call.largest)
                    parts = [part async for part in _limited_async(response, call.largest)]
                finally:
                    await response.aclose()
                onward = _redirect(call, response, self._endpoint)
            if onward is None:
                return _answer(response, b"".join(parts), self._endpoint)
            call = onward
        raise TransportError(f"{self._endpoint.name} redirects in circles.")

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def insist_on_open(*, is_closed: bool) -> None:
    """Refuse what is asked of a client that was closed.

    Raises:
        NotSentError: it was.
    """
    if is_closed:
        raise NotSentError(
            "This client was closed, so nothing was sent.",
            hint="Make a new one, and use it inside its `with` block.",
            lasting=True,
        )


def _trust(endpoint: Endpoint) -> ssl.SSLContext:
    """The operating system's trust store, and the endpoint's own authority; never less."""
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if endpoint.ca_file:
        try:
            context.load_verify_locations(endpoint.ca_file)
        except (OSError, ssl.SSLError) as error:
            raise ConfigurationError(
                f"The certificate file {endpoint.ca_file} can't be read: {error}.",
                hint="It is a PEM file with one or more certificates.",
            ) from error
    return context


@contextlib.contextmanager
def _configured() -> Iterator[None]:
    """Say what in the environment keeps a client from being made."""
    try:
        yield
    except ImportError as error:
        raise ConfigurationError(
            "The environment names a SOCKS proxy, for which a package is missing.",
            hint="Install `httpx[socks]` beside overpaint, or unset ALL_PROXY.",
        ) from error
    except (ValueError, httpx.InvalidURL) as error:
        raise ConfigurationError(
            f"The proxy the environment names can't be used: {error}.",
            hint="Check HTTP_PROXY, HTTPS_PROXY and ALL_PROXY.",
        ) from error


def _limits() -> httpx.Limits:
    return httpx.Limits(keepalive_expiry=KEEP_ALIVE_SECONDS)


def _no_cookies() -> CookieJar:
    """A jar that stays empty: no call depends on a former one, whichever host it went to."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=()))


def _request(
    client: httpx.Client | httpx.AsyncClient, call: Call, endpoint: Endpoint
) -> httpx.Request:
    """What httpx is to send. The key goes to the endpoint's own origin, and nowhere else."""
    address = endpoint.address(call.url)
    headers = {"User-Agent": f"overpaint/{__version__}", "Accept": "application/json, image/*, */*"}
    at_home = origin_of(address) == endpoint.origin
    if at_home and call.with_key:
        headers |= endpoint.headers
        if endpoint.token:
            headers["Authorization"] = f"Bearer {endpoint.token}"
    url, extensions = httpx.URL(address), {}
    if call.connect_to is not None:
        headers["Host"] = url.netloc.decode("ascii")
        extensions["sni_hostname"] = url.host
        url = url.copy_with(host=call.connect_to)
    return client.build_request(
        call.method,
        url,
        headers=headers | dict(call.headers),
        extensions=extensions,
        timeout=httpx.Timeout(call.timeout, connect=min(CONNECT_SECONDS, call.timeout)),
        json=call.json,
        content=call.body,
    )


def _redirect(call: Call, response: httpx.Response, endpoint: Endpoint) -> Call | None:
    """The next call, for a redirect that may be followed.

    Only reads follow: a POST sent on elsewhere could create twice, and would carry the picture to
    an origin nobody chose.
    """
    location = response.headers.get("location")
    may = call.follow and call.method == "GET"
    if response.status_code not in REDIRECTS or not location or not may:
        return None
    onward = str(response.url.join(location))
    if _without_secrets(unquote(onward).encode(), endpoint) != unquote(onward).encode():
        # Followed, it would take the key along to anybody, and into the log of every call.
        raise TransportError(
            f"{response.url.host} redirects to an address with the key in it; not followed."
        )
    if response.url.scheme == "https" and not onward.startswith("https:"):
        raise TransportError(
            f"{response.url.host} redirects from https to an address in the open; not followed."
        )
    # Once led away, the key stays away: a foreign host must not steer calls that carry it.
    stays = origin_of(onward) == origin_of(str(response.url))
    return replace(call, url=onward, with_key=call.with_key and stays, headers={})


def _answer(response: httpx.Response, body: bytes, endpoint: Endpoint) -> Answer:
    """The answer without the key: some gateways quote it, and errors and logs quote them."""
    headers: Mapping[str, str] = {
        name.lower(): _without_secrets(value.encode(), endpoint).decode()
        for name, value in response.headers.items()
    }
    body = _without_secrets(body, endpoint)
    return Answer(response.status_code, headers, body, str(response.url))


def _without_secrets(text: bytes, endpoint: Endpoint) -> bytes:
    # The longest first: one may be the beginning of another.
    for secret in sorted((one.encode() for one in endpoint.secrets), key=len, reverse=True):
        if len(secret) >= SHORTEST_KEY:
            text = text.replace(secret, KEY_SHOWN)
    return text


def _limited(parts: Iterator[bytes], largest: int) -> Iterator[bytes]:
    """Pass bytes on until there are too many."""
    total = 0
    for part in parts:
        total += len(part)
        _check_size(total, largest)
        yield part


async def _limited_async(response: httpx.Response, largest: int) -> AsyncIterator[bytes]:
    """Pass bytes on until there are too many."""
    total = 0
    async for part in response.aiter_bytes():
        total += len(part)
        _check_size(total, largest)
        yield part


def _check_length(response: httpx.Response, largest: int) -> None:
    """Refuse what announces itself as too large, before a byte of it is read."""
    announced = response.headers.get("content-length", "")
    if announced.isdecimal():
        _check_size(int(announced), largest)


def _check_size(total: int, largest: int) -> None:
    if total > largest:
        raise OutputError(
            f"The answer is larger than {largest / MEBIBYTE:g} MiB; it was broken off.",
            hint="Ask for a smaller size.",
        )


@contextlib.contextmanager
def _translated(address: str) -> Iterator[None]:
    """Turn the HTTP library's errors into ours, with the host named and the key nowhere near."""
    try:
        scheme, host, port = origin_of(address)
    except ValueError as error:
        raise OutputError(f"“{address:.200}” is not an address: {error}.") from error
    try:
        yield
    except (httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise NotSentError(
            f"{host} could not be reached in time.",
            hint="Check the network, the proxy settings and the endpoint's address.",
        ) from error
    except httpx.ProxyError as error:
        raise NotSentError(
            f"The proxy on the way to {host} refused: {error}.",
            hint="Check HTTPS_PROXY and NO_PROXY.",
        ) from error
    except httpx.ConnectError as error:
        raise why_unreached(scheme, host, port, error) from error
    except httpx.TimeoutException as error:
        raise AnswerTimeoutError(
            f"{host} was asked and did not answer in time.",
            hint="If this was a new run it may have started; look at `overpaint jobs list`.",
        ) from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, ValueError) as error:
        raise OutputError(f"“{address:.200}” is not an address: {error}.") from error
    except httpx.HTTPError as error:
        raise AnswerTimeoutError(
            f"The connection to {host} broke off: {error or type(error).__name__}.",
            hint="If this was a new run it may have started.",
        ) from error
