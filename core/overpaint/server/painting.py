"""One run, painted: inputs to pixels, the engine once per output, pixels to PNG; in a thread."""

from __future__ import annotations

import secrets
import time

from overpaint import encoding

from .engines.base import Engine, PaintCanceled, Painting
from .pictures import decode
from .runs import Run

__all__ = ["RunTooLong", "paint"]

# Fields that say where the picture comes from and how large it is; every engine reads them.
ALWAYS_READ = frozenset({"image", "mask", "num_outputs", "width", "height"})


class RunTooLong(Exception):  # noqa: N818  a verdict on the run, not a fault of ours
    """The run has taken longer than the server allows."""


def paint(
    run: Run,
    engine: Engine,
    image: bytes,
    mask: bytes,
    *,
    deadline: float,
    most_pixels: int,
) -> list[bytes]:
    """Paint every output of a run.

    Args:
        run: its inputs; logs go to it, and its `stop` is heeded between the engine's stages.
        engine: what paints.
        image: the encoded picture.
        mask: the encoded mask.
        deadline: on the monotonic clock.
        most_pixels: of an input picture.

    Returns:
        One PNG per output.

    Raises:
        ImageError: an input can't be used.
        PaintCanceled: `run.stop` was set.
        RunTooLong: the deadline passed.
    """
    import numpy as np

    picture, hole = decode(run.inputs, image, mask, most_pixels=most_pixels)
    seed = run.inputs.seed
    first = secrets.randbelow(2**32) if seed is None else seed % 2**32
    _tell_what_is_ignored(run, engine)
    outputs = []
    count = run.inputs.num_outputs
    for index in range(count):
        chosen = (first + index) % 2**32
        run.log(f"Using seed: {chosen}")

        def progress(stage: str, fraction: float, index: int = index) -> None:
            if run.stop.is_set():
                raise PaintCanceled
            if time.monotonic() > deadline:
                raise RunTooLong
            run.log(f"{stage}: {round(100 * (index + fraction) / count)}%")

        settings = run.inputs.model_dump(exclude={"image", "mask", "prompt"})
        painting = Painting(picture, hole, chosen, run.inputs.prompt, settings)
        painted = engine.paint(painting, progress)
        progress("Done", 1.0)
        outputs.append(encoding.encode_png(np.ascontiguousarray(painted)))
    return outputs


def _tell_what_is_ignored(run: Run, engine: Engine) -> None:
    """Log what was given and has no effect; clients read the line that starts `Ignored:`."""
    reads = engine.reads | ALWAYS_READ
    ignored = [
        name for name, value in run.given.items() if name not in reads and value not in (None, "")
    ]
    if ignored:
        run.log("Ignored: " + ", ".join(ignored))
    if "prompt" not in engine.reads:
        run.log(f"The {engine.name} engine fills from the surroundings and reads no prompt.")
