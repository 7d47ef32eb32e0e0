"""The settings file: which endpoints there are, and which is the default. No key is ever in it."""

from __future__ import annotations

import os
import re
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from .endpoints import SECRET_NAME
from .errors import ConfigurationError

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

__all__ = [
    "EndpointEntry",
    "JournalSettings",
    "SettingsFile",
    "change_settings",
    "read_settings",
    "settings_folder",
    "settings_path",
    "write_privately",
]

SCHEMA = 1
FOLDER = "OVERPAINT_CONFIG_DIR"
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
HEADING = "Overpaint's settings. `overpaint endpoint` writes here, and keeps your comments."


class EndpointEntry(BaseModel):
    """One endpoint as the file holds it; the fields are `Endpoint`'s.

    Attributes:
        secret_headers: names of further headers whose values are in the key store.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str
    version: str | None = None
    kind: Literal["hosted", "overpaint", "cog"] | None = None
    flat_fields: bool = False
    prefer_wait: int | None = Field(default=None, ge=0, le=60)
    ca_file: str | None = None
    headers: Mapping[str, str] = Field(default_factory=dict)
    secret_headers: tuple[str, ...] = ()

    @field_validator("headers")
    @classmethod
    def _plain(cls, headers: Mapping[str, str]) -> Mapping[str, str]:
        for name, value in headers.items():
            _check_header(name)
            if SECRET_NAME.search(name):
                raise ValueError(f"{name} looks like a key: put it into secret_headers")
            if not (value.isascii() and value.isprintable()):
                raise ValueError(f"the value of {name} can't stand in a header")
        return headers

    @field_validator("secret_headers")
    @classmethod
    def _secret(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            _check_header(name)
        return names


class JournalSettings(BaseModel):
    """How much of what was asked and what came back is kept; see `overpaint jobs`.

    Attributes:
        enabled: keep any of it; without it a result that is under way is lost in a crash.
        keep_days: days of use after which a job is dropped.
        max_megabytes: of pictures, all jobs together.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    enabled: bool = True
    keep_days: int = Field(default=30, ge=1, le=3650)
    max_megabytes: int = Field(default=2048, ge=16)


class SettingsFile(BaseModel):
    """The whole file.

    Attributes:
        file_schema: the form it is written in; a higher one is a newer Overpaint's.
        default: the endpoint used where none is named; None = the embedded one.
        endpoints: by name.
        journal: how much the journal keeps.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    file_schema: int = Field(default=SCHEMA, alias="schema")
    default: str | None = None
    endpoints: Mapping[str, EndpointEntry] = Field(default_factory=dict)
    journal: JournalSettings = JournalSettings()


def settings_folder() -> Path:
    """Where settings are: OVERPAINT_CONFIG_DIR, else the system's place for them."""
    given = os.environ.get(FOLDER, "").strip()
    return Path(given) if given else platformdirs.user_config_path("overpaint", appauthor=False)


def settings_path() -> Path:
    """The settings file, whether it exists or not."""
    return settings_folder() / "settings.toml"


def read_settings() -> SettingsFile:
    """Read the file; one that does not exist is empty.

    Raises:
        ConfigurationError: it can't be read; the sentence names the file and the place in it.
    """
    return _parsed(_text())


def change_settings(change: Callable[[TOMLDocument], None]) -> SettingsFile:
    """Change the file, keeping its comments and its order; written whole or not at all.

    Args:
        change: changes the document in place.

    Raises:
        ConfigurationError: the file can't be read or written, or would not be right afterwards.
    """
    import tomlkit

    before = _text()
    _parsed(before)  # what is broken is not written over
    document = tomlkit.parse(before)
    if "schema" not in document:
        if not before.strip():
            document.add(tomlkit.comment(HEADING))
        document["schema"] = SCHEMA
    change(document)
    after = tomlkit.dumps(document)
    changed = _parsed(after)
    write_privately(settings_path(), after)
    return changed


def write_privately(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all.

    Raises:
        ConfigurationError: the disk refused.
    """
    # A file kept elsewhere and linked to, as people do with their settings, stays linked.
    path = path.resolve()
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # 0600
        temporary = Path(name)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except UnicodeEncodeError as error:
        raise ConfigurationError(
            "A name or an address holds a character that no file can: half of one.",
            hint="Type it again.",
        ) from error
    except OSError as error:
        raise ConfigurationError(
            f"{path} can't be written: {(error.strerror or str(error)).lower()}.",
            hint=f"Make its folder writable, or name another in {FOLDER}.",
        ) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _text() -> str:
    path = settings_path()
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise _broken(reason) from error
    except UnicodeDecodeError as error:
        raise _broken("it is not UTF-8") from error


def _parsed(text: str) -> SettingsFile:
    try:
        values = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _broken(str(error) or "nested too deeply") from error
    schema = values.get("schema", SCHEMA)
    if isinstance(schema, int) and schema > SCHEMA:
        raise ConfigurationError(
            f"The settings file {settings_path()} is a newer Overpaint's (schema {schema}).",
            hint="Update Overpaint, or move the file away to begin anew.",
        )
    try:
        return SettingsFile.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        said = "there is no such setting" if first["type"] == "extra_forbidden" else first["msg"]
        raise _broken(f"{place}: {said.removeprefix('Value error, ')}") from error


def _broken(reason: str) -> ConfigurationError:
    return ConfigurationError(
        f"The settings file {settings_path()} can't be used: {reason}.",
        hint="Mend that place, or move the file away to begin anew; keys are not in it.",
    )


def _check_header(name: str) -> None:
    if not HEADER_NAME.fullmatch(name):
        raise ValueError(f"“{name}” is not a header's name")
