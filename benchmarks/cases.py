"""What the limits hold for: photos that ship inside Python packages, and a hole in each.

The sizes and holes are those by which the engine's stages were once chosen among others, and the
mirrored pictures too: a mirrored picture holds the answer elsewhere, which helps whatever searches
all of it. What is harder than this is in `more`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .photos import Photo, mirrored, photo, scaled
from .shapes import blob, rectangle, scratches

__all__ = ["Case", "cases"]

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


def cases() -> Iterator[Case]:
    """Yield every case, the small pictures first."""
    yield from _textures()
    yield from _scenes()
    yield from _strokes_and_sides()
    yield from _large()
    yield from _objects()
    yield from _huge()


def _textures() -> Iterator[Case]:
    """512 pixels, the same all over."""
    grass, brick, gravel = photo("grass"), photo("brick"), photo("gravel")
    yield Case("grass_512", "texture", grass, blob(512, (256, 250), (80, 95), 1))
    yield Case("brick_512", "texture", brick, rectangle(512, (170, 330), (180, 360)))
    yield Case("gravel_512", "texture", gravel, blob(512, (270, 260), (90, 80), 3))


def _scenes() -> Iterator[Case]:
    """512 pixels: what most selections look like to an engine."""
    china, astronaut = scaled("china", 768, 512), photo("astronaut")
    roof, sky = china[:, 128:640], china[:, :512]
    cat = scaled("chelsea", 770, 512)[:, :512]
    table = scaled("coffee", 768, 512)[:, 200:712]
    leaves = scaled("flower", 768, 512)[:, :512]
    night = scaled("rocket", 768, 512)[:, 250:762]
    garage = scaled("motorcycle", 759, 512)[:, :512]
    yield Case("china_roof_512", "scene", roof, blob(512, (230, 210), (55, 75), 4))
    yield Case("china_sky_512", "scene", sky, blob(512, (75, 390), (55, 70), 5))
    yield Case("cat_512", "scene", cat, blob(512, (150, 90), (80, 65), 6))
    yield Case("coffee_table_512", "scene", table, blob(512, (400, 400), (60, 80), 7))
    yield Case("astronaut_flag_512", "scene", astronaut, blob(512, (190, 60), (85, 50), 8))
    yield Case("astronaut_suit_512", "scene", astronaut, blob(512, (440, 330), (50, 60), 9))
    yield Case("flower_leaves_512", "scene", leaves, blob(512, (120, 110), (85, 80), 10))
    yield Case("rocket_sky_512", "scene", night, blob(512, (140, 380), (90, 80), 11))
    yield Case("motorcycle_512", "scene", garage, blob(512, (95, 330), (70, 60), 12))


def _strokes_and_sides() -> Iterator[Case]:
    """512 pixels: scratches with lettering, and pictures continued by a fifth."""
    china, coffee = scaled("china", 768, 512), scaled("coffee", 768, 512)
    cat, grass = scaled("chelsea", 770, 512)[:, 150:662], photo("grass")
    right, left = rectangle(512, (0, 512), (410, 512)), rectangle(512, (0, 512), (0, 102))
    yield Case("china_text_512", "thin", china[:, 128:640], scratches(512, 1))
    yield Case("cat_text_512", "thin", cat, scratches(512, 2))
    yield Case("china_expand_512", "border", china[:, 100:612], right)
    yield Case("coffee_expand_512", "border", coffee[:, 100:612], right)
    yield Case("grass_expand_512", "border", grass, left)


def _large() -> Iterator[Case]:
    """1024 pixels: enlarged or mirrored, for few photos in a package are as large."""
    bus = scaled("bus", 1024, 1365)[250:1274]
    retina = scaled("retina", 1024, 1024)
    china = scaled("china", 1536, 1024)[:, 256:1280]
    garage = scaled("motorcycle", 1518, 1024)[:, 300:1324]
    stars, brick = mirrored("hubble_deep_field", 1024), mirrored("brick", 1024)
    left = rectangle(1024, (0, 1024), (0, 205))
    yield Case("bus_road_1024", "scene", bus, blob(1024, (900, 600), (75, 150), 14))
    yield Case("retina_1024", "scene", retina, blob(1024, (470, 400), (100, 110), 15))
    yield Case("hubble_1024", "texture", stars, blob(1024, (430, 430), (120, 120), 16))
    yield Case("china_1024", "scene", china, blob(1024, (470, 430), (120, 160), 17))
    yield Case("brick_1024", "texture", brick, rectangle(1024, (350, 640), (380, 700)))
    yield Case("bus_expand_1024", "border", bus, left)
    yield Case("motorcycle_text_1024", "thin", garage, scratches(1024, 4))


def _objects() -> Iterator[Case]:
    """Things to remove. What they hide is not known: these are for the eye."""
    bus = scaled("bus", 1024, 1365)[250:1274]
    table = scaled("coffee", 1536, 1024)[:, 400:1424]
    night = scaled("rocket", 1536, 1024)[:, 500:1524]
    spoon = blob(1024, (695, 530), (160, 135), 19, roughness=0.05)
    yield Case("remove_man_1024", "object", bus, rectangle(1024, (250, 850), (285, 442)))
    yield Case("remove_spoon_1024", "object", table, spoon)
    yield Case("remove_mast_1024", "object", night, rectangle(1024, (280, 920), (545, 650)))


def _huge() -> Iterator[Case]:
    """2048 pixels: the cost must follow the hole, not the picture."""
    retina, grass = scaled("retina", 2048, 2048), mirrored("grass", 2048)
    china = scaled("china", 3072, 2048)[:, 512:2560]
    yield Case("retina_2048", "scene", retina, blob(2048, (940, 800), (200, 220), 15))
    yield Case("grass_2048", "texture", grass, blob(2048, (1000, 1000), (220, 240), 18))
    yield Case("china_2048", "scene", china, blob(2048, (940, 860), (200, 260), 17))
