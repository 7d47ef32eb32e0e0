"""One job's two ends: from picture and mask to what is sent, and from the answer to the result.

Pure computation; the client makes the calls in between.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from . import composite, encoding, growing, images, masks
from .errors import InputError, PredictionFailedError
from .geometry import (
    Bounds,
    Context,
    CropPlan,
    Extent,
    Margins,
    expanded,
    margins_for_direction,
    plan_crop,
)
from .models import WORDS, Adapter, Ask
from .predictions import Prediction
from .request import PaintRequest, Prefill
from .results import Output, Result
from .seam import seam_score

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .images import Picture, Source

__all__ = ["Job", "finish", "prepare"]

MaskSource: TypeAlias = "Source | None"

# Of the sides an outpainting grows by, where only a direction is given.
OUTPAINT_AMOUNT = 128
# An outpainting must see into the original this far for the model to meet it.
OUTPAINT_OVERLAP = 32


@dataclass(frozen=True, slots=True)
class Job:
    """One request, ready to be sent.

    Attributes:
        document: the picture the result is laid over; for an outpainting, on the grown canvas.
        mask: (height, width) uint8 on the document's canvas, 255 = paint here, the person's own.
        alpha: likewise, feathered: what shows of the layer.
        plan: what the model sees.
        ask: what it is asked.
        pending: where the answer decides how far the canvas grows: what is needed to lay it out.
    """

    document: Picture
    mask: NDArray[np.uint8]
    alpha: NDArray[np.uint8]
    plan: CropPlan
    ask: Ask
    pending: tuple[PaintRequest, Adapter] | None = None


def prepare(
    request: PaintRequest,
    image: Source,
    mask: MaskSource,
    *,
    adapter: Adapter,
    version: str,
) -> Job:
    """Turn a request, a picture and a mask into what is sent.

    Args:
        request: what the person asked for.
        image: the picture, in any form `images.read_picture` takes.
        mask: the mask likewise, 255 = paint here; None for an outpainting.
        adapter: of the model that is asked.
        version: what the endpoint is asked for.

    Raises:
        InputError, ImageError: what can't be sent; nothing has been.
    """
    if adapter.outpaints:
        growing.insist_on_growing(request, has_mask=mask is not None)
        return _prepare_growing(request, images.read_picture(image), adapter, version)
    document, selection = _document_and_selection(request, image, mask)
    hole = masks.bounds(selection)
    if hole is None:
        raise InputError(
            "The mask is empty: there is nothing to paint.",
            hint="White in the mask is painted, black is kept.",
            field="mask",
        )
    plan = plan_crop(
        document.extent,
        hole,
        rule=adapter.rule,
        context=_context(request, adapter.context),
        width=request.width,
        height=request.height,
    )
    shown = composite.fit_mask(
        selection, plan, grow=adapter.grow if request.grow is None else request.grow
    )
    seen = composite.fit_context(document, plan)
    if request.prefill is Prefill.NEUTRAL:
        seen = seen.copy()
        seen[shown > 0] = 127
    ask = adapter.ask(
        request,
        version=version,
        image=encoding.data_uri(encoding.encode_png(seen)),
        mask=encoding.data_uri(
            encoding.encode_png(masks.invert(shown) if adapter.invert_mask else shown)
        ),
        target=plan.target,
    )
    return Job(document, selection, _alpha(request, selection, adapter), plan, ask)


def finish(job: Job, answers: Sequence[bytes], prediction: Prediction, *, endpoint: str) -> Result:
    """Lay what came back over the document.

    Raises:
        OutputError: an answer is not a picture, or not one of the shape asked for.
        PredictionFailedError: there was none.
    """
    if not answers:
        raise PredictionFailedError(
            "The model ended well and sent no picture; its safety filter may have kept it back.",
            hint="Change the prompt or the selection.",
            prediction=prediction,
        )
    seeds = _seeds(prediction)
    outputs = []
    for index, content in enumerate(answers):
        answer = encoding.decode_output(content)
        job = _laid_out(job, Extent(answer.shape[1], answer.shape[0]))
        layer = composite.layer_from(answer, job.document, job.plan, job.alpha)
        picture = composite.lay_over(job.document, layer)
        seam = seam_score(picture.pixels, job.mask)
        seed = seeds[index] if index < len(seeds) else None
        outputs.append(Output(picture, layer, seed, seam))
    ignored = dict.fromkeys((*job.ask.ignored, *_ignored_in_logs(prediction)))
    return Result(tuple(outputs), tuple(ignored), _without_pictures(prediction), job.plan, endpoint)


def _prepare_growing(
    request: PaintRequest, picture: Picture, adapter: Adapter, version: str
) -> Job:
    """What is sent to a model that grows the whole picture and sees no mask."""
    sent = growing.sent_size(picture.extent, adapter.rule)
    whole = CropPlan(
        picture.extent, Bounds(0, 0, *picture.extent), Bounds(0, 0, *picture.extent), sent
    )
    scale = sent.width / picture.extent.width
    asked, document, plan = request, picture, whole
    mask = masks.around(picture.extent, Bounds(0, 0, *picture.extent))
    pending: tuple[PaintRequest, Adapter] | None = (request, adapter)
    if adapter.outpaints == "sides":
        margins = _margins(request)
        asked = growing.scaled_sides(request, margins, scale=scale)
        document, mask, plan = _grown(request, picture, margins, scale)
        pending = None
    ask = adapter.ask(
        asked,
        version=version,
        image=encoding.data_uri(encoding.encode_png(composite.fit_context(picture, whole))),
        mask=None,
        target=sent,
    )
    return Job(document, mask, _alpha(request, mask, adapter), plan, ask, pending)


def _laid_out(job: Job, answer: Extent) -> Job:
    """The job on the canvas its first answer turns out to have."""
    if job.pending is None:
        return job
    request, adapter = job.pending
    sent, original = job.plan.target, job.document.extent
    margins = growing.margins_from(answer, sent=sent, original=original)
    scale = answer.width / (original.width + margins.left + margins.right)
    document, mask, plan = _grown(request, job.document, margins, scale)
    return Job(document, mask, _alpha(request, mask, adapter), plan, job.ask)


def _grown(
    request: PaintRequest, picture: Picture, margins: Margins, scale: float
) -> tuple[Picture, NDArray[np.uint8], CropPlan]:
    """The picture on its grown canvas, what of it is new, and the plan for the whole."""
    canvas, original = expanded(picture.extent, margins)
    overlap = 0 if request.keep_original else OUTPAINT_OVERLAP
    mask = masks.around(canvas, _kept(original, margins, overlap))
    plan = growing.grown_plan(original, canvas, scale=scale)
    return composite.on_canvas(picture, canvas, original), mask, plan


def _document_and_selection(
    request: PaintRequest, image: Source, mask: MaskSource
) -> tuple[Picture, NDArray[np.uint8]]:
    """The picture and what of it is to be painted, on one canvas."""
    picture = images.read_picture(image)
    if not request.is_outpaint:
        if mask is None:
            raise InputError(
                "There is no mask, so nothing says where to paint.",
                hint="Give a mask, or sides by which the picture is to grow.",
                field="mask",
            )
        selection = images.read_mask(mask, picture.extent)
        return picture, masks.invert(selection) if request.invert_mask else selection
    if mask is not None:
        raise InputError(
            "A mask and sides to grow by can't be asked for together.",
            hint="Fill first, then expand the result.",
            field="mask",
        )
    margins = _margins(request)
    canvas, original = expanded(picture.extent, margins)
    document = composite.on_canvas(picture, canvas, original)
    overlap = 0 if request.keep_original else OUTPAINT_OVERLAP
    return document, masks.around(canvas, _kept(original, margins, overlap))


def _margins(request: PaintRequest) -> Margins:
    """The sides as given, or by direction."""
    sides = Margins(request.left, request.right, request.up, request.down)
    if request.outpaint_direction is None:
        return sides
    if any((sides.left, sides.right, sides.up, sides.down)):
        raise InputError(
            "Sides and outpaint_direction can't be given together.",
            hint="Give one of them.",
            field="outpaint_direction",
        )
    amount = request.outpaint_amount or OUTPAINT_AMOUNT
    return margins_for_direction(str(request.outpaint_direction), amount)


def _kept(original: Bounds, margins: Margins, overlap: int) -> Bounds:
    """The original less a strip along the sides that grow, where it may be painted over."""
    left = overlap if margins.left else 0
    up = overlap if margins.up else 0
    right = overlap if margins.right else 0
    down = overlap if margins.down else 0
    return Bounds(
        original.x + left,
        original.y + up,
        max(0, original.width - left - right),
        max(0, original.height - up - down),
    )


def _context(request: PaintRequest, context: Context) -> Context:
    """The model's own need, unless the person says how much."""
    if request.context == "auto":
        return replace(context, least=max(context.least, OUTPAINT_OVERLAP))
    if request.context == "whole":
        return replace(context, whole=True)
    return replace(context, pixels=request.context)


