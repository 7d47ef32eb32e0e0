"""The dialogs a procedure opens: what to paint, whether to spend, and what went wrong."""

from __future__ import annotations

import time

from overpaint_bridge.panel import Panel
from overpaint_bridge.recipe import Recipe
from overpaint_bridge.settings import SIDES, PanelSettings
from overpaint_bridge.trouble import Trouble
from overpaint_bridge.wording import gettext as _
from overpaint_bridge.wording import repeated

from .boxes import TroubleBox
from .faults import every
from .form import Form
from .gtk import BORDER, GimpUi, Gtk, label, pack
from .host import GLib
from .refusal import Refusal

__all__ = ["ask_again", "ask_settings", "ask_to_spend", "ask_without_selection", "show_trouble"]

WAIT_SECONDS = 20.0
POLL_MILLISECONDS = 50
WIDTH = 400


def ask_settings(panel: Panel, settings: PanelSettings, *, expand: bool) -> PanelSettings | None:
    """Let the person fill in the form.

    Args:
        panel: knows the endpoints.
        settings: what the fields begin with.
        expand: the canvas is to grow; else a selection is filled.

    Returns:
        What was asked for; None if it was canceled.
    """
    dialog = _dialog(_("Expand Canvas") if expand else _("Fill Selection"), _("_Generate"))
    form = Form(("expand",) if expand else ("fill", "remove"))
    trouble = TroubleBox()
    pack(dialog.get_content_area(), form.box, trouble.box)
    form.show(settings)
    dialog.show_all()
    form.show_mode()
    timer = _offer_endpoints(panel, form, trouble)
    asked = None
    while asked is None and dialog.run() == Gtk.ResponseType.OK:
        asked = _read(form, trouble)
    GLib.source_remove(timer)
    dialog.destroy()
    _let_it_vanish()
    return asked


def ask_to_spend(panel: Panel, endpoint: str) -> bool:
    """Ask before something may cost money; the embedded engine never does.

    Returns:
        True if it may be done.
    """
    panel.desk.ask_endpoints()
    _await_endpoints(panel)
    if panel.is_free(endpoint):
        return True
    name = endpoint or panel.desk.default or _("the default endpoint")
    return _question(
        _("Generate again?"),
        _("This sends the selection to “{name}” once more, and may cost money.").format(name=name),
        _("_Generate"),
    )


def ask_without_selection() -> str:
    """Nothing is selected: `layer` to fill all of it, `expand`, or `` for neither."""
    dialog = _dialog(_("Nothing is selected"), _("_Whole layer"))
    dialog.add_button(_("_Expand canvas"), Gtk.ResponseType.APPLY)
    words = label(
        _("Select what to fill and try again, fill the whole layer, or expand the canvas.")
    )
    pack(dialog.get_content_area(), words)
    dialog.set_resizable(False)
    dialog.show_all()
    answer = dialog.run()
    dialog.destroy()
    _let_it_vanish()
    return {Gtk.ResponseType.OK: "layer", Gtk.ResponseType.APPLY: "expand"}.get(answer, "")


def ask_again(panel: Panel, recipe: Recipe) -> bool | None:
    """Run a layer's recipe again, by whom it says and for what that costs?

    It can be begun once that is said, and not before.

    Returns:
        True with another seed, False with the same, None not at all.
    """
    dialog = _dialog(_("Run Again from Layer"), _("_Generate"))
    other = Gtk.CheckButton(label=_("With another _seed"), use_underline=True, active=True)
    by_whom = label("\n".join(repeated(recipe, panel.desk)))
    trouble = TroubleBox()
    pack(
        dialog.get_content_area(),
        label(recipe.layer_name, bold=True),
        label(_("The same request, where this layer's mask shows."), dim=True),
        by_whom,
        other,
        trouble.box,
    )
    dialog.set_resizable(False)
    dialog.show_all()
    # The layer may come from another computer: the endpoint it names need not be one of ours.
    panel.desk.ask_endpoints()

    def look() -> bool:
        panel.poll()
        by_whom.set_text("\n".join(repeated(recipe, panel.desk)))
        is_known = panel.desk.endpoint(recipe.endpoint) is not None
        dialog.set_response_sensitive(Gtk.ResponseType.OK, is_known)
        if panel.trouble is not None:
            trouble.show(panel.trouble)
        return True

    look()
    timer = every(POLL_MILLISECONDS, look, trouble.show)
    answer = dialog.run() == Gtk.ResponseType.OK
    GLib.source_remove(timer)
    chosen = other.get_active()
    dialog.destroy()
    _let_it_vanish()
    return chosen if answer else None


