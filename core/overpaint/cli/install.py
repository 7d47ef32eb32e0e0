"""`overpaint install` and `overpaint uninstall`: the plug-ins in GIMP and Krita."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from overpaint.errors import ConfigurationError
from overpaint.installing import (
    Editor,
    Greeting,
    Installed,
    Place,
    System,
    find_places,
    greet,
)
from overpaint.installing import install as install_plugin
from overpaint.installing import uninstall as uninstall_plugin

from .options import AsJson, Quiet
from .report import Report

__all__ = ["install", "uninstall"]

Editors = Annotated[
    list[Editor] | None,
    typer.Argument(help="gimp, krita, or both; none: whatever is found.", show_default=False),
]
Folder = Annotated[
    Path | None,
    typer.Option(
        "--folder",
        metavar="DIR",
        help="One editor's own folder, for a portable copy: the one with `plug-ins` or `pykrita`.",
    ),
]
Everything = Annotated[
    bool,
    typer.Option("--everything", help="Also your endpoints, their keys, and the journal."),
]
WHERE = {
    Editor.GIMP: "Start GIMP again, open a picture, select something:"
    " Filters > AI > Overpaint > Overpaint Panel.",
    Editor.KRITA: "Start Krita again, then Settings > Dockers > Overpaint.",
}


def install(
    editors: Editors = None, folder: Folder = None, as_json: AsJson = False, quiet: Quiet = False
) -> None:
    """Put the plug-in into every GIMP and Krita found here.

    Run it again to upgrade or repair. Other plug-ins and settings stay as they are.

    Examples: overpaint install · overpaint install krita
    """
    report = Report(as_json, quiet)
    system = System()
    places, missing = _places(editors, folder, system)
    # First of all: a plug-in without a worker would only disappoint.
    greeting = greet(sys.executable)
    done = [install_plugin(place, system) for place in places]
    for one in done:
        report.tell(_sentence(one))
    for editor in missing:
        report.tell(f"{editor.label} was not found here; nothing was done for it.")
    report.tell(f"The worker answers in {greeting.seconds:.1f} s, from {greeting.python}.")
    for editor in dict.fromkeys(one.place.editor for one in done):
        report.tell(WHERE[editor])
    report.result(_json(done, missing, greeting))


def uninstall(
    editors: Editors = None,
    everything: Everything = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Take the plug-ins out again, and all that they left with the editors.

    Endpoints, keys and results stay, unless you say --everything.

    Examples: overpaint uninstall · overpaint uninstall gimp
    """
    report = Report(as_json, quiet)
    system = System()
    own: list[Path] = []
    if everything:
        if editors:
            raise ConfigurationError(
                "--everything belongs to no editor.", hint="Say: overpaint uninstall --everything"
            )
        from overpaint.installing.belongings import (
            clear_folders,
            refuse_if_waiting,
            remove_belongings,
        )

        refuse_if_waiting()
        # Before the plug-ins: with them may go the environment that this runs in.
        own = remove_belongings()
    removed = [
        one
        for editor in editors or list(Editor)
        for one in uninstall_plugin(editor, system, find_places(editor, system))
    ]
    if everything:
        clear_folders()
    for one in removed:
        report.tell(f"Removed from {one.editor.label}: {', '.join(map(str, one.paths))}.")
    if not removed:
        report.tell("There was no plug-in to remove.")
    if own:
        report.tell(f"Removed: {', '.join(map(str, own))}; and every key.")
    if Path(sys.prefix).is_relative_to(system.environments) and system.environments.exists():
        report.tell(f"{system.environments} is what runs this command, and stays: delete it.")
    paths = [*(path for one in removed for path in one.paths), *own]
    report.result({"removed": [str(path) for path in paths]})


def _places(
    editors: list[Editor] | None, folder: Path | None, system: System
) -> tuple[list[Place], list[Editor]]:
    """Where to install, and which of the editors asked for are not here.

    Raises:
        ConfigurationError: none is here.
    """
    wanted = list(dict.fromkeys(editors or Editor))
    if folder is not None:
        return [_named(wanted if editors else [], folder)], []
    found = {editor: find_places(editor, system) for editor in wanted}
    missing = [editor for editor in wanted if not found[editor]]
    if len(missing) == len(wanted):
        names = " or ".join(editor.label for editor in wanted)
        raise ConfigurationError(
            f"No {names} was found on this machine.",
            hint="GIMP 3.0 or Krita 5.2 and later are needed. If yours is one of these, start it"
            " once, so that its folders are there; of a copy in a place of its own, name the folder"
            " with --folder.",
        )
    return [place for editor in wanted for place in found[editor]], missing


def _named(editors: list[Editor], folder: Path) -> Place:
    """The one place a person has named."""
    if len(editors) != 1:
        raise ConfigurationError(
            "--folder belongs to one editor.", hint="Say which: overpaint install gimp --folder DIR"
        )
    if not folder.is_dir():
        raise ConfigurationError(f"There is no folder {folder}.", hint="Start the editor once.")
    folder = folder.resolve()
    if editors[0] is Editor.GIMP:
        return Place(Editor.GIMP, folder / "plug-ins")
    return Place(Editor.KRITA, folder, settings=folder / "kritarc")


def _sentence(done: Installed) -> str:
    what = "is up to date" if done.was_there else "is installed"
    more = " and switched on" if done.enabled else ""
    text = f"{done.place.title}: the plug-in {what}{more}, in {done.plugin}."
    if done.interpreter is not None:
        text += f" {done.interpreter} tells GIMP which Python starts plug-ins."
    if done.place.is_sandboxed:
        text += " It makes an environment of its own at its first start."
    return text


def _json(done: list[Installed], missing: list[Editor], greeting: Greeting) -> dict[str, Any]:
    return {
        "installed": [
            {
                "editor": one.place.editor,
                "version": one.place.version,
                "packaging": one.place.packaging,
                "plugin": str(one.plugin),
                "was_there": one.was_there,
                "enabled": one.enabled,
                "interpreter": None if one.interpreter is None else str(one.interpreter),
            }
            for one in done
        ],
        "not_found": list(missing),
        "worker": {
            "python": greeting.python,
            "version": greeting.version,
            "seconds": round(greeting.seconds, 3),
        },
    }