def _alpha(
    request: PaintRequest, selection: NDArray[np.uint8], adapter: Adapter
) -> NDArray[np.uint8]:
    """The selection, faded inward where the model's answer does not meet the original by itself."""
    feather = request.feather
    if feather is None:
        feather = 0 if adapter.blends else masks.auto_feather(selection)
    return masks.feather(selection, feather)


def _seeds(prediction: Prediction) -> tuple[int, ...]:
    """The seeds the logs name, one a result where they name several (`Using seed: N`)."""
    return tuple(int(seed) for seed in re.findall(r"Using seed: (\d+)", prediction.logs or ""))


def _ignored_in_logs(prediction: Prediction) -> tuple[str, ...]:
    """What an Overpaint server says its engine did not read: a line `Ignored: a, b`."""
    found = re.search(r"^Ignored: (.+)$", prediction.logs or "", re.MULTILINE)
    if found is None:
        return ()
    return tuple(WORDS.get(name.strip(), name.strip()) for name in found[1].split(","))


def _without_pictures(prediction: Prediction) -> Prediction:
    """The prediction with its data URIs shortened: megabytes that the result already holds."""
    return prediction.model_copy(
        update={
            "input": {name: _short(value) for name, value in prediction.input.items()},
            "output": _short(prediction.output),
        }
    )


def _short(value: object) -> object:
    """Keep the head of a data URI."""
    if isinstance(value, str) and value.startswith("data:"):
        return f"{value.partition(',')[0]},… ({len(value)} characters)"
    if isinstance(value, list):
        return [_short(item) for item in value]
    if isinstance(value, dict):
        return {name: _short(item) for name, item in value.items()}
    return value
