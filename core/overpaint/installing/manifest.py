"""What an installation has changed on a person's disk, written down so that it can be undone."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from overpaint.errors import ConfigurationError

from .kritarc import Edit
from .placing import remove_made, write_file

__all__ = ["Changed", "Manifest", "Settled"]


class Changed(BaseModel):
    """A file that is also somebody else's, before and after.

    Attributes:
        path: which file.
        existed: it was there before.
        made: folders that had to be made for it.
        at: where the change begins.
        was: what stood there, Latin-1 for bytes.
        now: what stands there.
        after: the whole file's digest with the change, to know whether anyone has been there since.
    """

    model_config = ConfigDict(frozen=True)

    path: Path
    existed: bool
    made: list[Path] = Field(default_factory=list)
    at: int
    was: str
    now: str
    after: str

    @property
    def edit(self) -> Edit:
        """The change itself."""
        return Edit(self.at, self.was.encode("latin-1"), self.now.encode("latin-1"))


class Settled(BaseModel):
    """One plug-in in one editor's folder.

    Attributes:
        editor: which.
        folder: where.
        made: folders that were not there before.
        written: further files that are ours alone.
        changed: Krita's settings file, where it had to be changed.
    """

    model_config = ConfigDict(frozen=True)

    editor: str
    folder: Path
    made: list[Path] = Field(default_factory=list)
    written: list[Path] = Field(default_factory=list)
    changed: Changed | None = None


class Manifest(BaseModel):
    """Everything installed for one person.

    Attributes:
        settled: one entry a place.
        made: folders made for the record itself.
        runtime_before: what the record of the interpreter said before; None = there was none.
        runtime_written: what an installation wrote there.
    """

    settled: list[Settled] = Field(default_factory=list)
    made: list[Path] = Field(default_factory=list)
    runtime_before: str | None = None
    runtime_written: str | None = None

    @classmethod
    def read(cls, record: Path) -> Manifest:
        """Read the manifest that lies beside the interpreter's record; empty where none does.

        Raises:
            ConfigurationError: it can't be understood.
        """
        path = _path(record)
        try:
            return cls.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return cls()
        except (OSError, ValidationError) as error:
            raise ConfigurationError(
                f"{path}, which says what was installed, can't be read.",
                hint="Remove it and run `overpaint install` again.",
            ) from error

    @property
    def is_empty(self) -> bool:
        """True where nothing is installed."""
        return not self.settled

    def at(self, folder: Path) -> Settled | None:
        """What was settled in a folder, or None."""
        return next((one for one in self.settled if one.folder == folder), None)

    def without(self, folder: Path) -> list[Settled]:
        """Everything but what was settled in a folder."""
        return [one for one in self.settled if one.folder != folder]

    def write(self, record: Path) -> None:
        """Keep the manifest, or remove it with the folders made for it where it is empty."""
        path = _path(record)
        if self.is_empty:
            path.unlink(missing_ok=True)
            remove_made(self.made)
            return
        write_file(path, self.model_dump_json(indent=2).encode() + b"\n")


def _path(record: Path) -> Path:
    return record.with_name("installed.json")
