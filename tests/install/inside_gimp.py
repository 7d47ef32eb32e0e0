"""Run by GIMP itself, as a batch script: one fill of a photo through the installed plug-in."""

import sys

from gi.repository import Gimp, Gio

image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path("/home/person/photo.png"))
photo = image.get_layers()[0]
image.select_ellipse(Gimp.ChannelOps.REPLACE, 90, 70, 60, 44)
procedure = Gimp.get_pdb().lookup_procedure("plug-in-overpaint-fill")
assert procedure is not None, "the plug-in is not there"
config = procedure.create_config()
config.set_property("run-mode", Gimp.RunMode.NONINTERACTIVE)
config.set_property("image", image)
config.set_core_object_array("drawables", [photo])
config.set_property("seed", 11.0)
result = procedure.run(config)
assert result.index(0) == Gimp.PDBStatusType.SUCCESS, Gimp.get_pdb().get_last_error()
names = [layer.get_name() for layer in image.get_layers()]
assert len(names) == 2, names
sys.stdout.write(f"filled: {names[0]}\n")
sys.stdout.flush()
