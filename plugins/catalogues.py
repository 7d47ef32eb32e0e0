"""The catalogues of translations: `python plugins/catalogues.py` brings them up to date.

Every sentence that a person reads in an editor is written as `_("…")`, `gettext("…")`,
`ngettext("…", "…", n)` or `N_("…")`. They are collected from the sources, each language's `.po`
file gets the new ones (empty) and loses the old ones, and the `.mo` files that editors read are
compiled. Only the standard library is needed.
"""

from __future__ import annotations

import ast
import re
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["FOLDER", "Entry", "collect", "compiled", "read_po", "refresh", "written"]

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "core" / "overpaint_bridge" / "translations"
SOURCES = (ROOT / "core" / "overpaint_bridge", ROOT / "plugins")
# By how many arguments are sentences.
MARKS = {"_": 1, "gettext": 1, "N_": 1, "ngettext": 2}
PLURALS = {
    "de": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
}
ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
MAGIC = 0x950412DE


@dataclass
class Entry:
    """One sentence and its translation.

    Attributes:
        one: the sentence, in English.
        many: its plural, where it counts something.
        texts: the translation; of a plural, one a form. Empty where there is none yet.
        places: the files it stands in.
    """

    one: str
    many: str | None = None
    texts: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)

    @property
    def is_translated(self) -> bool:
        """True where every form has a text."""
        wanted = 2 if self.many is not None else 1
        return len(self.texts) == wanted and all(self.texts)


def collect() -> dict[str, Entry]:
    """Find every sentence in the sources, in order."""
    entries: dict[str, Entry] = {}
    for folder in SOURCES:
        for path in sorted(folder.rglob("*.py")):
            for words in _marked(path):
                entry = entries.setdefault(words[0], Entry(words[0]))
                entry.many = words[1] if len(words) > 1 else entry.many
                place = path.relative_to(ROOT).as_posix()
                if place not in entry.places:
                    entry.places.append(place)
    return entries


def read_po(path: Path) -> dict[str, Entry]:
    """Read a `.po` file; the heading is not an entry."""
    entries: dict[str, Entry] = {}
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")):
        parts: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            found = re.match(r'(?:(msg\w+(?:\[\d\])?)\s+)?"(.*)"$', line.strip())
            if found is None:
                continue
            name = found[1] or name
            parts[name] = parts.get(name, "") + _unescaped(found[2])
        if parts.get("msgid"):
            plural = [parts[key] for key in ("msgstr[0]", "msgstr[1]") if key in parts]
            texts = plural or [parts.get("msgstr", "")]
            entries[parts["msgid"]] = Entry(parts["msgid"], parts.get("msgid_plural"), texts)
    return entries


def written(language: str, entries: dict[str, Entry]) -> str:
    """Write a `.po` file."""
    blocks = ['msgid ""\nmsgstr ""\n' + "\n".join(map(_quoted, _heading(language)))]
    for entry in entries.values():
        lines = [f"#: {place}" for place in entry.places]
        if "{" in entry.one:
            lines.append("#, python-brace-format")
        lines.append(f"msgid {_quoted(entry.one)}")
        if entry.many is None:
            lines.append(f"msgstr {_quoted(entry.texts[0] if entry.texts else '')}")
        else:
            lines.append(f"msgid_plural {_quoted(entry.many)}")
            forms = [*entry.texts, "", ""][:2]
            lines += [f"msgstr[{form}] {_quoted(text)}" for form, text in enumerate(forms)]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def compiled(language: str, entries: dict[str, Entry]) -> bytes:
    """Make a `.mo` file of what is translated: two tables of lengths and places, then the texts."""
    pairs = [("", "".join(_heading(language)))]
    for entry in entries.values():
        if entry.is_translated:
            key = entry.one if entry.many is None else f"{entry.one}\0{entry.many}"
            pairs.append((key, "\0".join(entry.texts)))
    encoded = sorted((one.encode(), other.encode()) for one, other in pairs)
    at = 28 + 16 * len(encoded)
    tables: list[bytes] = []
    texts = b""
    for side in (0, 1):
        for pair in encoded:
            tables.append(struct.pack("<II", len(pair[side]), at + len(texts)))
            texts += pair[side] + b"\0"
    count = len(encoded)
    head = struct.pack("<7I", MAGIC, 0, count, 28, 28 + 8 * count, 0, 28 + 16 * count)
    return head + b"".join(tables) + texts


def refresh() -> list[str]:
    """Bring every language's files up to date; says what is not translated yet."""
    missing = []
    for language in PLURALS:
        folder = FOLDER / language / "LC_MESSAGES"
        folder.mkdir(parents=True, exist_ok=True)
        po = folder / "overpaint.po"
        known = read_po(po) if po.exists() else {}
        entries = collect()
        for one, entry in entries.items():
            if one in known and (known[one].many is None) == (entry.many is None):
                entry.texts = known[one].texts
            if not entry.is_translated:
                missing.append(f"{language}: {one}")
        po.write_text(written(language, entries), encoding="utf-8")
        po.with_suffix(".mo").write_bytes(compiled(language, entries))
    return missing


def _marked(path: Path) -> Iterator[list[str]]:
    """The sentences of one file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        name = call.func.attr if isinstance(call.func, ast.Attribute) else name
        words = [
            argument.value
            for argument in call.args[: MARKS.get(name, 0)]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        ]
        if words and words[0] and len(words) == MARKS[name]:
            yield words


def _heading(language: str) -> list[str]:
    return [
        "Project-Id-Version: overpaint\n",
        f"Language: {language}\n",
        "MIME-Version: 1.0\n",
        "Content-Type: text/plain; charset=UTF-8\n",
        "Content-Transfer-Encoding: 8bit\n",
        f"Plural-Forms: {PLURALS[language]}\n",
    ]


def _quoted(text: str) -> str:
    return '"' + "".join(ESCAPES.get(sign, sign) for sign in text) + '"'


def _unescaped(text: str) -> str:
    signs = {"n": "\n", "t": "\t"}
    return re.sub(r"\\(.)", lambda found: signs.get(found[1], found[1]), text)


if __name__ == "__main__":
    sys.exit("\n".join(refresh()) or None)
