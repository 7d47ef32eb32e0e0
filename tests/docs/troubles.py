"""The table of troubles in docs/troubleshooting.md: `python -m tests.docs.troubles` writes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from overpaint_bridge.trouble import SENTENCES

PAGE = Path(__file__).parents[2] / "docs/troubleshooting.md"
BLOCK = re.compile(r"(<!-- troubles: [^>]* -->\n\n).*?(\n<!-- end of troubles -->)", re.DOTALL)


def rows() -> Iterator[str]:
    """One row a trouble: what an editor's panel shows, and a script's name for it."""
    yield "| you see | what happened | what to do | `code` |"
    yield "|---|---|---|---|"
    for code, (title, what, hint) in SENTENCES.items():
        yield f"| {title} | {what} | {hint} | `{code}` |"


def page() -> str:
    """The page with the table as the plug-ins have it now."""
    table = "\n".join(rows())
    return BLOCK.sub(lambda found: f"{found[1]}{table}\n{found[2]}", PAGE.read_text())


if __name__ == "__main__":
    PAGE.write_text(page())
