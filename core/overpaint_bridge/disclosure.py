"""What leaves this computer: in a painter's words, and as the request itself."""

from __future__ import annotations

import json
from dataclasses import dataclass

from . import wording
from .language import gettext
from .runs import PanelRun
from .settings import PanelSettings

__all__ = ["Disclosure", "disclose", "settings_said"]

# Of a version that is a hash: nobody reads all 64 of its figures, and no window is as wide.
LONGEST = 12


@dataclass(frozen=True)
class Disclosure:
    """What is shown of a run before it is sent.

    Attributes:
        whom: where it goes.
        part: which part of the picture, and how large it is sent.
        settings: by its name, what else goes along, as it was filled in.
        unsent: what stays here; "" where nothing leaves at all.
        ignored: what the model will not read; "" where it reads everything.
        exact: the request as JSON, its pictures shortened.
    """

    whom: str
    part: str
    settings: list[tuple[str, str]]
    unsent: str
    ignored: str
    exact: str


def disclose(run: PanelRun) -> Disclosure | None:
    """Say what a run sends, or would send; None while nobody knows.

    Args:
        run: usually a preview that is over.
    """
    _ = gettext
    view = run.sent
    if view is None:
        return None
    whom, part = wording.sent(view)
    unsent = _("Not sent: anything outside this part, the file itself, its name, its metadata.")
    request = {"version": view.version, "input": view.input}
    return Disclosure(
        whom,
        part,
        settings_said(run.settings, view.version),
        unsent if view.address else "",
        wording.ignored(run.ignored),
        json.dumps(request, indent=2, ensure_ascii=False),
    )


def model_said(version: str) -> str:
    """A model's name as a person knows it, or the beginning of a version without one."""
    name = version.partition(":")[0]
    return name if "/" in name or len(name) <= LONGEST else f"{name[:LONGEST]}…"


def settings_said(settings: PanelSettings, version: str = "") -> list[tuple[str, str]]:
    """Name what goes along with the picture; what is left to the model is left out.

    Args:
        settings: as they were filled in.
        version: the model's.
    """
    _ = gettext
    asked = settings.request()
    strength, guidance = settings.strength, settings.guidance_scale
    said = [
        (_("Prompt"), asked.get("prompt") or _("No prompt")),
        (_("Negative prompt"), asked.get("negative_prompt")),
        (_("Strength"), None if strength is None else f"{strength} %"),
        (_("Images"), str(settings.num_outputs)),
        (_("Seed"), asked.get("seed", _("Random"))),
        (_("Steps"), asked.get("num_inference_steps")),
        (_("Guidance"), None if guidance is None else f"{guidance:g}"),
        (_("Scheduler"), asked.get("scheduler")),
        (_("Model"), model_said(version)),
    ]
    return [(name, str(value)) for name, value in said if value not in (None, "")]
