"""A model for a real Cog server: paints the mask in one colour, or does what its prompt says."""

from __future__ import annotations

import time

from cog import BasePredictor, Input, Path
from PIL import Image


class Predictor(BasePredictor):  # type: ignore[misc]  # Cog publishes no types
    """Takes what `stability-ai/stable-diffusion-inpainting` takes."""

    def predict(
        self,
        image: Path = Input(description="Resized to width × height."),
        mask: Path = Input(description="White is repainted, black is kept."),
        prompt: str = Input(default="a vision of paradise. unreal engine"),
        width: int = Input(default=512),
        height: int = Input(default=512),
        num_outputs: int = Input(default=1),
        num_inference_steps: int = Input(default=50),
        guidance_scale: float = Input(default=7.5),
        scheduler: str = Input(default="DPMSolverMultistep"),
        negative_prompt: str = Input(default=""),
        seed: int = Input(default=0),
        disable_safety_checker: bool = Input(default=False),
    ) -> list[Path]:
        """Paint."""
        print(f"Using seed: {seed}")
        if prompt == "fail":
            raise ValueError("the model has no luck today")
        if prompt == "slow":
            for _ in range(1200):  # in steps: a cancel is heard between two of them
                time.sleep(0.05)
        size = (width, height)
        picture = Image.open(str(image)).convert("RGB").resize(size)
        hole = Image.open(str(mask)).convert("L").resize(size)
        picture.paste((200, 30, 30), (0, 0), hole)
        outputs = []
        for index in range(num_outputs):
            path = f"/tmp/overpaint-cog-{index}.png"  # noqa: S108  inside the server's own machine
            picture.save(path)
            outputs.append(Path(path))
        return outputs
