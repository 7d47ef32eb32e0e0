"""The engine for machines with a graphics card: Stable Diffusion, its weights from a folder."""

from __future__ import annotations

import importlib.util
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from overpaint.errors import ConfigurationError, InputError

from .base import Painting, Progress

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["DiffusersEngine"]

# The API's names, and the library's class and settings for each.
SCHEDULERS: dict[str, tuple[str, dict[str, bool]]] = {
    "DDIM": ("DDIMScheduler", {}),
    "DPMSolverMultistep": ("DPMSolverMultistepScheduler", {}),
    "HeunDiscrete": ("HeunDiscreteScheduler", {}),
    "K_EULER": ("EulerDiscreteScheduler", {}),
    "K_EULER_ANCESTRAL": ("EulerAncestralDiscreteScheduler", {}),
    "KLMS": ("LMSDiscreteScheduler", {}),
    "KarrasDPM": ("DPMSolverMultistepScheduler", {"use_karras_sigmas": True}),
    "LCM": ("LCMScheduler", {}),
    "PNDM": ("PNDMScheduler", {}),
    "UniPC": ("UniPCMultistepScheduler", {}),
}
# The model's latent pixels are squares of so many.
MULTIPLE = 8
# The longest side it paints well; other pictures are scaled there and back.
SHORTEST, LONGEST = 512, 1024


class DiffusersEngine:
    """Paints by diffusion, with the weights of one folder; an `Engine`.

    Paints one picture at a time: a pipeline holds its scheduler's state.
    """

    name = "diffusers"
    reads = frozenset(
        {
            "image",
            "mask",
            "prompt",
            "negative_prompt",
            "seed",
            "num_inference_steps",
            "guidance_scale",
            "scheduler",
            "strength",
            "prompt_strength",
        }
    )

    def __init__(self, folder: Path) -> None:
        """Check the folder; the weights load when the first picture comes.

        Raises:
            ConfigurationError: there is no model in it, or the library is not installed.
        """
        if not (folder / "model_index.json").is_file():
            raise ConfigurationError(
                f"There is no diffusers model in {folder}: it has no model_index.json.",
                hint="Give --model the folder of a Stable Diffusion inpainting model.",
            )
        if importlib.util.find_spec("diffusers") is None:
            raise ConfigurationError(
                "The diffusers engine is not installed.",
                hint="pip install 'overpaint[diffusers]'",
            )
        self._folder = folder
        self._pipeline: Any = None
        self._lock = threading.Lock()

    def paint(self, painting: Painting, progress: Progress) -> NDArray[np.uint8]:
        """Return the image, painted where the mask is True; the rest is untouched.

        Raises:
            InputError: a setting that the model can't take.
            PaintCanceled: `progress` said so.
        """
        import numpy as np
        from PIL import Image

        progress("Waiting", 0.0)
        with self._lock:
            progress("Loading", 0.0)
            pipeline = self._ready(str(painting.settings.get("scheduler") or ""))
            height, width = painting.mask.shape
            size = working_size(width, height)
            image = Image.fromarray(painting.image)
            mask = Image.fromarray(painting.mask.astype(np.uint8) * 255)
            hole = mask.resize(size, Image.Resampling.BOX).point(lambda value: value and 255)
            painted = pipeline(
                image=image.resize(size, Image.Resampling.LANCZOS),
                mask_image=hole,
                width=size[0],
                height=size[1],
                callback_on_step_end=_step_by_step(progress),
                **_arguments(painting),
            ).images[0]
        progress("Laying over", 0.98)
        back = np.asarray(painted.resize((width, height), Image.Resampling.LANCZOS))
        return np.where(painting.mask[..., np.newaxis], back, painting.image)

    def _ready(self, scheduler: str) -> Any:  # noqa: ANN401  the library has no types
        """Load the weights once, and give the pipeline the scheduler asked for."""
        import diffusers

        if self._pipeline is None:
            self._pipeline = _loaded(self._folder)
            self._own_scheduler = self._pipeline.scheduler
        if not scheduler:
            self._pipeline.scheduler = self._own_scheduler
            return self._pipeline
        if scheduler not in SCHEDULERS:
            raise InputError(
                f"This engine has no scheduler called {scheduler}.",
                hint="It has " + ", ".join(SCHEDULERS) + ".",
                field="scheduler",
            )
        name, settings = SCHEDULERS[scheduler]
        made = getattr(diffusers, name).from_config(self._own_scheduler.config, **settings)
        self._pipeline.scheduler = made
        return self._pipeline


def working_size(width: int, height: int) -> tuple[int, int]:
    """The size a picture is painted at: of its shape, 512 to 1024 long, in whole latent pixels."""
    longest = max(width, height)
    scale = min(max(longest, SHORTEST), LONGEST) / longest
    cells = (max(1, round(side * scale / MULTIPLE)) for side in (width, height))
    across, down = (MULTIPLE * count for count in cells)
    return across, down


def _loaded(folder: Path) -> Any:  # noqa: ANN401  likewise
    """Load a pipeline from a folder alone, onto the graphics card if there is one."""
    import torch
    from diffusers import AutoPipelineForInpainting

    device = "cpu"
    if torch.cuda.is_available():
        device = "cuda"
    elif torch.backends.mps.is_available():
        device = "mps"
    pipeline = AutoPipelineForInpainting.from_pretrained(
        folder,
        local_files_only=True,
        torch_dtype=torch.float16 if device == "cuda" else torch.float32,
    ).to(device)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def _arguments(painting: Painting) -> dict[str, Any]:
    """What the pipeline is called with, by its own names."""
    import torch

    settings = painting.settings
    strength = settings.get("strength", settings.get("prompt_strength"))
    arguments = {
        "prompt": painting.prompt,
        "negative_prompt": str(settings.get("negative_prompt") or "") or None,
        "num_inference_steps": _number(settings, "num_inference_steps", 50, 1, 500),
        "guidance_scale": _number(settings, "guidance_scale", 7.5, 0, 100),
        # On the processor, the noise is the same on every machine.
        "generator": torch.Generator("cpu").manual_seed(painting.seed),
    }
    if strength is not None:
        arguments["strength"] = _number({"strength": strength}, "strength", 1.0, 0.01, 1)
    return arguments


def _number(
    settings: dict[str, object], name: str, default: float, least: float, most: float
) -> float:
    """Read a number that no schema has checked: `overpaint/fill` lets any setting through."""
    value = settings.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise InputError(f"`{name}` must be a number from {least} to {most}.", field=name)
    return value


def _step_by_step(progress: Progress) -> Any:  # noqa: ANN401  the library's own shape
    """Tell of every step; what `progress` raises ends the run, and the pipeline stays usable."""

    def told(pipeline: Any, step: int, _time: int, values: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401
        # Some schedulers take more steps than asked for, a lower strength fewer.
        steps = max(int(pipeline.num_timesteps), step + 1)
        progress("Painting", 0.05 + 0.9 * (step + 1) / steps)
        return values

    return told
