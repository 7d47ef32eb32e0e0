"""Changing which endpoints there are, and their keys: for the command line and the editors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from .credentials import Secret, forget, keep, recall
from .endpoints import EMBEDDED, Endpoint, origin_of, read_base_url
from .errors import ConfigurationError, InputError
from .settings import look_up
from .settings_file import EndpointEntry, change_settings, read_settings

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

__all__ = [
    "add_endpoint",
    "change_endpoint",
    "forget_key",
    "remove_endpoint",
    "secret_of",
    "set_key",
    "use_endpoint",
]

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
    entry = _checked(name, {"base_url": base_url, **fields})
    before = read_settings().endpoints.get(name)
    if before is not None and not replacing:
        raise InputError(
            f"There is an endpoint called {name} already.",
            hint="Choose another name, or replace it with --force.",
            field="name",
        )

    change_settings(lambda document: _put(document, name, entry))
    if before is not None:
        _forget_lost_keys(name, before, entry)
    return look_up(name)


def change_endpoint(
    name: str,
    base_url: str,
    *,
    new_name: str = "",
    key: str = "",
    **fields: Any,  # noqa: ANN401  checked by EndpointEntry
) -> Endpoint:
    """Change an endpoint, and leave all else of it as it was; where there is none, it is made.

    Its keys come along to a new name. To another origin they never go: they are forgotten.

    Args:
        name: what it is called now.
        base_url: everything before `/predictions`, the same as before or another.
        new_name: what it shall be called; "" = as it is.
        key: its new key; "" = the one it has.
        fields: others of `EndpointEntry`'s to change; None or "" takes one away.

    Raises:
        InputError: a name or value that can't be, or a name that is taken.
        ConfigurationError: the settings or the keys can't be read or written.
    """
    new_name = new_name or name
    entries = read_settings().endpoints
    before = entries.get(name)
    if new_name != name and new_name in entries:
        raise InputError(
            f"There is an endpoint called {new_name} already.",
            hint="Choose another name, or remove that one.",
            field="name",
        )
    known = before.model_dump(exclude_defaults=True) if before is not None else {}
    if read_base_url(base_url) != known.get("base_url"):
        known.pop("kind", None)  # what is behind another address is asked again
    entry = _checked(new_name, {**known, "base_url": base_url, **fields})
    moved = _moved(name, before, new_name, entry)
    # The keys first: one that can't be kept leaves the settings as they were.
    if key:
        moved[Secret(new_name, entry.base_url)] = key
    for secret, value in moved.items():
        keep(secret, value)

    def change(document: TOMLDocument) -> None:
        if before is not None and new_name != name:
            document["endpoints"][new_name] = document["endpoints"].pop(name)
            if document.get("default") == name:
                document["default"] = new_name
        _put(document, new_name, entry)

    change_settings(change)
    if before is not None:
        _forget_lost_keys(name, before, entry, new_name)
    return look_up(new_name)


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


def _checked(name: str, given: Mapping[str, Any]) -> EndpointEntry:
    """An endpoint as the file may hold it, or an InputError that says what is wrong with it."""
    if not NAME.fullmatch(name) or name == EMBEDDED.name:
        raise InputError(
            f"An endpoint can't be called “{name}”.",
            hint="Use letters, digits, `.`, `_` and `-`; `embedded` is the built-in engine.",
            field="name",
        )
    fields = {part: value for part, value in given.items() if value is not None and value != ""}
    try:
        base_url = read_base_url(given["base_url"])
        return EndpointEntry.model_validate({**fields, "base_url": base_url})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = str(first["loc"][0])
        said = first["msg"].removeprefix("Value error, ")
        raise InputError(f"The endpoint's {place} can't be that: {said}.", field=place) from error


def _put(document: TOMLDocument, name: str, entry: EndpointEntry) -> None:
    """Write an endpoint into the file; the comments of one that is there stay."""
    import tomlkit

    if "endpoints" not in document:
        document["endpoints"] = tomlkit.table(is_super_table=True)
    table, written = document["endpoints"].get(name), _table(entry)
    if table is None:
        document["endpoints"][name] = written
        return
    for part in [part for part in table if part not in written]:
        del table[part]
    for part, value in written.items():
        if table.get(part) != value:
            table[part] = value


def _moved(
    name: str, before: EndpointEntry | None, new_name: str, after: EndpointEntry
) -> dict[Secret, str]:
    """The keys that go with an endpoint to its new name; none goes to another origin."""
    if before is None or name == new_name:
        return {}
    if origin_of(before.base_url) != origin_of(after.base_url):
        return {}
    pairs = zip(_secrets(name, before), _secrets(new_name, after), strict=True)
    found = {new: recall(old) for old, new in pairs}
    return {secret: value for secret, value in found.items() if value is not None}


def _forget_lost_keys(
    name: str, before: EndpointEntry, after: EndpointEntry | None, new_name: str = ""
) -> None:
    """Forget the keys that an endpoint's removal, new address or new name leaves behind."""
    kept = set() if after is None else set(_secrets(new_name or name, after))
    for secret in set(_secrets(name, before)):
        if secret.account not in {other.account for other in kept}:
            forget(secret)


def _secrets(name: str, entry: EndpointEntry) -> list[Secret]:
    return [Secret(name, entry.base_url, header) for header in (None, *entry.secret_headers)]


def _table(entry: EndpointEntry) -> Mapping[str, Any]:
    """What the file says of an endpoint: only what is not the default anyway."""
    return entry.model_dump(exclude_defaults=True, mode="json")
