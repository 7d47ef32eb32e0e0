"""Where predictions are made: a base URL, its key, and its habits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from .errors import ConfigurationError

__all__ = ["EMBEDDED", "SECRET_NAME", "Endpoint"]

EMBEDDED_URL = "http://embedded.overpaint/v1"
REPLICATE_URL = "https://api.replicate.com/v1"
# A header with such a name holds a key.
SECRET_NAME = re.compile(r"key|token|secret|password|authorization|cookie", re.IGNORECASE)
# What an endpoint given by its address alone is called.
GIVEN = "given"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint of the prediction API.

    Attributes:
        name: what a person calls it.
        base_url: everything before `/predictions`, without a slash at its end. No `/v1` is ever
            added: gateways differ.
        token: its key; goes to this origin only and is never shown.
        headers: further headers for every call, as some gateways want.
        secret_headers: names of those whose values are shown as little as the key; such as are
            called after a key or a password need not be named.
        version: the version asked for where a request names none; None = ask the endpoint.
        flat_fields: also send the API page's flat fields at top level, for a gateway that insists.
        prefer_wait: seconds to ask it to hold a create open (`Prefer: wait`), 0 to 60, where nobody
            listens to progress; None = 60 at Replicate, which is known to honour it, else 0.
        ca_file: a further certificate authority to trust, for closed networks.
        kind: `hosted`, `overpaint` or `cog`; None = ask before the first run.
    """

    name: str
    base_url: str
    token: str | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    secret_headers: tuple[str, ...] = ()
    version: str | None = None
    flat_fields: bool = False
    prefer_wait: int | None = None
    ca_file: str | None = None
    kind: str | None = None

    def __post_init__(self) -> None:
        """Refuse a key that can't stand in a header, before an error message could show it."""
        if self.token and not (self.token.isascii() and self.token.isprintable()):
            raise ConfigurationError(
                f"The key of {self.name} holds characters no key has, such as a line break.",
                hint="Copy it again: `overpaint key set ENDPOINT`.",
            )

    @property
    def is_named(self) -> bool:
        """True where a person has given it its name, or it is one we know."""
        return self.name != GIVEN

    @property
    def is_embedded(self) -> bool:
        """True for the built-in engine: no network, no key."""
        return self.base_url == EMBEDDED_URL

    @property
    def is_replicate(self) -> bool:
        """True for Replicate itself: its files, `Prefer: wait` and `Cancel-After` are known."""
        return self.origin == origin_of(REPLICATE_URL)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The key, and the values of secret headers: what is never shown."""
        named = {name.casefold() for name in self.secret_headers}
        headers = (
            value
            for name, value in self.headers.items()
            if name.casefold() in named or SECRET_NAME.search(name)
        )
        return (*([self.token] if self.token else ()), *headers)

    @property
    def held_seconds(self) -> int:
        """What to ask for with `Prefer: wait`, or 0."""
        if self.prefer_wait is not None:
            return max(0, min(60, self.prefer_wait))
        return 60 if self.is_replicate else 0

    @property
    def is_in_the_open(self) -> bool:
        """True where others on the way can read what is sent: no https, and not this machine."""
        scheme, host, _ = self.origin
        local = self.is_embedded or host in ("localhost", "::1") or host.startswith("127.")
        return scheme != "https" and not local

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port: what a key belongs to."""
        return origin_of(self.base_url)

    def address(self, url: str) -> str:
        """Return a path under the base as a whole address; whole addresses stay as they are."""
        return f"{self.base_url}{url}" if url.startswith("/") else url


EMBEDDED = Endpoint("embedded", EMBEDDED_URL)

DEFAULT_PORTS = {"http": 80, "https": 443}


def origin_of(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of an address, the default port filled in."""
    parts = urlsplit(url)
    return (
        parts.scheme,
        (parts.hostname or "").casefold(),
        parts.port or DEFAULT_PORTS.get(parts.scheme, 0),
    )


def read_base_url(url: str) -> str:
    """Check and tidy a base URL as a person gives it.

    Raises:
        ConfigurationError: it can't be one, or would send a key in the open.
    """
    tidy = url.strip().rstrip("/").removesuffix("/predictions")
    try:
        scheme, host, _ = origin_of(tidy)
    except ValueError as error:
        raise ConfigurationError(f"“{url}” is not an address: {error}.") from error
    parts = urlsplit(tidy)
    if scheme not in DEFAULT_PORTS or not host:
        raise ConfigurationError(
            f"“{url}” is not an endpoint's address.",
            hint="It looks like https://HOST/replicate/v1 and ends just before /predictions.",
        )
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ConfigurationError(
            "An endpoint's address holds no key, name, `?` or `#`.",
            hint="Give the key apart: `overpaint key set ENDPOINT`.",
        )
    # The one host whose path is known for certain; one official client's variable leaves it out.
    return REPLICATE_URL if tidy == REPLICATE_URL.removesuffix("/v1") else tidy
