"""One request on one photo: GIMP's layer, Krita's and the command line's have the same pixels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .gimp import program as gimp_program
from .gimp.chroot import PYTHON, ensure
from .krita import program as krita_program
from .krita.chroot import Chroot
from .krita.photo import copy_photo

LEFT, TOP, WIDTH, HEIGHT = 250, 150, 60, 40
PROMPT, SEED = "a bench", 7
IN_GIMP = f"""
image = open_image(f"{{FOLDER}}/photo.png")
image.select_rectangle(Gimp.ChannelOps.REPLACE, {LEFT}, {TOP}, {WIDTH}, {HEIGHT})
said = call("plug-in-overpaint-fill", image, image.get_layers(), prompt="{PROMPT}", seed={SEED}.0)
assert said[0] == "success", said
layer = image.get_layers()[0]
save("pixels", raw(layer))
new = describe(layer)
answer = [new[name] for name in ("x", "y", "width", "height")]
"""
IN_KRITA = f"""
d = open_photo("photo.png")
select(d, {LEFT}, {TOP}, {WIDTH}, {HEIGHT})
result = paint(d, prompt="{PROMPT}", seed={SEED}).results[0]
layer = d.topLevelNodes()[-1]
place = [result.x, result.y, result.pixels.width, result.pixels.height]
answer = [layer.name(), place, bytes(layer.pixelData(*place)).hex()]
"""

Picture = NDArray[np.uint8]
Place = list[int]


def test_one_request_gives_one_layer_everywhere(tmp_path: Path) -> None:
    place, gimps = painted_in_gimp()
    shown, commands = painted_by_command_line(place)
    kritas_place, kritas = painted_in_krita(tmp_path)

    assert place == kritas_place
    np.testing.assert_array_equal(gimps, kritas)
    assert shown.any()
    np.testing.assert_array_equal(gimps[shown], commands[shown])


def painted_in_gimp() -> tuple[Place, Picture]:
    """Fill in GIMP; return where its layer lies, and its colours under the mask too."""
    with gimp_program.Program(ensure("trixie"), "same-layer") as gimp:
        copy_photo(gimp.folder)
        place: Place = gimp.do(IN_GIMP)
        pixels = np.frombuffer((gimp.folder / "pixels").read_bytes(), np.uint8)
    return place, pixels.reshape(place[3], place[2], 4)[..., :3]


def painted_by_command_line(place: Place) -> tuple[NDArray[np.bool_], Picture]:
    """Fill by `overpaint fill`, in the Python of GIMP's worker; return what shows, and it all."""
    chroot = ensure("trixie")
    folder = chroot.work / "same-layer"
    hole = Image.new("L", (640, 427))
    hole.paste(255, (LEFT, TOP, LEFT + WIDTH, TOP + HEIGHT))
    hole.save(folder / "hole.png")
    asked = ["--prompt", PROMPT, "--seed", str(SEED)]
    files = [f"/work/same-layer/{name}.png" for name in ("photo", "hole", "filled", "layer")]
    command = [PYTHON, "-m", "overpaint", "fill", *files[:2], "-o", files[2], "--layer", files[3]]
    chroot.run([*command, "--force", "--endpoint", "embedded", *asked])
    x, y, width, height = place
    with Image.open(folder / "layer.png") as layer:
        part = np.asarray(layer.convert("RGBA"))[y : y + height, x : x + width]
    return part[..., 3] > 0, part[..., :3]


def painted_in_krita(folder: Path) -> tuple[Place, Picture]:
    """Fill in Krita; return where its layer lies, and its colours under the mask too."""
    (folder / "krita").mkdir()
    (folder / "io").mkdir()
    copy_photo(folder / "io")
    chroot = Chroot("trixie", folder / "krita")
    with krita_program.Program(chroot, folder / "io", windows=False) as krita:
        name, place, pixels = krita.do(IN_KRITA)
    assert name == "Overpaint: preview"
    array = np.frombuffer(bytes.fromhex(pixels), np.uint8).reshape(place[3], place[2], 4)
    return place, array[..., 2::-1]
