"""Where keys are: the system's key store, else a file that only its owner may read.

A key is kept under its endpoint's name and origin, so that an address edited in the settings file
never gets the key of another. Nothing here prints, logs or raises a key.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .endpoints import origin_of
from .errors import ConfigurationError
from .settings_file import settings_folder, write_privately

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

__all__ = ["Secret", "forget", "keep", "keys_path", "recall"]

SERVICE = "overpaint"
# What group and others may do with a file.
OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Secret:
    """What a key is for.

    Attributes:
        endpoint: its name.
        base_url: its address; the key belongs to the address's origin.
        header: the header it goes into, where that is not the usual one.
    """

    endpoint: str
    base_url: str
    header: str | None = None

    @property
    def account(self) -> str:
        """The name it is kept under."""
        scheme, host, port = origin_of(self.base_url)
        header = f" {self.header.casefold()}" if self.header else ""
        return f"{self.endpoint} {scheme}://{host}:{port}{header}"


def keep(secret: Secret, value: str) -> Path | None:
    """Keep a key.

    Returns:
        None where the system's key store has it now; else the file that has, to be told of.

    Raises:
        ConfigurationError: neither could take it, or it can't be a key.
    """
    value = value.strip()
    if not value or not (value.isascii() and value.isprintable()):
        raise ConfigurationError(
            "That is no key: it is empty, or holds characters no key has.", hint="Copy it again."
        )
    store = _store()
    if store is not None:
        with _told("take the key"):
            store.set_password(SERVICE, secret.account, value)
        _drop_from_file(secret.account)
        return None
    write_privately(keys_path(), json.dumps(_file() | {secret.account: value}, indent=1) + "\n")
    return keys_path()


def recall(secret: Secret) -> str | None:
    """Find a key; None where there is none.

    Raises:
        ConfigurationError: the key store is locked, or others may read the file.
    """
    store = _store()
    if store is not None:
        with _told("give the key"):
            found = store.get_password(SERVICE, secret.account)
        if found:
            return found
    return _file().get(secret.account)


def forget(secret: Secret) -> bool:
    """Forget a key wherever it is kept; False where there was none.

    Raises:
        ConfigurationError: the key store is locked.
    """
    store = _store()
    stored = False
    if store is not None:
        with _told("forget the key"):
            stored = store.get_password(SERVICE, secret.account) is not None
            if stored:
                store.delete_password(SERVICE, secret.account)
    return _drop_from_file(secret.account) or stored


def keys_path() -> Path:
    """The file for machines that have no key store."""
    return settings_folder() / "keys.json"


def _store() -> KeyringBackend | None:
    """The system's key store, or None where it has none: a server, a container."""
    import keyring  # its backends are looked for when it loads

    store = keyring.get_keyring()
    # Those that only say no, or nothing, have no priority.
    return store if store.priority > 0 else None


@contextmanager
def _told(doing: str) -> Iterator[None]:
    """Say what the key store would not do."""
    from keyring.errors import KeyringError

    try:
        yield
    except KeyringError as error:
        raise ConfigurationError(
            f"The system's key store would not {doing}: {error or type(error).__name__}.",
            hint="Unlock it, or give the key in OVERPAINT_API_TOKEN.",
        ) from error


def _file() -> dict[str, str]:
    path = keys_path()
    try:
        with path.open(encoding="utf-8") as file:
            if os.name == "posix" and os.fstat(file.fileno()).st_mode & OTHERS:
                raise ConfigurationError(
                    f"Others on this machine may read the keys in {path}; it is not used.",
                    hint=f"Run `chmod 600 {path}`.",
                )
            keys = json.load(file)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or "it is not JSON"
        raise ConfigurationError(
            f"The keys in {path} can't be read: {reason.lower()}.",
            hint="Remove the file and set the keys again.",
        ) from error
    if not isinstance(keys, dict):
        raise ConfigurationError(
            f"{path} holds no keys.", hint="Remove the file and set the keys again."
        )
    return {str(name): str(value) for name, value in keys.items()}


def _drop_from_file(account: str) -> bool:
    keys = _file()
    if account not in keys:
        return False
    del keys[account]
    if keys:
        write_privately(keys_path(), json.dumps(keys, indent=1) + "\n")
    else:
        keys_path().unlink(missing_ok=True)
    return True
