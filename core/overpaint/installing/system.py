"""The machine as an installation sees it: platform, home, environment, programs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from overpaint_bridge.runtime import clean_environment, recorded_runtime_path
from overpaint_bridge.setup import runtime_folder

__all__ = ["System"]

ASK_SECONDS = 15


@dataclass(frozen=True, slots=True)
class System:
    """One person's machine; another one can be described to look at its folders.

    Attributes:
        platform: as `sys.platform`.
        home: the person's own folder.
        environment: its variables.
        root: what absolute paths begin with.
    """

    platform: str = sys.platform
    home: Path = field(default_factory=Path.home)
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ), repr=False)
    root: Path = Path("/")

    @property
    def is_windows(self) -> bool:
        """True on Windows."""
        return self.platform == "win32"

    @property
    def is_mac(self) -> bool:
        """True on macOS."""
        return self.platform == "darwin"

    @property
    def record(self) -> Path:
        """Where the worker's interpreter is recorded; plug-ins read the same file."""
        return recorded_runtime_path(self._folders)

    @property
    def environments(self) -> Path:
        """Where plug-ins make environments of their own; only these are in it."""
        return runtime_folder(self._folders)

    @property
    def _folders(self) -> dict[str, str]:
        """The variables that name a person's folders, the usual ones where none is set."""
        usual = {
            "XDG_CONFIG_HOME": str(self.home / ".config"),
            "XDG_DATA_HOME": str(self.home / ".local" / "share"),
            "LOCALAPPDATA": str(self.home / "AppData" / "Local"),
        }
        return usual | dict(self.environment)

    def folder(self, variable: str, *default: str) -> Path:
        """Return the folder a variable names, or the usual one below the home folder."""
        named = self.environment.get(variable)
        return Path(named) if named else self.home.joinpath(*default)

    @property
    def search_path(self) -> tuple[Path, ...]:
        """The folders programs are looked for in."""
        text = self.environment.get("PATH", "")
        return tuple(Path(part) for part in text.split(os.pathsep) if part)

    def programs(self, *patterns: str) -> Iterator[Path]:
        """Every program on the search path whose name fits, first come first."""
        seen = set()
        for folder in self.search_path:
            for pattern in patterns:
                for path in sorted(folder.glob(pattern)):
                    if path.name not in seen and os.access(path, os.X_OK):
                        seen.add(path.name)
                        yield path

    def ask(self, command: Sequence[str | Path], variables: Mapping[str, str] | None = None) -> str:
        """Run a program and return what it says; empty where it can't be run or says no.

        Args:
            command: what to run.
            variables: instead of the person's of the same names.
        """
        environment = clean_environment(self.environment) | dict(variables or {})
        try:
            done = subprocess.run(  # noqa: S603  editors and interpreters found on this machine
                [str(part) for part in command],
                capture_output=True,
                text=True,
                errors="replace",
                timeout=ASK_SECONDS,
                env=environment,
                stdin=subprocess.DEVNULL,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return ""
        return done.stdout.strip() if done.returncode == 0 else ""
