"""What no limit holds for: harder cases, and some by which nothing was ever chosen."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .cases import Case
from .photos import Photo, photo, scaled
from .shapes import blob, rectangle

__all__ = ["harder", "unseen"]

# Photos that no stage of the engine was tried on, and the size they are looked at.
UNSEEN = (
    ("camera", 512, 512),
    ("moon", 512, 512),
    ("immunohistochemistry", 512, 512),
    ("coins", 649, 512),
    ("clock", 683, 512),
    ("cell", 512, 614),
    ("zidane", 910, 512),
)


def harder() -> Iterator[Case]:
    """Yield pictures that are enlarged, not mirrored: the answer is nowhere in them."""
    size = 1024
    stars = scaled("hubble_deep_field", 1174, size)[:, :size]
    brick, night = scaled("brick", size, size), scaled("rocket", 1536, size)[:, 500:1524]
    table = scaled("coffee", 1536, size)[:, 200:1224]
    lake = scaled("china", 768, 512)[:, :512]
    grass = scaled("grass", 2048, 2048)
    right = rectangle(size, (0, size), (820, size))
    small_right = rectangle(512, (0, 512), (410, 512))
    yield Case("hubble_whole_1024", "texture", stars, blob(size, (430, 430), (120, 120), 16))
    yield Case("brick_whole_1024", "texture", brick, rectangle(size, (350, 640), (380, 700)))
    yield Case("rocket_sky_1024", "scene", night, blob(size, (260, 760), (120, 110), 20))
    yield Case("coffee_expand_1024", "border", table, right)
    yield Case("lake_expand_512", "border", lake, small_right)
    yield Case("grass_whole_2048", "texture", grass, blob(2048, (1000, 1000), (220, 240), 18))
    flag = rectangle(512, (0, 300), (0, 130))
    yield Case("remove_flag_512", "object", photo("astronaut"), flag)


def unseen() -> Iterator[Case]:
    """Yield two holes in each of some photos, where chance has put them."""
    random = np.random.default_rng(20261128)
    for name, width, height in UNSEEN:
        image = _middle(scaled(name, width, height))
        for number in (1, 2):
            center = (int(random.integers(100, 412)), int(random.integers(100, 412)))
            radii = (int(random.integers(45, 90)), int(random.integers(45, 90)))
            hole = blob(512, center, radii, number)
            yield Case(f"{name}_{number}_512", "scene", image, hole)


def _middle(image: Photo) -> Photo:
    """Cut the square of 512 pixels out of a picture's middle."""
    top, left = ((length - 512) // 2 for length in image.shape[:2])
    return np.ascontiguousarray(image[top : top + 512, left : left + 512])
