"""The pages' screenshots, each of which carries the digest of the interface it shows.

`hatch run pictures gimp|krita|first-start|all` runs the windows' tests that leave the pictures in
`artefacts/`, and puts those into `docs/images/`. A clone has no times worth comparing; a digest of
the files that draw says as well whether a picture is younger than they are.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs/images"
# What a file that draws a widget names, by the editor that shows it.
TOOLKITS = {"gimp": re.compile(r"\bGtk\b"), "krita": re.compile(r"\bQtWidgets\b")}
MARK = "Interface"
# The tests that leave the pictures, by what they show: files, and words of the tests' names.
TESTS = {
    "gimp": ("tests/hosts/gimp/test_panel.py", "-k", "documentation"),
    "krita": ("tests/hosts/krita/test_looks.py", "-k", "documentation or theme"),
    "first-start": (
        "tests/install/test_gimp_archive.py",
        "tests/install/test_krita_archive.py",
        "-k",
        "without_an_index",
    ),
}


@dataclass(frozen=True)
class Shot:
    """A screenshot of the pages.

    Attributes:
        group: whose test takes it; a key of `TESTS`.
        left: what that leaves in `artefacts/`.
        look: what there must be to see.
        part: of the screen, to be shown; None = all of it.
    """

    group: str
    left: str
    look: str
    part: tuple[int, int, int, int] | None = None


SHOTS = {
    "gimp-panel": Shot(
        "gimp",
        "gimp/panel-documentation-3.0.png",
        "GIMP and the panel beside it, three results, one of them in the picture; nothing cut off",
        (0, 18, 1372, 982),
    ),
    "gimp-layer": Shot(
        "gimp",
        "gimp/layer-documentation-3.0.png",
        "GIMP alone, the result as a layer with its mask, its name to be read",
        (0, 18, 963, 982),
    ),
    "krita-docker": Shot(
        "krita",
        "krita/documentation.png",
        "Krita with the docker, three results, one of them on the canvas",
    ),
    "krita-themes": Shot(
        "krita",
        "krita/themes.png",
        "the docker twice side by side, dark and light, its advanced section open",
    ),
    "gimp-first-start": Shot(
        "first-start",
        "gimp/first-start-3.0.png",
        "the panel alone, which says that it is not set up, and its button",
        (970, 20, 1374, 822),
    ),
    "krita-first-start": Shot(
        "first-start",
        "install/krita-first-start.png",
        "the docker alone, which says that it is not set up, and its button",
    ),
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


def shots(images: Path = IMAGES) -> list[Path]:
    """The screenshots among the pages' pictures: those named after an editor."""
    return [path for path in sorted(images.glob("*.png")) if path.stem.split("-")[0] in TOOLKITS]


def stale(images: Path = IMAGES, root: Path = ROOT) -> list[str]:
    """The screenshots that a file has changed since which draws what they show."""
    return [
        path.stem for path in shots(images) if mark(path) != digest(path.stem.split("-")[0], root)
    ]


def take(
    name: str,
    picture: Path,
    root: Path = ROOT,
    images: Path = IMAGES,
    part: tuple[int, int, int, int] | None = None,
) -> Path:
    """Put a fresh picture, or a part of it, among the pages'.

    Raises:
        ValueError: it is older than a file that draws what it shows.
    """
    editor = name.split("-")[0]
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


def renew(group: str) -> None:
    """Have a group's tests leave their pictures, and put those among the pages'.

    Raises:
        subprocess.CalledProcessError: a test failed; no picture has been changed.
    """
    subprocess.run([sys.executable, "-m", "pytest", *TESTS[group]], cwd=ROOT, check=True)
    for name, shot in SHOTS.items():
        if shot.group == group:
            target = take(name, ROOT / "artefacts" / shot.left, part=shot.part)
            print(f"{target.relative_to(ROOT)}: look for {shot.look}.")


def main(wanted: str) -> None:
    """Renew one group's pictures, or all."""
    for group in TESTS if wanted == "all" else [wanted]:
        renew(group)
    print(f"Out of date: {', '.join(stale()) or 'none'}.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Take the pages' screenshots anew.")
    parser.add_argument("group", choices=[*TESTS, "all"])
    main(parser.parse_args().group)
