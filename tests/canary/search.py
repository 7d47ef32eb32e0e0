"""Every byte of every file: the key as it is, and as the usual encodings have it."""

from __future__ import annotations

import base64
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Search", "forms"]


def forms(key: str) -> dict[str, bytes]:
    """The key in each form that a file may hold it in."""
    plain = key.encode()
    shifted = {
        # Of base64 only the part that does not depend on its neighbours.
        f"base64 + {shift}": base64.b64encode(b"\0" * shift + plain)[4 if shift else 0 : -4]
        for shift in range(3)
    }
    wide = {name: key.encode(name) for name in ("utf-16-le", "utf-16-be")}
    return {"plain": plain, "hex": plain.hex().encode(), "reversed": plain[::-1], **wide, **shifted}


@dataclass
class Search:
    """What was searched, and where the key was.

    Attributes:
        files: how many.
        size: their bytes.
        hits: the file and the form.
        announced: hits in a key file that only its owner may read, as the person was told.
    """

    files: int = 0
    size: int = 0
    hits: list[tuple[Path, str]] = field(default_factory=list)
    announced: list[Path] = field(default_factory=list)

    def folder(self, folder: Path, key: str) -> None:
        """Search every file below a folder; links are not followed."""
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                self.file(path, key)

    def file(self, path: Path, key: str) -> None:
        """Search one file, its name too."""
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return  # a session's, which has ended meanwhile
        self.files += 1
        self.size += len(content)
        found = [name for name, form in forms(key).items() if form in content]
        if key in str(path):
            found.append("the file's name")
        if found == ["plain"] and is_key_file(path):
            self.announced.append(path)
            return
        self.hits += [(path, name) for name in found]

    def lines(self, said: Iterable[str], key: str) -> None:
        """Search lines that are in no file, as processes' arguments."""
        for line in said:
            self.size += len(line)
            if key in line:
                self.hits.append((Path("arguments"), line.replace(key, "[key]")[:200]))


def is_key_file(path: Path) -> bool:
    """The one place: `keys.json`, readable by its owner only."""
    others = path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    return path.name == "keys.json" and not others
