"""`stability-ai/stable-diffusion-inpainting`, exactly as its published schema has it."""

from __future__ import annotations

from overpaint.geometry import Context, Extent, SizeRule
from overpaint.request import PaintRequest

from .base import Ask, ignored_by, one_of, within, without_none

__all__ = ["VERSION", "StableDiffusionInpainting"]

# The version the API page's example asks for (2024-02-14).
VERSION = "95b7223104132402a9ae91cc677285bc5eb997834bd2349fa486f53910fd68b3"
MODEL = "stable-diffusion-inpainting"
SCHEDULERS = ("DDIM", "K_EULER", "DPMSolverMultistep", "K_EULER_ANCESTRAL", "PNDM", "KLMS")


class StableDiffusionInpainting:
    """White is repainted; the picture is squeezed to width × height, so both are always sent.

    Sides are multiples of 64 up to 1024. Its SD 1.x and 2.1 siblings refuse more than
    1024 × 768 pixels; whether this one does is not on record, so the plan stays below.
    """

    rule = SizeRule(multiple=64, smallest=64, largest=1024, largest_area=1024 * 768, native=512)
    context = Context(factor=0.5, least=64, most=512)
    blends = False
    grow = 8  # one cell of its latent picture

    def ask(
        self, request: PaintRequest, *, version: str, image: str, mask: str, target: Extent
    ) -> Ask:
        """Name the inputs of the published schema; see `Adapter.ask`."""
        scheduler = one_of(request.scheduler, SCHEDULERS, field="scheduler", model=MODEL)
        within(request.guidance_scale, 1, 20, field="guidance_scale", model=MODEL)
        within(request.num_outputs, 1, 4, field="num_outputs", model=MODEL)
        fields = {
            "image": image,
            "mask": mask,
            # The model's own default prompt is “a vision of paradise”: an empty one is sent as it
            # is, so that an empty prompt means the surroundings.
            "prompt": request.prompt,
            "negative_prompt": request.negative_prompt or None,
            "width": target.width,
            "height": target.height,
            "seed": request.seed,
            "num_outputs": request.num_outputs,
            "num_inference_steps": request.num_inference_steps,
            "guidance_scale": request.guidance_scale,
            "scheduler": scheduler,
        }
        return Ask(version, without_none(fields, request.extra), ignored_by(request, READS))


READS = frozenset(
    {
        "prompt",
        "negative_prompt",
        "width",
        "height",
        "seed",
        "num_outputs",
        "num_inference_steps",
        "guidance_scale",
        "scheduler",
    }
)
