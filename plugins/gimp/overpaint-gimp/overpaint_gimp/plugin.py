"""What GIMP is told: the menu entries, and the procedures behind them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from overpaint_bridge import __version__
from overpaint_bridge.language import N_
from overpaint_bridge.wording import gettext as _
from overpaint_bridge.wording import use_language

from .arguments import EXPAND, FILL, declare
from .faults import guarded
from .host import Gimp, GObject
from .procedures import again, expand, fill
from .windows import panel, recover, settings

__all__ = ["run_plug_in"]

MENU = "<Image>/Filters/AI/Overpaint"


@dataclass(frozen=True)
class Entry:
    """One procedure.

    Attributes:
        label: in the menu.
        blurb: in a sentence.
        icon: a name from GIMP's own theme.
        run: what it does.
        arguments: besides the image and its selected layers.
        needs_image: False for what makes sense without one.
    """

    label: str
    blurb: str
    icon: str
    run: Callable[..., Gimp.ValueArray]
    arguments: Sequence[str] = ()
    needs_image: bool = True


ENTRIES = {
    "plug-in-overpaint-fill": Entry(
        N_("_Fill Selection…"),
        N_("Fill the selection from a prompt or its surroundings, as a new layer"),
        "gimp-selection-replace",
        fill,
        FILL,
    ),
    "plug-in-overpaint-panel": Entry(
        N_("Overpaint _Panel"),
        N_("Open the panel: fill, expand and remove, with all results side by side"),
        "gimp-prefs-tool-options",
        panel,
    ),
    "plug-in-overpaint-expand": Entry(
        N_("_Expand Canvas…"),
        N_("Enlarge the canvas and paint what is new, as a new layer"),
        "gimp-resize",
        expand,
        EXPAND,
    ),
    "plug-in-overpaint-again": Entry(
        N_("Run _Again from Layer…"),
        N_("Ask once more for what made the selected layer"),
        "view-refresh",
        again,
        ("new-seed",),
    ),
    "plug-in-overpaint-recover": Entry(
        N_("_Recover Results…"),
        N_("Find results that never became layers"),
        "document-revert",
        recover,
    ),
    "plug-in-overpaint-settings": Entry(
        N_("_Settings…"),
        N_("Endpoints and keys, the worker, and a test of both"),
        "preferences-system",
        settings,
        needs_image=False,
    ),
}


class OverpaintPlugIn(Gimp.PlugIn):  # type: ignore[misc]  # GIMP has no types
    """GIMP asks this which procedures there are."""

    def do_set_i18n(self, _name: str) -> bool:
        """No: the catalogues are the bridge's own."""
        return False

    def do_query_procedures(self) -> list[str]:
        """Every procedure's name."""
        return list(ENTRIES)

    def do_create_procedure(self, name: str) -> Gimp.Procedure:
        """One procedure, with its arguments and its place in the menu."""
        use_language()
        entry = ENTRIES[name]
        kind = Gimp.PDBProcType.PLUGIN
        run = guarded(entry.run)
        if entry.needs_image:
            procedure = Gimp.ImageProcedure.new(self, name, kind, run, None)
            procedure.set_image_types("*")
            procedure.set_sensitivity_mask(
                Gimp.ProcedureSensitivityMask.DRAWABLE
                | Gimp.ProcedureSensitivityMask.DRAWABLES
                | Gimp.ProcedureSensitivityMask.NO_DRAWABLES
            )
        else:
            procedure = Gimp.Procedure.new(self, name, kind, run, None)
            procedure.add_enum_argument(
                "run-mode",
                _("Run mode"),
                _("The run mode"),
                Gimp.RunMode.__gtype__,
                Gimp.RunMode.INTERACTIVE,
                GObject.ParamFlags.READWRITE,
            )
        procedure.set_menu_label(_(entry.label))
        procedure.set_icon_name(entry.icon)
        procedure.set_documentation(_(entry.blurb), _(entry.blurb), name)
        procedure.set_attribution("Overpaint", "Overpaint", __version__)
        procedure.add_menu_path(MENU)
        if entry.arguments:
            declare(procedure, entry.arguments)
        return procedure


def run_plug_in(arguments: list[str]) -> Any:
    """Answer GIMP until it has no more to ask."""
    return Gimp.main(OverpaintPlugIn.__gtype__, arguments)
