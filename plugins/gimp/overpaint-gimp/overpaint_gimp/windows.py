"""What the procedures that open a window do; there is never more than one panel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from overpaint_bridge.wording import gettext as _

from .answers import succeeded
from .host import Gimp, GLib

__all__ = ["panel", "recover", "settings"]

# There while a panel is open: points it at another image.
TARGET = "plug-in-overpaint-panel-target"


def panel(
    procedure: Gimp.Procedure,
    mode: Gimp.RunMode,
    image: Gimp.Image,
    drawables: Sequence[Gimp.Drawable],
    _config: Gimp.ProcedureConfig,
    _data: Any,
) -> Gimp.ValueArray:
    """Open the panel, or bring the one that is open to this image."""
    if mode == Gimp.RunMode.NONINTERACTIVE:
        return _needs_somebody(procedure)
    # An image may be closed between two calls; GIMP would pop a message up for each.
    procedure.get_plug_in().set_pdb_error_handler(Gimp.PDBErrorHandler.PLUGIN)
    pdb = Gimp.get_pdb()
    if not image.is_valid():
        return succeeded(procedure)
    if pdb.procedure_exists(TARGET):
        target = pdb.lookup_procedure(TARGET)
        config = target.create_config()
        config.set_property("run-mode", Gimp.RunMode.NONINTERACTIVE)
        config.set_property("image", image)
        config.set_core_object_array("drawables", list(drawables))
        target.run(config)
        return succeeded(procedure)
    from .gtk import GimpUi, Gtk

    GimpUi.init("overpaint-gimp")
    from .panel import PanelWindow

    window = PanelWindow(image)
    _answer_to(procedure.get_plug_in(), window)
    Gtk.main()
    procedure.get_plug_in().remove_temp_procedure(TARGET)
    return succeeded(procedure)


def recover(
    procedure: Gimp.Procedure,
    mode: Gimp.RunMode,
    image: Gimp.Image,
    drawables: Sequence[Gimp.Drawable],
    _config: Gimp.ProcedureConfig,
    _data: Any,
) -> Gimp.ValueArray:
    """List the results that never became layers."""
    if mode == Gimp.RunMode.NONINTERACTIVE:
        return _needs_somebody(procedure)
    from .gtk import GimpUi, Gtk

    GimpUi.init("overpaint-gimp")
    from .recover_window import RecoverWindow

    RecoverWindow(image, drawables, on_close=Gtk.main_quit)
    Gtk.main()
    return succeeded(procedure)


def settings(
    procedure: Gimp.Procedure, config: Gimp.ProcedureConfig, _data: Any
) -> Gimp.ValueArray:
    """Endpoints, keys and the worker."""
    if config.get_property("run-mode") == Gimp.RunMode.NONINTERACTIVE:
        return _needs_somebody(procedure)
    from .gtk import GimpUi, Gtk

    GimpUi.init("overpaint-gimp")
    from .once import opened_panel
    from .settings_window import SettingsWindow

    with opened_panel() as shared:
        SettingsWindow(shared, on_close=Gtk.main_quit)
        Gtk.main()
    return succeeded(procedure)


def _answer_to(plug_in: Gimp.PlugIn, window: Any) -> None:
    """Let a second call of the menu entry reach the open window."""

    def pointed(
        procedure: Gimp.Procedure,
        _mode: Gimp.RunMode,
        image: Gimp.Image,
        _drawables: Sequence[Gimp.Drawable],
        _config: Gimp.ProcedureConfig,
        _data: Any = None,
    ) -> Gimp.ValueArray:
        window.documents.choose(image)
        window.window.present()
        return succeeded(procedure)

    kind = Gimp.PDBProcType.TEMPORARY
    procedure = Gimp.ImageProcedure.new(plug_in, TARGET, kind, pointed, None)
    procedure.set_image_types("*")
    procedure.set_documentation(_("Point the open panel at an image"), "", TARGET)
    procedure.set_attribution("Overpaint", "Overpaint", "")
    plug_in.add_temp_procedure(procedure)
    plug_in.persistent_enable()


def _needs_somebody(procedure: Gimp.Procedure) -> Gimp.ValueArray:
    error = GLib.Error(_("This opens a window, so it can only be run interactively."))
    return procedure.new_return_values(Gimp.PDBStatusType.CALLING_ERROR, error)
