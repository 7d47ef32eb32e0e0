"""Every sentence a person reads, in their language.

The catalogues lie in `translations`; what the worker says in words of its own (an error's message)
comes in English, and is put into the details where there is a translation of what it means.
"""

from __future__ import annotations

from collections.abc import Iterable

from .desk import Desk, EndpointView
from .language import gettext, language, ngettext, use_language
from .recipe import Recipe
from .runs import PanelResult, PanelRun, SentView
from .trouble import Trouble, trouble

__all__ = [
    "Trouble",
    "charged",
    "cost",
    "elapsed",
    "gettext",
    "ignored",
    "language",
    "ngettext",
    "notes",
    "repeated",
    "said",
    "seam",
    "sent",
    "stage",
    "trouble",
    "unread",
    "use_language",
]

# Above this the edge is seen by whoever looks for it.
VISIBLE_SEAM = 2.0


def stage(name: str) -> str:
    """What a job is doing; a model's own words as they are."""
    _ = gettext
    known = {
        "starting": _("Starting Overpaint"),
        "reading": _("Reading the picture"),
        "waiting": _("Waiting"),
        "asking the endpoint": _("Asking the endpoint"),
        "uploading": _("Uploading"),
        "waiting for the model": _("Waiting for the model"),
        "painting": _("Painting"),
        "looking around": _("Looking around"),
        "searching": _("Searching"),
        "comparing": _("Comparing"),
        "blending": _("Blending"),
        "fetching": _("Fetching the result"),
        "canceling": _("Canceling"),
        "done": _("Done"),
    }
    return known.get(name.casefold(), name)


def setting(name: str) -> str:
    """A setting's word, as the core lists what a model ignores."""
    _ = gettext
    known = {
        "prompt": _("prompt"),
        "negative prompt": _("negative prompt"),
        "seed": _("seed"),
        "steps": _("steps"),
        "guidance scale": _("guidance scale"),
        "scheduler": _("scheduler"),
        "sampler": _("sampler"),
        "strength": _("strength"),
        "number of images": _("number of images"),
        "width": _("width"),
        "height": _("height"),
    }
    return known.get(name, name)


def ignored(names: Iterable[str]) -> str:
    """What a model did not read; "" where it read everything."""
    words = ", ".join(setting(name) for name in names)
    return gettext("This model ignores: {settings}.").format(settings=words) if words else ""


def unread(view: EndpointView | None, prompt: str) -> str:
    """Why a prompt would change nothing, said before it is waited for; "" where it may."""
    if view is None or not view.is_free or not prompt.strip():
        return ""
    return gettext("The built-in engine reads no prompt: choose an endpoint with a model for that.")


def elapsed(seconds: float) -> str:
    """How long it has taken, in whole seconds."""
    minutes, rest = divmod(int(seconds), 60)
    if not minutes:
        return gettext("{seconds} s").format(seconds=rest)
    return gettext("{minutes} min {seconds:02} s").format(minutes=minutes, seconds=rest)


def cost(amount: float | None) -> str:
    """What it cost; "" where nobody said."""
    if amount is None:
        return ""
    if amount == 0:
        return gettext("Free")
    digits = 2 if amount >= 1 else 4
    return gettext("Cost: ${amount}").format(amount=f"{amount:.{digits}f}")


def charged(word: str) -> str:
    """What a cancel means for the money: `yes`, `no` or `maybe`."""
    _ = gettext
    return {
        "no": _("Canceled. Nothing was charged."),
        "yes": _("Canceled. The run may have been charged."),
    }.get(word, _("Canceled. The endpoint may charge what had been computed."))


def seam(score: float) -> str:
    """Whether the edge shows; the score itself, a ratio, means nothing to a painter."""
    if score < VISIBLE_SEAM:
        return gettext("The edge blends in.")
    return gettext("The edge may show.")


def said(run: PanelRun) -> str:
    """How far a run is and how long it has taken, or how it ended: one line."""
    _ = gettext
    if run.state == "canceled":
        return charged(run.charged)
    if run.state == "failed":
        return _("Failed after {time}").format(time=elapsed(run.elapsed))
    if run.state == "done":
        return _("Done in {time}").format(time=elapsed(run.elapsed))
    return f"{stage(run.stage)} · {elapsed(run.elapsed)}"


def notes(run: PanelRun, result: PanelResult | None = None) -> list[str]:
    """What is worth knowing: ignored settings, cost, and how a result's edge came out."""
    lines = [ignored(run.ignored), cost(run.cost), seam(result.seam) if result else ""]
    return [line for line in lines if line]


def repeated(recipe: Recipe, desk: Desk) -> list[str]:
    """Who paints when a recipe is run again, and whether that may cost something.

    A layer may come from another computer, where an endpoint of the same name was another one.
    """
    _ = gettext
    name = recipe.endpoint or desk.default
    view = desk.endpoint(recipe.endpoint)
    if desk.endpoints is None:
        return [_("Asking which endpoints there are…")]
    if view is None:
        return [_("No endpoint called “{name}” is set up here.").format(name=name)]
    if view.is_free:
        return [_("The built-in engine paints. It costs nothing.")]
    whom = _("Goes to {host} (endpoint “{name}”).").format(host=view.host, name=name)
    model = [_("Model: {model}").format(model=recipe.version)] if recipe.version else []
    number = recipe.asked.get("num_outputs")
    price = _("It may cost money.")
    if isinstance(number, int) and number > 1:
        price = _("It makes {n} images, and may cost money.").format(n=number)
    return [whom, *model, price]


def sent(view: SentView) -> list[str]:
    """To whom what is sent goes, and which part of the picture it is."""
    _ = gettext
    if view.address:
        whom = _("Goes to {host} (endpoint “{name}”).").format(
            host=view.address, name=view.endpoint
        )
    else:
        whom = _("Nothing leaves this computer: the built-in engine paints.")
    part = _("It reads {width} × {height} pixels at {x}, {y} of the image.")
    if view.address:
        part = _(
            "{width} × {height} pixels at {x}, {y} of the image, sent as "
            "{sent_width} × {sent_height}."
        )
    part = part.format(
        width=view.width,
        height=view.height,
        x=view.x,
        y=view.y,
        sent_width=view.sent_width,
        sent_height=view.sent_height,
    )
    return [whom, part]
