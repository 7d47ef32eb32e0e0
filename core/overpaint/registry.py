"""Changing which endpoints there are, and their keys: for the command line and the editors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from .credentials import Secret, forget, keep
from .endpoints import EMBEDDED, Endpoint, read_base_url
from .errors import ConfigurationError, InputError
from .settings import look_up
from .settings_file import EndpointEntry, change_settings, read_settings

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

__all__ = ["add_endpoint", "forget_key", "remove_endpoint", "secret_of", "set_key", "use_endpoint"]

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def add_endpoint(name: str, base_url: str, *, replacing: bool = False, **fields: Any) -> Endpoint:  # noqa: ANN401  checked by EndpointEntry
    """Write an endpoint into the settings.

    Args:
        name: letters, digits, `.`, `_` and `-`.
        base_url: everything before `/predictions`.
        replacing: one of that name may be written over.
        fields: any other of `EndpointEntry`'s.

    Raises:
        InputError: a name or value that can't be, or a name that is taken.
        ConfigurationError: the settings can't be read or written.
    """
    if not NAME.fullmatch(name) or name == EMBEDDED.name:
        raise InputError(
            f"An endpoint can't be called “{name}”.",
            hint="Use letters, digits, `.`, `_` and `-`; `embedded` is the built-in engine.",
            field="name",
        )
    given = {key: value for key, value in fields.items() if value not in (None, (), {}, False)}
    try:
        entry = EndpointEntry.model_validate({"base_url": read_base_url(base_url), **given})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = str(first["loc"][0])
        said = first["msg"].removeprefix("Value error, ")
        raise InputError(f"The endpoint's {place} can't be that: {said}.", field=place) from error
    before = read_settings().endpoints.get(name)
    if before is not None and not replacing:
        raise InputError(
            f"There is an endpoint called {name} already.",
            hint="Choose another name, or replace it with --force.",
            field="name",
        )

    def change(document: TOMLDocument) -> None:
        import tomlkit

        if "endpoints" not in document:
            document["endpoints"] = tomlkit.table(is_super_table=True)
        document["endpoints"][name] = _table(entry)

    change_settings(change)
    if before is not None:
        _forget_lost_keys(name, before, entry)
    return look_up(name)


def remove_endpoint(name: str) -> None:
    """Take an endpoint and its keys away; the default is then the embedded one, if it was this.

    Raises:
        ConfigurationError: there is none of that name, or the settings can't be written.
    """
    entry = read_settings().endpoints.get(name)
    if entry is None:
        look_up(name)  # says which there are
        raise ConfigurationError(
            f"{name} is not in the settings, and can't be removed.",
            hint=f"`overpaint key forget {name}` forgets its key.",
        )
    _forget_lost_keys(name, entry, None)

    def change(document: TOMLDocument) -> None:
        del document["endpoints"][name]
        if document.get("default") == name:
            del document["default"]

    change_settings(change)


def use_endpoint(name: str) -> Endpoint:
    """Make an endpoint the default.

    Raises:
        ConfigurationError: there is none of that name, or the settings can't be written.
    """
    endpoint = look_up(name)
    if endpoint.name != name:
        raise ConfigurationError(
            f"{name} has no name yet.",
            hint=f"Add it first: `overpaint endpoint add NAME {name}`.",
        )

    def change(document: TOMLDocument) -> None:
        document["default"] = name

    change_settings(change)
    return endpoint


def set_key(name: str, value: str, *, header: str | None = None) -> Path | None:
    """Keep an endpoint's key, or the value of one of its secret headers.

    Returns:
        None where the system's key store has it; else the file that has, to tell the person of.

    Raises:
        ConfigurationError: there is no such endpoint, or the key can't be kept.
    """
    secret = secret_of(name, header)
    place = keep(secret, value)
    entry = read_settings().endpoints.get(name)
    if header is not None and entry is not None:
        _declare(name, entry, header)
    return place


def forget_key(name: str, *, header: str | None = None) -> bool:
    """Forget an endpoint's key, or the value of one of its secret headers; False if it had none.

    Raises:
        ConfigurationError: there is no such endpoint, or the key store is locked.
    """
    return forget(secret_of(name, header))


def secret_of(name: str, header: str | None = None) -> Secret:
    """Name an endpoint's key, or the value of one of its further headers.

    Raises:
        ConfigurationError: there is no such endpoint, or it has no such thing.
    """
    endpoint = look_up(name)
    if endpoint.is_embedded:
        raise ConfigurationError("The embedded engine needs no key.")
    if header is not None and name not in read_settings().endpoints:
        raise ConfigurationError(
            f"{name} has no further headers.",
            hint=f"Add it under a name: `overpaint endpoint add NAME {endpoint.base_url}`.",
        )
    return Secret(endpoint.name, endpoint.base_url, header)


def _declare(name: str, entry: EndpointEntry, header: str) -> None:
    """Note in the settings that an endpoint has a secret header."""
    if header.casefold() in {known.casefold() for known in entry.secret_headers}:
        return
    names = [*entry.secret_headers, header]

    def change(document: TOMLDocument) -> None:
        document["endpoints"][name]["secret_headers"] = names

    change_settings(change)


def _forget_lost_keys(name: str, before: EndpointEntry, after: EndpointEntry | None) -> None:
    """Forget the keys that an endpoint's removal or new address leaves behind."""
    kept = set() if after is None else set(_secrets(name, after))
    for secret in set(_secrets(name, before)):
        if secret.account not in {other.account for other in kept}:
            forget(secret)


def _secrets(name: str, entry: EndpointEntry) -> list[Secret]:
    return [Secret(name, entry.base_url, header) for header in (None, *entry.secret_headers)]


def _table(entry: EndpointEntry) -> Mapping[str, Any]:
    """What the file says of an endpoint: only what is not the default anyway."""
    return entry.model_dump(exclude_defaults=True, mode="json")
