"""A fresh machine: a Debian with an editor in it, whose every change is thrown away afterwards."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

__all__ = ["HOME", "Machine"]

HOME = "/home/person"
# Nothing stays mounted and no child outlives the command.
ENTER = """
set -e
mount -t overlay overlay -o "lowerdir=$LOWER,upperdir=$UPPER,workdir=$WORK" "$MERGED"
mount -t proc proc "$MERGED/proc"
mount --rbind /dev "$MERGED/dev"
mount -t tmpfs -o mode=1777 tmpfs "$MERGED/tmp"
mkdir -p -m 1777 "$MERGED/tmp/.X11-unix"
for bind in $BINDS; do
  mkdir -p "$MERGED${bind#*:}"
  mount --bind "${bind%%:*}" "$MERGED${bind#*:}"
done
exec chroot "$MERGED" /usr/bin/env -i PATH=/usr/local/bin:/usr/bin:/bin HOME=/home/person \\
  LC_ALL=C.UTF-8 TERM=dumb PIP_CERT=/etc/ssl/certs/ca-certificates.crt PIP_NO_CACHE_DIR=1 "$@"
"""


class Machine:
    """A suite's root below, and a layer of this test's own above it.

    Attributes:
        version: the editor's, without its last part.
        home: the person's folder, as seen from outside.
        binds: folders outside, each by its name inside.
    """

    def __init__(self, root: Path, folder: Path, version: str = "") -> None:
        """Lay a fresh layer over a root that others use; it is only read."""
        self.version = version
        self._root = root
        self._folder = folder
        for name in ("upper", "work", "merged"):
            (folder / name).mkdir(parents=True)
        self.home = folder / "upper" / HOME.lstrip("/")
        self.home.mkdir(parents=True)
        self.binds: dict[Path, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """The layer goes with the test's folder."""

    def place(self, source: Path, inside: str) -> str:
        """Put a file into the machine, and return its name there."""
        target = self._folder / "upper" / inside.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
        return inside

    def start(
        self, command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a program inside; killing it takes all its children with it."""
        with log.open("ab") as out:
            return subprocess.Popen(
                self._entered(command, environment or {}),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=self._mounts(),
            )

    def run(
        self,
        *command: str,
        environment: Mapping[str, str] | None = None,
        timeout: float = 900,
        code: int = 0,
    ) -> str:
        """Run a program inside to its end, and return what it said on stdout."""
        done = subprocess.run(
            self._entered(command, environment or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            env=self._mounts(),
            check=False,
        )
        assert done.returncode == code, f"{command}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done.stdout

    def _entered(self, command: Sequence[str], environment: Mapping[str, str]) -> list[str]:
        given = [f"{name}={value}" for name, value in environment.items()]
        own = ["unshare", "--mount", "--pid", "--fork", "--kill-child=KILL"]
        return [*own, "--propagation", "private", "bash", "-c", ENTER, "enter", *given, *command]

    def _mounts(self) -> dict[str, str]:
        return {
            **os.environ,
            "BINDS": " ".join(f"{outer}:{inner}" for outer, inner in self.binds.items()),
            "LOWER": str(self._root),
            "UPPER": str(self._folder / "upper"),
            "WORK": str(self._folder / "work"),
            "MERGED": str(self._folder / "merged"),
        }