def show_trouble(trouble: Trouble) -> None:
    """What went wrong, in a dialog with Copy."""
    GimpUi.init("overpaint-gimp")
    dialog = Gtk.Dialog(title=_("Overpaint error"))
    dialog.add_button(_("_Close"), Gtk.ResponseType.CLOSE)
    _finish(dialog)
    box = TroubleBox(can_hide=False)
    box.box.set_size_request(WIDTH, -1)
    dialog.set_resizable(False)
    pack(dialog.get_content_area(), box.box)
    box.show(trouble)
    dialog.show_all()
    dialog.run()
    dialog.destroy()
    _let_it_vanish()


def _dialog(title: str, accept: str) -> Gtk.Dialog:
    GimpUi.init("overpaint-gimp")
    dialog = Gtk.Dialog(title=title)
    dialog.add_button(_("_Cancel"), Gtk.ResponseType.CANCEL)
    dialog.add_button(accept, Gtk.ResponseType.OK).get_style_context().add_class("suggested-action")
    dialog.set_default_response(Gtk.ResponseType.OK)
    _finish(dialog)
    return dialog


def _finish(dialog: Gtk.Dialog) -> None:
    dialog.set_default_size(WIDTH, -1)
    area = dialog.get_content_area()
    area.set_border_width(BORDER)
    area.set_spacing(BORDER)
    GimpUi.window_set_transient(dialog)


def _question(title: str, words: str, accept: str) -> bool:
    dialog = _dialog(title, accept)
    pack(dialog.get_content_area(), label(words))
    dialog.set_resizable(False)
    dialog.show_all()
    answer = dialog.run() == Gtk.ResponseType.OK
    dialog.destroy()
    _let_it_vanish()
    return bool(answer)


def _offer_endpoints(panel: Panel, form: Form, trouble: TroubleBox) -> int:
    """List the endpoints as soon as the worker has told them; the dialog can be used before."""
    panel.desk.ask_endpoints()
    listed: list[object] = [None]

    def look() -> bool:
        panel.poll()
        if panel.desk.endpoints is not listed[0]:
            listed[0] = panel.desk.endpoints
            form.offer_endpoints(panel.desk.endpoints or [], panel.desk.default)
        return True

    return every(POLL_MILLISECONDS, look, trouble.show)


def _await_endpoints(panel: Panel) -> None:
    """The worker takes a moment to start; windows stay alive meanwhile."""
    end = time.monotonic() + WAIT_SECONDS
    while panel.desk.endpoints is None and panel.trouble is None and time.monotonic() < end:
        panel.poll()
        _let_it_vanish()
        time.sleep(0.02)


def _let_it_vanish() -> None:
    """Let GTK carry out what it has put off, such as closing a window."""
    while Gtk.events_pending():
        Gtk.main_iteration()


def _read(form: Form, trouble: TroubleBox) -> PanelSettings | None:
    """The fields' values; None where one is wrong, which the person is told."""
    try:
        settings = form.read()
    except Refusal as refusal:
        trouble.show(refusal.trouble)
        return None
    if settings.mode == "expand" and not any(getattr(settings, side) for side in SIDES):
        none = Refusal(_("No side is to grow."), _("Give at least one side some pixels."))
        trouble.show(none.trouble)
        return None
    return settings
