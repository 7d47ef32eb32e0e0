"""One job's two ends: from picture and mask to what is sent, and from the answer to the result.

Pure computation; the client makes the calls in between.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from . import composite, encoding, growing, images, masks
from .errors import ImageError, InputError, PredictionFailedError
from .geometry import Bounds, CropPlan, Extent, Margins, expanded
from .models import WORDS, Adapter, Ask
from .predictions import Prediction
from .region import Region, kept_of, margins_of, plan_region
from .request import PaintRequest, Prefill
from .results import Output, Result
from .seam import seam_score

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .images import Picture, Source

__all__ = ["Job", "finish", "prepare", "seeds_of", "shortened"]

MaskSource: TypeAlias = "Source | None"


@dataclass(frozen=True, slots=True)
class Job:
    """One request, ready to be sent.

    Attributes:
        request: what the person asked for.
        document: the picture the result is laid over, or the region's part of it; for an
            outpainting, on the grown canvas.
        mask: (height, width) uint8, as large as the document, 255 = paint here, the person's own.
        alpha: likewise, feathered: what shows of the layer.
        region: which part of the canvas the document is, and what the model sees of it.
        seen: (height, width, 3) uint8 sRGB, the picture as it is sent.
        shown: (height, width) uint8, the mask as the model reads it, 255 = paint here; None for a
            model that sees none.
        ask: what the model is asked.
        pending: the adapter of a model whose answer decides how far the canvas grows.
    """

    request: PaintRequest
    document: Picture
    mask: NDArray[np.uint8]
    alpha: NDArray[np.uint8]
    region: Region
    seen: NDArray[np.uint8]
    shown: NDArray[np.uint8] | None
    ask: Ask
    pending: Adapter | None = None

    @property
    def plan(self) -> CropPlan:
        """What the model sees, on the whole canvas."""
        return self.region.plan


def prepare(
    request: PaintRequest,
    image: Source,
    mask: MaskSource,
    *,
    adapter: Adapter,
    version: str,
    region: Region | None = None,
) -> Job:
    """Turn a request, a picture and a mask into what is sent.

    Args:
        request: what the person asked for.
        image: the picture, in any form `images.read_picture` takes.
        mask: the mask likewise, 255 = paint here; None for an outpainting.
        adapter: of the model that is asked.
        version: what the endpoint is asked for.
        region: of what `image` and `mask` are the part that is needed; None = they are whole.

    Raises:
        InputError, ImageError: what can't be sent; nothing has been.
    """
    picture = images.read_picture(image)
    if adapter.outpaints:
        growing.insist_on_growing(request, has_mask=mask is not None)
        return _prepare_growing(request, picture, adapter, version)
    selection = _selection(request, picture, mask)
    if region is None:
        hole = None if selection is None else masks.bounds(selection)
        region = plan_region(request, picture.extent, hole, adapter=adapter).whole()
    elif picture.extent != region.needed.extent:
        raise InputError(f"{region.needed.extent} pixels were needed, {picture.extent} came.")
    if selection is None:
        picture, selection = _on_grown_canvas(request, picture, region)
    plan = region.local_plan
    shown = composite.fit_mask(
        selection, plan, grow=adapter.grow if request.grow is None else request.grow
    )
    if not adapter.invents and shown.all():
        raise ImageError(
            "The mask covers all that the engine would see, and it can only copy what it sees.",
            hint="Leave some of the picture out of the mask, or use an endpoint with a model.",
            field="mask",
        )
    seen = composite.fit_context(picture, plan)
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
    alpha = _alpha(request, selection, adapter)
    return Job(request, picture, selection, alpha, region, seen, shown, ask)


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
    seeds = seeds_of(prediction)
    outputs = []
    for index, content in enumerate(answers):
        answer = encoding.decode_output(content)
        job = _laid_out(job, Extent(answer.shape[1], answer.shape[0]))
        region = job.region
        layer = composite.layer_from(answer, job.document, region.local_plan, job.alpha)
        picture = composite.lay_over(job.document, layer)
        seam = seam_score(picture.pixels, job.mask)
        seed = seeds[index] if index < len(seeds) else None
        layer = replace(layer, bounds=layer.bounds.moved(region.bounds.x, region.bounds.y))
        outputs.append(Output(picture, layer, seed, seam))
    ignored = dict.fromkeys((*job.ask.ignored, *_ignored_in_logs(prediction)))
    return Result(
        tuple(outputs),
        tuple(ignored),
        _without_pictures(prediction),
        job.region,
        job.request.changed(version=job.ask.version),
        endpoint,
    )


def _prepare_growing(
    request: PaintRequest, picture: Picture, adapter: Adapter, version: str
) -> Job:
    """What is sent to a model that grows the whole picture and sees no mask."""
    region = plan_region(request, picture.extent, None, adapter=adapter)
    sent = region.plan.target
    scale = sent.width / picture.extent.width
    seen = composite.fit_context(picture, region.plan)
    asked, document = request, picture
    mask = masks.around(picture.extent, region.original)
    pending: Adapter | None = adapter
    if adapter.outpaints == "sides":
        margins = margins_of(request)
        asked = growing.scaled_sides(request, margins, scale=scale)
        document, mask, region = _grown(request, picture, margins, scale)
        pending = None
    ask = adapter.ask(
        asked,
        version=version,
        image=encoding.data_uri(encoding.encode_png(seen)),
        mask=None,
        target=sent,
    )
    alpha = _alpha(request, mask, adapter)
    return Job(request, document, mask, alpha, region, seen, None, ask, pending)


def _laid_out(job: Job, answer: Extent) -> Job:
    """The job on the canvas its first answer turns out to have."""
    if job.pending is None:
        return job
    adapter = job.pending
    sent, original = job.plan.target, job.document.extent
    margins = growing.margins_from(answer, sent=sent, original=original)
    scale = answer.width / (original.width + margins.left + margins.right)
    document, mask, region = _grown(job.request, job.document, margins, scale)
    alpha = _alpha(job.request, mask, adapter)
    return replace(job, document=document, mask=mask, alpha=alpha, region=region, pending=None)


def _grown(
    request: PaintRequest, picture: Picture, margins: Margins, scale: float
) -> tuple[Picture, NDArray[np.uint8], Region]:
    """The picture on its grown canvas, what of it is new, and the plan for the whole."""
    canvas, original = expanded(picture.extent, margins)
    mask = masks.around(canvas, kept_of(request, original, margins))
    plan = growing.grown_plan(original, canvas, scale=scale)
    region = Region(plan, Bounds(0, 0, *canvas), original)
    return composite.on_canvas(picture, canvas, original), mask, region


def _selection(
    request: PaintRequest, picture: Picture, mask: MaskSource
) -> NDArray[np.uint8] | None:
    """What of the picture is to be painted; None for an outpainting."""
    if request.is_outpaint:
        if mask is not None:
            raise InputError(
                "A mask and sides to grow by can't be asked for together.",
                hint="Fill first, then expand the result.",
                field="mask",
            )
        return None
    if mask is None:
        raise InputError(
            "There is no mask, so nothing says where to paint.",
            hint="Give a mask, or sides by which the picture is to grow.",
            field="mask",
        )
    return images.read_mask(mask, picture.extent, inverted=request.invert_mask)


def _on_grown_canvas(
    request: PaintRequest, picture: Picture, region: Region
) -> tuple[Picture, NDArray[np.uint8]]:
    """The region of a grown canvas with its part of the picture, and what of it is new.

    Raises:
        InputError: it is larger than any picture that is read.
    """
    if region.bounds.width * region.bounds.height > images.MOST_PIXELS:
        raise InputError(
            f"{region.bounds.extent} is larger than {images.MOST_PIXELS // 1_000_000} megapixels.",
            hint="Expand by less.",
        )
    kept = kept_of(request, region.original, margins_of(request))
    within = kept.intersection(region.bounds).moved(-region.bounds.x, -region.bounds.y)
    document = composite.on_canvas(picture, region.bounds.extent, region.picture)
    return document, masks.around(region.bounds.extent, within)


def _alpha(
    request: PaintRequest, selection: NDArray[np.uint8], adapter: Adapter
) -> NDArray[np.uint8]:
    """The selection, faded inward where the model's answer does not meet the original by itself."""
    feather = request.feather
    if feather is None:
        feather = 0 if adapter.blends else masks.auto_feather(selection)
    return masks.feather(selection, feather)


def seeds_of(prediction: Prediction) -> tuple[int, ...]:
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
            "input": {name: shortened(value) for name, value in prediction.input.items()},
            "output": shortened(prediction.output),
        }
    )


def shortened(value: object) -> object:
    """Keep the head of a data URI, wherever one is in a JSON value."""
    if isinstance(value, str) and value.startswith("data:"):
        return f"{value.partition(',')[0]},… ({len(value)} characters)"
    if isinstance(value, list):
        return [shortened(item) for item in value]
    if isinstance(value, dict):
        return {name: shortened(item) for name, item in value.items()}
    return value
