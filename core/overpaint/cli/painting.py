"""What `fill` and `expand` do once they know what is wanted."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from overpaint.client import Client
from overpaint.endpoints import Endpoint
from overpaint.errors import InputError, OutputError
from overpaint.files import check_writable
from overpaint.geometry import Extent
from overpaint.images import Picture, read_picture
from overpaint.request import PaintRequest
from overpaint.results import Result

from .interruption import explain
from .progress import shown
from .report import Report

__all__ = ["Wanted", "paint", "wanted_files"]


LOSSY = frozenset({".jpg", ".jpeg"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where results go.

    Attributes:
        outputs: one path per result.
        layers: likewise for the layers; empty where none are wanted.
        force: files that exist may be replaced.
    """

    outputs: tuple[Path, ...]
    layers: tuple[Path, ...]
    force: bool


def wanted_files(
    output: Path, layer: Path | None, *, number: int, force: bool, inputs: Sequence[str | Path]
) -> Wanted:
    """Name the files, and refuse those that can't be written, before anything is spent.

    Raises:
        OutputError: one exists, is an input, or can't be written.
    """
    outputs = _numbered(output, number)
    layers = _numbered(layer, number) if layer is not None else ()
    for path in outputs:
        check_writable(path, force=force)
    for path in layers:
        check_writable(path, force=force, alpha=True)
    places = [path.resolve() for path in (*outputs, *layers)]
    if len(set(places)) < len(places):
        raise OutputError("The picture and the layer can't be the same file.", hint="Name two.")
    for source in inputs:
        if Path(source).resolve() in places:
            raise OutputError(
                f"{source} is what is painted on and would be overwritten.",
                hint="Choose another name for the output.",
            )
    return Wanted(outputs, layers, force)


def paint(
    request: PaintRequest,
    image: str | Path,
    mask: str | Path | None,
    *,
    wanted: Wanted,
    endpoint: Endpoint | None,
    report: Report,
) -> Result:
    """Read, paint, write, and say where.

    Raises:
        OverpaintError: any of ours; nothing is left half-written.
    """
    started = time.monotonic()
    picture = read_picture(image)
    _check(wanted, picture, picture.extent)
    entry = None
    with Client(endpoint) as client, shown(report) as listen:
        try:
            job = client.prepare(request, picture, mask)
            _check(wanted, picture, job.plan.canvas)
            entry = client.begin(job)
            result = client.paint(job, entry=entry, on_progress=listen)
        except KeyboardInterrupt as stop:
            explain(stop, client.endpoint, entry)
            raise
    try:
        _write(result, wanted)
    except KeyboardInterrupt as stop:
        explain(stop, client.endpoint, entry)
        raise
    except OutputError as error:
        entry.let_go(error)
        if entry.id:
            error.hint = f"`overpaint jobs resume {entry.id} -o DIR` fetches it. {error.hint}"
        raise
    entry.delivered()
    lossy = [path.name for path in wanted.outputs if path.suffix.casefold() in LOSSY]
    if lossy:
        report.tell(
            f"{', '.join(lossy)}: JPEG is written anew as a whole, so what was not painted differs"
            " a little too. A .png, .tif or .webp keeps every pixel."
        )
    seconds = time.monotonic() - started
    _tell(report, result, wanted, seconds)
    return result


def _check(wanted: Wanted, picture: Picture, extent: Extent) -> None:
    """Refuse a format that can't hold the result, before anything is spent.

    Raises:
        OutputError: it has no transparency, too few bits, or is too short.
    """
    for path in wanted.outputs:
        check_writable(
            path,
            force=wanted.force,
            alpha=picture.has_alpha,
            deep=picture.is_deep,
            extent=extent,
        )
    for path in wanted.layers:
        check_writable(path, force=wanted.force, alpha=True, deep=picture.is_deep, extent=extent)


def _write(result: Result, wanted: Wanted) -> None:
    """Write pictures and layers.

    Raises:
        OutputError: the disk refused.
    """
    for index, path in enumerate(wanted.outputs[: len(result.outputs)]):
        result.write(path, index, force=wanted.force)
    for index, path in enumerate(wanted.layers[: len(result.outputs)]):
        result.write(path, index, layer=True, force=wanted.force)


def source(name: str, given: str | None, asked: str | None) -> str:
    """The picture or mask: from the line, else from the request's own field.

    Raises:
        InputError: from neither, or an address where a file is needed.
    """
    chosen = given or asked
    if chosen is None:
        raise InputError(f"There is no {name}.", hint=f"Give the {name}'s path.", field=name)
    if chosen.startswith(("http://", "https://")):
        raise InputError(
            f"The {name} is an address; a file is needed to paint on.",
            hint="Download it first, or create the prediction with the API itself.",
            field=name,
        )
    return chosen


def _numbered(path: Path, number: int) -> tuple[Path, ...]:
    """Name OUT, OUT-2, OUT-3 and so on."""
    others = (path.with_name(f"{path.stem}-{index}{path.suffix}") for index in range(2, number + 1))
    return (path, *others)


def _tell(report: Report, result: Result, wanted: Wanted, seconds: float) -> None:
    """Say where the results are and what is worth knowing."""
    outputs = wanted.outputs[: len(result.outputs)]
    layers = wanted.layers[: len(result.outputs)]
    for path, output in zip(outputs, result.outputs, strict=True):
        seed = "" if output.seed is None else f", seed {output.seed}"
        report.tell(f"Painted {path} (seam {output.seam:.2f}{seed}).")
    for path in layers:
        report.tell(f"The layer alone is {path}.")
    if result.ignored:
        report.tell(f"This model ignores: {', '.join(result.ignored)}.")
    report.result(_json(result, outputs, layers, seconds))


def _json(
    result: Result, outputs: Sequence[Path], layers: Sequence[Path], seconds: float
) -> dict[str, Any]:
    prediction = result.prediction
    return {
        "job": result.job,
        "outputs": [str(path) for path in outputs],
        "layers": [str(path) for path in layers],
        "seed": result.seed,
        "seeds": [output.seed for output in result.outputs],
        "ignored": list(result.ignored),
        "seam": round(result.outputs[0].seam, 3),
        "sent": {
            "endpoint": result.endpoint,
            "bounds": result.plan.context._asdict(),
            "size": result.plan.target._asdict(),
        },
        "prediction": {
            "id": prediction.id,
            "status": prediction.status,
            "version": prediction.version,
            "metrics": prediction.metrics,
        },
        "seconds": round(seconds, 3),
    }
