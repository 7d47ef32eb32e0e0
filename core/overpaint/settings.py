"""What a person has chosen: argument beats environment beats file beats default.

OVERPAINT_ENDPOINT names an endpoint, or is a base URL; OVERPAINT_API_TOKEN is its key. For
Replicate, REPLICATE_API_TOKEN and REPLICATE_BASE_URL are read too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .credentials import Secret, recall
from .endpoints import EMBEDDED, GIVEN, REPLICATE_URL, Endpoint, origin_of, read_base_url
from .errors import ConfigurationError
from .settings_file import EndpointEntry, SettingsFile, read_settings

__all__ = [
    "Known",
    "default_endpoint",
    "endpoint_again",
    "endpoint_named",
    "known_endpoints",
    "look_up",
    "named",
]

REPLICATE = "replicate"


@dataclass(frozen=True, slots=True)
class Known:
    """One endpoint, as a list shows it.

    Attributes:
        endpoint: without its key.
        is_default: used where none is named.
        key: where its key is: `environment`, `kept`, `none`, `locked`, or `needless`.
    """

    endpoint: Endpoint
    is_default: bool
    key: str


def default_endpoint(*, token: str | None = None) -> Endpoint:
    """Return the endpoint to use where none is named.

    The environment's, else the file's default, else Replicate if REPLICATE_API_TOKEN is set, else
    the embedded one.

    Raises:
        ConfigurationError: there is none of that name, or its key can't be had.
    """
    file = read_settings()
    return _with_key(_found(_default_name(file), file), file, token=token)


def endpoint_named(name: str | None) -> Endpoint | None:
    """Return the endpoint of that name or address; None for None, which means the default.

    Raises:
        ConfigurationError: there is none, or its key can't be had.
    """
    return None if name is None else named(name)


def named(name: str, *, token: str | None = None) -> Endpoint:
    """Return the endpoint of that name or address, with the key given or its own.

    Raises:
        ConfigurationError: there is none, or its key can't be had.
    """
    file = read_settings()
    return _with_key(_found(name, file), file, token=token)


def endpoint_again(name: str, base_url: str) -> Endpoint:
    """Return the endpoint of that name and address, as it is called and keyed today.

    Raises:
        ConfigurationError: its key can't be had.
    """
    if base_url == EMBEDDED.base_url:
        return EMBEDDED
    file = read_settings()
    entry = file.endpoints.get(name)
    same = entry is not None and read_base_url(entry.base_url) == base_url
    return _with_key(_found(name if same else base_url, file), file)


def look_up(name: str) -> Endpoint:
    """Return the endpoint of that name or address, without its key.

    Raises:
        ConfigurationError: there is none.
    """
    return _found(name, read_settings())


def known_endpoints() -> list[Known]:
    """List every endpoint that has a name, the default first.

    Raises:
        ConfigurationError: the settings can't be read, or the default is none of them.
    """
    file = read_settings()
    default = _found(_default_name(file), file)
    endpoints = {EMBEDDED.name: EMBEDDED, REPLICATE: _found(REPLICATE, file)}
    endpoints |= {name: _from_entry(name, entry) for name, entry in file.endpoints.items()}
    if default.name not in endpoints:
        endpoints[default.name] = default
    known = [
        Known(endpoint, endpoint.name == default.name, _key_state(endpoint, file))
        for endpoint in endpoints.values()
    ]
    return sorted(known, key=lambda item: not item.is_default)


def _default_name(file: SettingsFile) -> str:
    named = _environment("OVERPAINT_ENDPOINT") or file.default
    return named or (REPLICATE if _environment("REPLICATE_API_TOKEN") else EMBEDDED.name)


def _found(name: str, file: SettingsFile) -> Endpoint:
    """Look an endpoint up by name or address, without its key."""
    if name == EMBEDDED.name:
        return EMBEDDED
    if name in file.endpoints:
        return _from_entry(name, file.endpoints[name])
    if name == REPLICATE:
        return Endpoint(REPLICATE, _replicate_url())
    if "://" not in name:
        names = sorted({EMBEDDED.name, REPLICATE, *file.endpoints})
        raise ConfigurationError(
            f"There is no endpoint called {name}.",
            hint=f"There are {', '.join(names)}; `overpaint endpoint add` makes another.",
        )
    base_url = read_base_url(name)
    for other, entry in file.endpoints.items():
        if read_base_url(entry.base_url) == base_url:
            return _from_entry(other, entry)
    return Endpoint(REPLICATE if base_url == _replicate_url() else GIVEN, base_url)


def _from_entry(name: str, entry: EndpointEntry) -> Endpoint:
    fields = entry.model_dump(exclude={"base_url"})
    return Endpoint(name, read_base_url(entry.base_url), **fields)


def _with_key(endpoint: Endpoint, file: SettingsFile, *, token: str | None = None) -> Endpoint:
    """Give an endpoint its key, and its secret headers."""
    if endpoint.is_embedded:
        return endpoint
    token = token or _environment_key(endpoint, file) or recall(_secret(endpoint))
    entry = file.endpoints.get(endpoint.name)
    secret = dict(_secret_headers(endpoint, entry)) if entry is not None else {}
    return replace(endpoint, token=token, headers={**endpoint.headers, **secret})


def _secret_headers(endpoint: Endpoint, entry: EndpointEntry) -> Iterator[tuple[str, str]]:
    for header in entry.secret_headers:
        value = recall(Secret(endpoint.name, endpoint.base_url, header))
        if value is None:
            raise ConfigurationError(
                f"The endpoint {endpoint.name} wants a header {header}, which has no value yet.",
                hint=f"Give it: `overpaint key set {endpoint.name} --header {header}`.",
            )
        yield header, value


def _environment_key(endpoint: Endpoint, file: SettingsFile) -> str | None:
    """The environment's key for this endpoint.

    OVERPAINT_API_TOKEN is the key of the endpoint that is chosen for good. Another one, named for
    once, must not get it; where none is chosen, it is the key of whichever is named.
    """
    token = _environment("OVERPAINT_API_TOKEN")
    if token:
        chosen = _environment("OVERPAINT_ENDPOINT") or file.default
        if chosen is None or _found(chosen, file).origin == endpoint.origin:
            return token
    if endpoint.origin == origin_of(_replicate_url()):
        return _environment("REPLICATE_API_TOKEN")
    return None


def _key_state(endpoint: Endpoint, file: SettingsFile) -> str:
    if endpoint.is_embedded:
        return "needless"
    if _environment_key(endpoint, file):
        return "environment"
    try:
        return "kept" if recall(_secret(endpoint)) else "none"
    except ConfigurationError:
        return "locked"


def _secret(endpoint: Endpoint) -> Secret:
    return Secret(endpoint.name, endpoint.base_url)


def _replicate_url() -> str:
    return read_base_url(_environment("REPLICATE_BASE_URL") or REPLICATE_URL)


def _environment(name: str) -> str | None:
    return os.environ.get(name, "").strip() or None
