"""What comes back to the person: pictures, layers, and how they were made."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .composite import Layer
from .files import write_picture
from .geometry import CropPlan, Extent
from .images import Picture, to_pillow
from .predictions import Prediction
from .provenance import Provenance
from .recipe import recipe_of
from .region import Region
from .request import PaintRequest

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["Output", "Result"]


@dataclass(frozen=True, slots=True, repr=False)
class Output:
    """One of a request's results.

    Attributes:
        picture: the whole picture, equal to the original wherever the mask is 0, bit for bit; of
            a job on a region, that region of it.
        layer: what lies over the original to make it so.
        seed: what it was painted with, where the model tells.
        seam: how much the mask's edge shows: 1 = no more than the picture's own texture.
    """

    picture: Picture
    layer: Layer
    seed: int | None
    seam: float

    def __repr__(self) -> str:
        """A line, without pixels."""
        return f"<Output: {self.picture.extent}, seed {self.seed}, seam {self.seam:.2f}>"


@dataclass(frozen=True, slots=True, repr=False)
class Result:
    """Everything one request brought.

    Attributes:
        outputs: at least one.
        ignored: what was asked for and the model did not read, in a person's words.
        prediction: its last state at the endpoint, without the input pictures.
        region: what of the picture was sent, at what size, and where the picture now lies.
        request: what was asked for, the version filled in.
        endpoint: the endpoint's name.
        job: its name in the journal; "" where nothing is written down.
    """

    outputs: tuple[Output, ...]
    ignored: tuple[str, ...]
    prediction: Prediction
    region: Region
    request: PaintRequest
    endpoint: str
    job: str = ""

    def __repr__(self) -> str:
        """A line: the pictures in it would fill a screen."""
        number = len(self.outputs)
        ignored = f", ignored {', '.join(self.ignored)}" if self.ignored else ""
        return (
            f"<Result: {number} of {self.extent}, seed {self.seed}, from {self.endpoint}{ignored}>"
        )

    @property
    def plan(self) -> CropPlan:
        """What of the picture was sent, and at what size."""
        return self.region.plan

    @property
    def image(self) -> Image.Image:
        """The first filled picture, whole, as a Pillow image."""
        return to_pillow(self.outputs[0].picture)

    @property
    def layer(self) -> Image.Image:
        """The first transparent layer, as large as the picture, as a Pillow image."""
        return to_pillow(self.outputs[0].layer.as_picture(self.extent, self.outputs[0].picture.icc))

    @property
    def seed(self) -> int | None:
        """The first result's seed."""
        return self.outputs[0].seed

    @property
    def extent(self) -> Extent:
        """The picture's size; after an outpaint, the grown canvas's."""
        return self.plan.canvas

    def save(self, path: str | Path, *, force: bool = False) -> Path:
        """Write the first filled picture; the suffix says the format.

        Raises:
            OutputError: it exists (without `force`) or can't be written; nothing is left behind.
        """
        return self.write(path, force=force)

    def save_layer(self, path: str | Path, *, force: bool = False) -> Path:
        """Write the first transparent layer, as large as the picture.

        Raises:
            OutputError: as `save`.
        """
        return self.write(path, layer=True, force=force)

    def write(
        self, path: str | Path, index: int = 0, *, layer: bool = False, force: bool = False
    ) -> Path:
        """Write one of the results, with what its file says of its making.

        Raises:
            OutputError: as `save`.
        """
        output = self.outputs[index]
        picture = output.picture
        if layer:
            picture = output.layer.as_picture(self.extent, picture.icc)
        return write_picture(picture, path, force=force, provenance=self.provenance(index))

    def provenance(self, index: int = 0) -> Provenance:
        """How one of the results was made."""
        is_ours = (self.request.version or "").startswith("overpaint/")
        return Provenance(recipe_of(self, index), is_trained=not is_ours)
