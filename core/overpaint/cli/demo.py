"""`overpaint demo`: a bundled photo, filled, with no key and no network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from overpaint.demo import MASK, PHOTO, SEED
from overpaint.endpoints import EMBEDDED
from overpaint.errors import OutputError
from overpaint.files import check_writable, copy_picture, write_picture
from overpaint.images import Picture, read_mask, read_picture, to_pillow
from overpaint.request import PaintRequest

from .comparison import before_and_after
from .options import AsJson, Force, Quiet
from .painting import paint, wanted_files
from .report import Report

__all__ = ["demo"]

DEFAULT = "overpaint-demo"
Folder = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="DIR", help=f"Where the pictures go; {DEFAULT}."),
]


def demo(
    output: Folder = None,
    force: Force = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Fill a bundled photo with the built-in engine: no key, no network.

    Writes the photo, its mask, the filled picture, the layer, and before beside after; a second
    time into a folder of its own.
    """
    import numpy as np

    if output is None:
        output = Path(DEFAULT) if force else _new_folder()
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise OutputError(f"The folder {output} can't be made: {reason}.") from error
    report = Report(as_json, quiet)
    photo, mask = output / "photo.jpg", output / "mask.png"
    comparison = output / "before-after.png"
    for path in (photo, mask, comparison):
        check_writable(path, force=force)
    wanted = wanted_files(
        output / "filled.png", output / "layer.png", number=1, force=force, inputs=(PHOTO, MASK)
    )
    copy_picture(PHOTO, photo)
    copy_picture(MASK, mask)
    report.tell(f"Painting over the rocket in {photo}, where {mask} is white.")
    result = paint(
        PaintRequest(seed=SEED), PHOTO, MASK, wanted=wanted, endpoint=EMBEDDED, report=report
    )
    before = read_picture(PHOTO)
    sheet = before_and_after(to_pillow(before), result.image, read_mask(MASK, before.extent))
    write_picture(Picture(np.asarray(sheet)), comparison, force=force)
    report.tell(f"Before and after side by side: {comparison}")


def _new_folder() -> Path:
    """The default folder, or the first of its numbered ones that is not there yet."""
    names = (DEFAULT, *(f"{DEFAULT}-{number}" for number in range(2, 1000)))
    return next((Path(name) for name in names if not Path(name).exists()), Path(DEFAULT))
