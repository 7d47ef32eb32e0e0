"""The pages' screenshots, each of which carries the digest of the interface it shows.

`python -m tests.docs.screenshots gimp-panel artefacts/gimp/panel-results-3.0.png` puts a picture
that a window's test has just left in `artefacts/` into `docs/images/`; `gimp` alone, all of GIMP's
that `SHOTS` knows. A clone has no times worth
comparing; a digest of the files that draw says as well whether a picture is younger than they are.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs/images"
# What a file that draws a widget names, by the editor that shows it.
TOOLKITS = {"gimp": re.compile(r"\bGtk\b"), "krita": re.compile(r"\bQtWidgets\b")}
MARK = "Interface"
# By the picture's name: what a test left, and the part of the screen to show.
SHOTS = {
    "gimp-first-start": ("gimp/first-start-3.0.png", (966, 18, 1379, 566)),
    "gimp-panel": ("gimp/panel-documentation-3.0.png", (0, 18, 1372, 982)),
    "gimp-layer": ("gimp/layer-documentation-3.0.png", (0, 18, 963, 982)),
}


def interface(editor: str, root: Path = ROOT) -> Iterator[Path]:
    """The files of an editor's plug-in that draw what a person sees."""
    for path in sorted((root / "plugins" / editor).rglob("*.py")):
        if TOOLKITS[editor].search(path.read_text()):
            yield path


def digest(editor: str, root: Path = ROOT) -> str:
    """Those files' names and content, as one number."""
    whole = hashlib.sha256()
    for path in interface(editor, root):
        whole.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()


def mark(picture: Path) -> str | None:
    """What a picture says of the interface it shows."""
    with Image.open(picture) as opened:
        return opened.info.get(MARK)


def shots() -> list[Path]:
    """The screenshots among the pages' pictures: those named after an editor."""
    return [path for path in sorted(IMAGES.glob("*.png")) if path.stem.split("-")[0] in TOOLKITS]


def take(
    name: str,
    picture: Path,
    root: Path = ROOT,
    images: Path = IMAGES,
    part: tuple[int, int, int, int] | None = None,
) -> Path:
    """Put a fresh picture, or a part of it, among the pages'.

    Raises:
        ValueError: it is older than a file that draws what it shows, or shows no editor of ours.
    """
    editor = name.split("-")[0]
    if editor not in TOOLKITS:
        raise ValueError(f"{name}: a screenshot's name begins with {' or '.join(TOOLKITS)}.")
    taken = picture.stat().st_mtime
    newer = [path.name for path in interface(editor, root) if path.stat().st_mtime > taken]
    if newer:
        raise ValueError(f"{picture} is older than {', '.join(newer)}: run its test again.")
    target = images / f"{name}.png"
    said = PngInfo()
    said.add_text(MARK, digest(editor, root))
    with Image.open(picture) as opened:
        # Windows have few colours; the photo in one is only there to show where it is.
        flat = opened.convert("RGB").crop(part).quantize(256, dither=Image.Dither.FLOYDSTEINBERG)
    flat.save(target, pnginfo=said, optimize=True)
    return target


def take_all(editor: str) -> None:
    """Put all of an editor's that its tests have left among the pages'."""
    for name, (left, part) in SHOTS.items():
        picture = ROOT / "artefacts" / left
        if name.startswith(f"{editor}-") and picture.exists():
            take(name, picture, part=part)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        take(sys.argv[1], Path(sys.argv[2]))
    else:
        take_all(sys.argv[1])
