"""What is filled: photos that ship inside Python packages, and a hole in each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
import skimage.data
import skimage.io
import sklearn.datasets
from numpy.typing import NDArray
from PIL import Image

from .shapes import blob, rectangle, scratches

__all__ = ["Case", "cases"]

Photo = NDArray[np.uint8]
Kind = Literal["texture", "scene", "border", "thin", "object"]


@dataclass(frozen=True, slots=True)
class Case:
    """One picture with a hole.

    Attributes:
        image: (size, size, 3) uint8, the truth; what an object hides has none.
        mask: (size, size) bool, True = hole.
    """

    name: str
    kind: Kind
    image: Photo
    mask: NDArray[np.bool_]

    @property
    def size(self) -> int:
        """The picture's height and width."""
        height: int = self.image.shape[0]
        return height

    @property
    def holed(self) -> Photo:
        """The picture as an engine gets it: grey where the hole is."""
        return np.where(self.mask[..., None], np.uint8(127), self.image)


@cache
def _photo(name: str) -> Photo:
    """Return a photo as its package ships it."""
    if name in ("china", "flower"):
        photo = sklearn.datasets.load_sample_image(f"{name}.jpg")
    elif name == "motorcycle":
        photo = skimage.io.imread(Path(skimage.data.__file__).with_name("motorcycle_left.png"))
    else:
        photo = getattr(skimage.data, name)()
    if photo.ndim == 2:
        photo = np.repeat(photo[..., None], 3, axis=2)
    return np.ascontiguousarray(photo[..., :3])


def _scaled(name: str, width: int, height: int, window: tuple[int, int, int]) -> Photo:
    """Return a photo at that size, cut to a square: `window` is left, top, size."""
    scaled = Image.fromarray(_photo(name)).resize((width, height), Image.Resampling.LANCZOS)
    left, top, size = window
    return np.array(scaled)[top : top + size, left : left + size]


def cases() -> Iterator[Case]:
    """Yield every case, the small pictures first."""
    yield from _small()
    yield from _large()
    yield from _huge()
    yield from _objects()


def _small() -> Iterator[Case]:
    """512 pixels: what most selections look like to an engine."""
    size = 512
    china = _scaled("china", 768, size, (128, 0, size))
    china_left = _scaled("china", 768, size, (0, 0, size))
    cat = _scaled("chelsea", 770, size, (0, 0, size))
    coffee = _scaled("coffee", 768, size, (200, 0, size))
    coffee_left = _scaled("coffee", 768, size, (100, 0, size))
    rocket = _scaled("rocket", 768, size, (250, 0, size))
    motorcycle = _scaled("motorcycle", 759, size, (0, 0, size))
    flower = _scaled("flower", 768, size, (0, 0, size))
    grass, brick, gravel = _photo("grass"), _photo("brick"), _photo("gravel")
    astronaut = _photo("astronaut")
    right, left = rectangle(size, (0, 512), (410, 512)), rectangle(size, (0, 512), (0, 102))
    yield Case("grass_512", "texture", grass, blob(size, (256, 250), (80, 95), 1))
    yield Case("brick_512", "texture", brick, rectangle(size, (170, 330), (180, 360)))
    yield Case("gravel_512", "texture", gravel, blob(size, (270, 260), (90, 80), 3))
    yield Case("china_roof_512", "scene", china, blob(size, (230, 210), (55, 75), 4))
    yield Case("china_sky_512", "scene", china_left, blob(size, (75, 390), (55, 70), 5))
    yield Case("cat_wall_512", "scene", cat, blob(size, (150, 90), (80, 65), 6))
    yield Case("coffee_table_512", "scene", coffee, blob(size, (400, 400), (60, 80), 7))
    yield Case("astronaut_wall_512", "scene", astronaut, blob(size, (190, 60), (85, 50), 8))
    yield Case("astronaut_suit_512", "scene", astronaut, blob(size, (440, 330), (50, 60), 9))
    yield Case("flower_leaves_512", "scene", flower, blob(size, (120, 110), (85, 80), 10))
    yield Case("rocket_sky_512", "scene", rocket, blob(size, (140, 380), (90, 80), 11))
    yield Case("motorcycle_512", "scene", motorcycle, blob(size, (95, 330), (70, 60), 12))
    yield Case("china_text_512", "thin", china, scratches(size, 1))
    yield Case("cat_text_512", "thin", cat, scratches(size, 2))
    yield Case("china_expand_512", "border", china_left, right)
    yield Case("coffee_expand_512", "border", coffee_left, right)
    yield Case("grass_expand_512", "border", grass, left)


def _large() -> Iterator[Case]:
    """1024 pixels: enlarged, for no bundled photo but one is as large.

    Not mirrored: a mirrored picture holds the answer elsewhere, which is nobody's case.
    """
    size = 1024
    china = _scaled("china", 1536, size, (256, 0, size))
    rocket = _scaled("rocket", 1536, size, (500, 0, size))
    coffee = _scaled("coffee", 1536, size, (200, 0, size))
    motorcycle = _scaled("motorcycle", 1518, size, (300, 0, size))
    retina = _scaled("retina", size, size, (0, 0, size))
    hubble = _scaled("hubble_deep_field", 1174, size, (0, 0, size))
    brick = _scaled("brick", size, size, (0, 0, size))
    right = rectangle(size, (0, size), (820, size))
    yield Case("retina_1024", "scene", retina, blob(size, (470, 400), (100, 110), 15))
    yield Case("hubble_1024", "texture", hubble, blob(size, (430, 430), (120, 120), 16))
    yield Case("china_1024", "scene", china, blob(size, (470, 430), (120, 160), 17))
    yield Case("brick_1024", "texture", brick, rectangle(size, (350, 640), (380, 700)))
    yield Case("rocket_sky_1024", "scene", rocket, blob(size, (260, 760), (120, 110), 20))
    yield Case("coffee_expand_1024", "border", coffee, right)
    yield Case("motorcycle_text_1024", "thin", motorcycle, scratches(size, 4))


def _huge() -> Iterator[Case]:
    """2048 pixels: the cost must follow the hole, not the picture."""
    size = 2048
    china = _scaled("china", 3072, size, (512, 0, size))
    retina, grass = (_scaled(name, size, size, (0, 0, size)) for name in ("retina", "grass"))
    yield Case("retina_2048", "scene", retina, blob(size, (940, 800), (200, 220), 15))
    yield Case("grass_2048", "texture", grass, blob(size, (1000, 1000), (220, 240), 18))
    yield Case("china_2048", "scene", china, blob(size, (940, 860), (200, 260), 17))


def _objects() -> Iterator[Case]:
    """Things to remove. What they hide is not known: these are for the eye."""
    size = 1024
    coffee = _scaled("coffee", 1536, size, (400, 0, size))
    rocket = _scaled("rocket", 1536, size, (500, 0, size))
    yield Case("remove_spoon_1024", "object", coffee, blob(size, (695, 530), (160, 135), 19))
    yield Case("remove_mast_1024", "object", rocket, rectangle(size, (280, 920), (545, 650)))
    astronaut = _photo("astronaut")
    yield Case("remove_flag_512", "object", astronaut, rectangle(512, (0, 300), (0, 130)))
