"""A job's files: what lays its result out later, and every answer, whole or not there at all."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from overpaint.errors import InputError, JournalError
from overpaint.files import settle_folder
from overpaint.geometry import Bounds, CropPlan, Extent
from overpaint.images import Picture
from overpaint.job import Job
from overpaint.models import Ask
from overpaint.models.outpainting import REALISTIC
from overpaint.predictions import Prediction
from overpaint.region import Region
from overpaint.request import PaintRequest

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "digest_of",
    "keep_answers",
    "keep_job",
    "kept_ask",
    "kept_job",
    "kept_result",
    "remove",
    "size_of",
]

PART = ".part"
JOB, ASK, PREDICTION = "job.json", "ask.json", "prediction.json"
ARRAYS = ("document", "mask", "alpha")
# As numpy writes them into memory, whatever the machine's own order.
DEPTHS = {"uint8": "u1", "uint16": "<u2"}
# Where a picture lies on somebody's disk is nobody's business, and it is kept beside this anyway.
LEFT_OUT = {"image", "mask"}
UNREADABLE = (
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    EOFError,
    ArithmeticError,
    RecursionError,
    InputError,
)


def digest_of(ask: Ask) -> str:
    """One name for a version and its whole input, pictures included."""
    whole = json.dumps([ask.version, ask.input], sort_keys=True, default=str)
    return hashlib.sha256(whole.encode()).hexdigest()


def keep_job(job: Job, folder: Path, *, durable: bool) -> int:
    """Write down everything that lays a job's result out later.

    Args:
        job: as it will be sent.
        folder: a new one; private.
        durable: on disk when this ends, power cut or not.

    Returns:
        How many bytes that is.

    Raises:
        OSError: the disk refused.
    """
    import numpy as np

    folder.mkdir(mode=0o700)
    for name, array in zip(ARRAYS, (job.document.pixels, job.mask, job.alpha), strict=True):
        with _new(folder / name) as file:
            plain = array.astype(DEPTHS[array.dtype.name], copy=False)
            file.write(np.ascontiguousarray(plain).data)
            _settle(file, durable=durable)
    _write(folder / JOB, json.dumps(_plain(job)).encode(), durable=durable)
    _write(folder / ASK, json.dumps(job.ask.input, default=str).encode(), durable=durable)
    if durable:
        settle_folder(folder)
    return size_of(folder)


def kept_job(folder: Path) -> Job:
    """Read a job back.

    Raises:
        JournalError: some of it is missing or damaged.
    """
    import numpy as np

    try:
        plain = json.loads((folder / JOB).read_bytes())
        shape, depth = tuple(map(int, plain["shape"])), DEPTHS[plain["depth"]]
        document, mask, alpha = (
            np.frombuffer((folder / name).read_bytes(), kind).reshape(size)
            for name, kind, size in zip(
                ARRAYS, (depth, "u1", "u1"), (shape, shape[:2], shape[:2]), strict=True
            )
        )
        return _job(plain, document, mask, alpha)
    except UNREADABLE as error:
        raise _damaged(folder, error) from error


def kept_ask(folder: Path, job: Job) -> Ask:
    """What the model was asked, pictures included.

    Raises:
        JournalError: it is missing or damaged.
    """
    try:
        return replace(job.ask, input=json.loads((folder / ASK).read_bytes()))
    except UNREADABLE as error:
        raise _damaged(folder, error) from error


def keep_answers(
    folder: Path, prediction: Prediction, answers: Sequence[bytes], *, durable: bool
) -> tuple[str, ...]:
    """Put every answer on disk, each whole or not there at all.

    Returns:
        Their digests, in order.

    Raises:
        OSError: the disk refused.
    """
    for index, answer in enumerate(answers):
        _write(folder / _answer(index), answer, durable=durable)
    told = prediction.model_copy(update={"input": {}, "output": None, "urls": {}})
    _write(folder / PREDICTION, told.model_dump_json().encode(), durable=durable)
    if durable:
        settle_folder(folder)
    return tuple(hashlib.sha256(answer).hexdigest() for answer in answers)


def kept_result(folder: Path, digests: Sequence[str]) -> tuple[Prediction, tuple[bytes, ...]]:
    """Read a job's answers back, and be sure of every byte.

    Raises:
        JournalError: one is missing or damaged.
    """
    try:
        prediction = Prediction.model_validate_json((folder / PREDICTION).read_bytes())
        answers = tuple((folder / _answer(index)).read_bytes() for index in range(len(digests)))
    except (OSError, ValueError) as error:
        raise _damaged(folder, error) from error
    if [hashlib.sha256(answer).hexdigest() for answer in answers] != list(digests):
        raise _damaged(folder, ValueError("a picture is not what came"))
    return prediction, answers


def size_of(folder: Path) -> int:
    """How many bytes a job's files take.

    Raises:
        OSError: the disk refused.
    """
    return sum(path.stat().st_size for path in folder.iterdir())


def remove(folder: Path) -> None:
    """Remove a job's files; what can't be removed now goes at the next start."""
    shutil.rmtree(folder, ignore_errors=True)


def _plain(job: Job) -> dict[str, Any]:
    """What is left of a job without its arrays, as JSON."""
    region = job.region
    picture = job.document
    return {
        "request": job.request.model_dump(mode="json", exclude_unset=True, exclude=LEFT_OUT),
        "shape": picture.pixels.shape,
        "depth": picture.pixels.dtype.name,
        "icc": _text(picture.icc),
        "exif": _text(picture.exif),
        "canvas": region.plan.canvas,
        "hole": region.plan.hole,
        "context": region.plan.context,
        "target": region.plan.target,
        "bounds": region.bounds,
        "original": region.original,
        "version": job.ask.version,
        "ignored": job.ask.ignored,
        "grows": None if job.pending is None else {"blends": job.pending.blends},
    }


def _job(
    plain: Mapping[str, Any], document: NDArray[Any], mask: NDArray[Any], alpha: NDArray[Any]
) -> Job:
    import numpy as np

    plan = CropPlan(
        _extent(plain["canvas"]),
        _bounds(plain["hole"]),
        _bounds(plain["context"]),
        _extent(plain["target"]),
    )
    region = Region(plan, _bounds(plain["bounds"]), _bounds(plain["original"]))
    grows = plain["grows"]
    height, width, channels = document.shape
    if not 1 <= channels <= 4:
        raise ValueError("the document is no picture")
    if grows is None and region.bounds.extent != (width, height):
        raise ValueError("the document is not as large as it was")
    return Job(
        PaintRequest.read(plain["request"]),
        Picture(document, _bytes(plain["icc"]), _bytes(plain["exif"])),
        mask,
        alpha,
        region,
        np.zeros((0, 0, 3), np.uint8),
        None,
        Ask(str(plain["version"]), {}, tuple(map(str, plain["ignored"]))),
        # Its names and sizes were needed for asking only.
        None if grows is None else replace(REALISTIC, blends=bool(grows["blends"])),
    )


def _extent(numbers: Sequence[int]) -> Extent:
    width, height = map(int, numbers)
    if min(width, height) <= 0:
        raise ValueError("a size is not positive")
    return Extent(width, height)


def _bounds(numbers: Sequence[int]) -> Bounds:
    x, y, width, height = map(int, numbers)
    if min(width, height) < 0:
        raise ValueError("a size is negative")
    return Bounds(x, y, width, height)


def _answer(index: int) -> str:
    return f"answer-{index}"


def _text(content: bytes | None) -> str | None:
    return None if content is None else base64.b64encode(content).decode()


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text)


def _new(path: Path) -> Any:  # noqa: ANN401  a binary file, whatever its class
    """Open a new private file."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _write(path: Path, content: bytes, *, durable: bool) -> None:
    """Write a private file, whole or not at all."""
    part = path.with_name(path.name + PART)
    try:
        with _new(part) as file:
            file.write(content)
            _settle(file, durable=durable)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _settle(file: Any, *, durable: bool) -> None:  # noqa: ANN401  as `_new`
    if durable:
        file.flush()
        os.fsync(file.fileno())


def _damaged(folder: Path, error: Exception) -> JournalError:
    return JournalError(
        f"What the journal keeps of {folder.name} can't be read: {error}.",
        hint=f"Its answers, as far as they came, are the files `answer-…` in {folder}.",
    )
