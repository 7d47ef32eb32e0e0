"""What the procedures that paint do: ask where there is somebody to ask, run, add layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from overpaint_bridge.panel import Panel
from overpaint_bridge.settings import SIDES, PanelSettings
from overpaint_bridge.wording import gettext as _

from .answers import Dismissed, answered, done
from .arguments import EXPAND, FILL, Asked, remember, settings_of
from .canvas import ImageCanvas, read_selection, stencil_of, stencil_of_mask
from .host import Gimp
from .layers import add_results, open_as_image, recipe_of
from .once import run_once
from .refusal import Refusal
from .target import Target, find_target

__all__ = ["again", "expand", "fill"]

INTERACTIVE = Gimp.RunMode.INTERACTIVE
LAST_VALUES = Gimp.RunMode.WITH_LAST_VALS
Drawables = Sequence[Gimp.Drawable]


def fill(
    procedure: Gimp.Procedure,
    mode: Gimp.RunMode,
    image: Gimp.Image,
    drawables: Drawables,
    config: Gimp.ProcedureConfig,
    _data: Any,
) -> Gimp.ValueArray:
    """Fill the selection, or remove what is in it."""

    def work(panel: Panel) -> Gimp.ValueArray:
        settings = settings_of(config, FILL, "fill")
        if mode == INTERACTIVE and read_selection(image) is None:
            from .dialog import ask_without_selection

            answer = ask_without_selection()
            if answer == "expand":
                return _expand_instead(image, drawables)
            if answer != "layer":
                raise Dismissed
            settings = replace(settings, whole_layer=True)
        settings = _asked(panel, mode, settings)
        target = find_target(image, drawables, of_layer=settings.source == "layer")
        canvas = ImageCanvas(target, stencil_of(target, whole_layer=settings.whole_layer))
        remember(config, FILL, settings)
        return _painted(panel, mode, canvas, settings)

    return answered(procedure, mode, work)


def expand(
    procedure: Gimp.Procedure,
    mode: Gimp.RunMode,
    image: Gimp.Image,
    drawables: Drawables,
    config: Gimp.ProcedureConfig,
    _data: Any,
) -> Gimp.ValueArray:
    """Enlarge the canvas and paint what is new."""

    def work(panel: Panel) -> Gimp.ValueArray:
        settings = _asked(panel, mode, settings_of(config, EXPAND, "expand"))
        target = find_target(image, drawables, of_layer=settings.source == "layer")
        remember(config, EXPAND, settings)
        return _painted(panel, mode, ImageCanvas(target, None), settings)

    return answered(procedure, mode, work)


def again(
    procedure: Gimp.Procedure,
    mode: Gimp.RunMode,
    image: Gimp.Image,
    drawables: Drawables,
    config: Gimp.ProcedureConfig,
    _data: Any,
) -> Gimp.ValueArray:
    """Run the recipe of the selected layer again, where its mask shows."""

    def work(panel: Panel) -> Gimp.ValueArray:
        layer = find_target(image, drawables, of_layer=True).source
        recipe = recipe_of(layer)
        new_seed = config.get_property("new-seed")
        if mode == INTERACTIVE:
            from .dialog import ask_again

            chosen = ask_again(panel, recipe)
            if chosen is None:
                raise Dismissed
            new_seed = chosen
        elif mode == LAST_VALUES:
            _confirm(panel, recipe.endpoint)
        # The mask has been feathered, and the canvas has grown, the first time.
        gone = {"feather", *SIDES, "outpaint_direction", "outpaint_amount"}
        request = {name: value for name, value in recipe.request().items() if name not in gone}
        request["feather"] = 0
        if new_seed:
            request.pop("seed", None)
        canvas = ImageCanvas(Target(image, None, layer), stencil_of_mask(layer), without=layer)
        settings = PanelSettings(endpoint=recipe.endpoint)
        return _painted(panel, mode, canvas, settings, request)

    return answered(procedure, mode, work)


def _asked(panel: Panel, mode: Gimp.RunMode, settings: Asked) -> Asked:
    """What the person wants: from a dialog, as last time, or as the script says.

    Raises:
        Dismissed: nothing.
    """
    if mode == LAST_VALUES:
        _confirm(panel, settings.endpoint)
    if mode != INTERACTIVE:
        return settings
    from .dialog import ask_settings

    chosen = ask_settings(panel, settings, expand=settings.mode == "expand")
    if chosen is None:
        raise Dismissed
    fields = {name: getattr(chosen, name) for name in PanelSettings.__dataclass_fields__}
    return replace(settings, **fields)


def _confirm(panel: Panel, endpoint: str) -> None:
    """Ask before a repeated filter spends money.

    Raises:
        Dismissed: it must not.
    """
    from .dialog import ask_to_spend

    if not ask_to_spend(panel, endpoint):
        raise Dismissed


def _painted(
    panel: Panel,
    mode: Gimp.RunMode,
    canvas: ImageCanvas,
    settings: PanelSettings,
    request: dict[str, Any] | None = None,
) -> Gimp.ValueArray:
    """Run, and add what came as layers."""
    shown = mode != Gimp.RunMode.NONINTERACTIVE
    run = run_once(panel, canvas, settings, request=request, shown=shown)
    if not shown and not canvas.target.image.is_valid():
        raise Refusal(_("The image was closed while Overpaint was painting."))
    try:
        layers = add_results(canvas.target, run.results, group=settings.group_results)
    except Refusal:
        if not shown:
            raise
        # The image was closed, cropped or pasted into meanwhile; what was paid for is not lost.
        layers = list(open_as_image(run.results).get_layers())
    for result in run.results:
        panel.applied(result)
    return done(layers, run)


def _expand_instead(image: Gimp.Image, drawables: Drawables) -> Gimp.ValueArray:
    """Go on with the other dialog."""
    other = Gimp.get_pdb().lookup_procedure("plug-in-overpaint-expand")
    config = other.create_config()
    config.set_property("run-mode", INTERACTIVE)
    config.set_property("image", image)
    config.set_core_object_array("drawables", list(drawables))
    return other.run(config)
