"""What the tests' code inside GIMP is written with."""

import hashlib
import json
import os
import pathlib

import gi

gi.require_version("Gegl", "0.4")
gi.require_version("Gimp", "3.0")
from gi.repository import Gegl, Gimp, Gio  # noqa: E402

PRECISIONS = {
    "u8": Gimp.Precision.U8_NON_LINEAR,
    "u16": Gimp.Precision.U16_NON_LINEAR,
    "u32": Gimp.Precision.U32_NON_LINEAR,
    "half": Gimp.Precision.HALF_LINEAR,
    "float": Gimp.Precision.FLOAT_LINEAR,
}


def open_image(path):
    """A photo as a new image, without questions about its profile."""
    return Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path(path))


def raw(drawable):
    """A drawable's own bytes, in its own format."""
    rectangle = Gegl.Rectangle.new(0, 0, drawable.get_width(), drawable.get_height())
    return bytes(drawable.get_buffer().get(rectangle, 1.0, None, Gegl.AbyssPolicy.NONE))


def visible(image):
    """What is seen of the image, in its own format."""
    layer = Gimp.Layer.new_from_visible(image, image, "seen")
    try:
        return raw(layer)
    finally:
        layer.delete()


def every_layer(image):
    waiting = list(image.get_layers())
    while waiting:
        layer = waiting.pop(0)
        yield layer
        if layer.is_group():
            waiting[:0] = layer.get_children()


def hashes(image):
    """Every layer that is no group by its id: a hash of its pixels and its mask's."""
    found = {}
    for layer in every_layer(image):
        if layer.is_group():
            continue
        digest = hashlib.sha256(raw(layer))
        if layer.get_mask() is not None:
            digest.update(raw(layer.get_mask()))
        _done, x, y = layer.get_offsets()
        digest.update(f"{x} {y} {layer.get_name()} {layer.get_visible()}".encode())
        found[str(layer.get_id())] = digest.hexdigest()
    return found


def shown(layer):
    """A layer's mask on its image's canvas, 0 outside."""
    image = layer.get_image()
    _done, x, y = layer.get_offsets()
    rectangle = Gegl.Rectangle.new(-x, -y, image.get_width(), image.get_height())
    buffer = layer.get_mask().get_buffer()
    return bytes(buffer.get(rectangle, 1.0, "Y u8", Gegl.AbyssPolicy.NONE))


def describe(layer):
    _done, x, y = layer.get_offsets()
    parent = layer.get_parent()
    return {
        "id": layer.get_id(),
        "name": layer.get_name(),
        "x": x,
        "y": y,
        "width": layer.get_width(),
        "height": layer.get_height(),
        "parent": parent.get_name() if parent else None,
        "position": layer.get_image().get_item_position(layer),
        "has_mask": layer.get_mask() is not None,
        "edits_mask": layer.get_edit_mask(),
        "parasites": list(layer.get_parasite_list()),
        "kind": "gray" if layer.is_gray() else "indexed" if layer.is_indexed() else "rgb",
    }


def seed_of(layer):
    """What a layer of ours was painted with."""
    recipe = json.loads(bytes(layer.get_parasite("overpaint/recipe").get_data()))
    return recipe["request"]["seed"]


def save(name, data):
    """Hand bytes to the test."""
    pathlib.Path(os.environ["OVERPAINT_TEST_FOLDER"], name).write_bytes(data)


def call(name, image=None, drawables=(), **values):
    """Call a procedure as a script does; returns [status, error or report]."""
    procedure = Gimp.get_pdb().lookup_procedure(name)
    config = procedure.create_config()
    config.set_property("run-mode", values.pop("run_mode", Gimp.RunMode.NONINTERACTIVE))
    if image is not None:
        config.set_property("image", image)
        config.set_core_object_array("drawables", list(drawables))
    for key, value in values.items():
        config.set_property(key.replace("_", "-"), value)
    result = procedure.run(config)
    status = result.index(0)
    if status != Gimp.PDBStatusType.SUCCESS:
        said = result.index(1) if result.length() > 1 else Gimp.get_pdb().get_last_error()
        return [status.value_nick, getattr(said, "message", str(said))]
    return [status.value_nick, json.loads(result.index(2)) if result.length() > 2 else None]
