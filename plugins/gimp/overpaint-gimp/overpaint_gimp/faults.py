"""A fault of our own, told where a person sees it, and nothing stops for it.

GLib drops a timer whose call raises, and GIMP is told nothing by a procedure that does: the panel
would stand still, or the menu entry do nothing, and only a terminal would say why.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from functools import wraps
from pathlib import PurePath
from types import TracebackType
from typing import Any

from overpaint_bridge.trouble import Trouble
from overpaint_bridge.wording import gettext as _

from .host import Gimp, GLib

__all__ = ["every", "fault", "guarded", "show_faults"]

Show = Callable[[Trouble], None]


def fault(error: BaseException) -> Trouble:
    """What to show for an exception nobody expected; its details name no folder."""
    lines = [
        f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    # The system's own words without the path: it may name the person.
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    said = " ".join(f"{type(error).__name__}: {words}".split())
    return Trouble(
        _("Overpaint made a mistake"),
        said,
        _("Please report it, with the details."),
        "\n".join(lines),
        "internal",
    )


def every(milliseconds: int, look: Callable[[], bool], show: Show) -> int:
    """Call `look` as long as it says True, and go on though one call fails.

    Args:
        milliseconds: between two calls.
        look: what is called.
        show: told of a fault, and told once of one that comes again and again.

    Returns:
        What `GLib.source_remove` takes.
    """
    told = ""

    def call() -> bool:
        nonlocal told
        try:
            return look()
        except Exception as error:  # noqa: BLE001  the outermost place, which GLib would drop
            traceback.print_exc()
            trouble = fault(error)
            if trouble.text != told:
                told = trouble.text
                show(trouble)
            return True

    return int(GLib.timeout_add(milliseconds, call))


def show_faults(show: Show) -> None:
    """Show what a button's or a window's own call raises: GTK hands it to Python's last hook."""

    def hook(kind: type[BaseException], error: BaseException, place: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, place)
        if isinstance(error, Exception):
            show(fault(error))

    sys.excepthook = hook


def guarded(run: Callable[..., Gimp.ValueArray]) -> Callable[..., Gimp.ValueArray]:
    """A procedure that answers GIMP with a sentence, whatever happens inside it."""

    @wraps(run)
    def call(procedure: Gimp.Procedure, *given: Any) -> Gimp.ValueArray:
        try:
            return run(procedure, *given)
        except Exception as error:  # noqa: BLE001  the outermost place
            traceback.print_exc()
            trouble = fault(error)
        # What works on no image is told it among its arguments.
        first = given[0]
        mode = first if isinstance(first, Gimp.RunMode) else first.get_property("run-mode")
        if mode != Gimp.RunMode.NONINTERACTIVE:
            from .dialog import show_trouble

            show_trouble(trouble)
            return procedure.new_return_values(Gimp.PDBStatusType.CANCEL, GLib.Error())
        said = GLib.Error(f"{trouble.title}: {trouble.what}")
        return procedure.new_return_values(Gimp.PDBStatusType.EXECUTION_ERROR, said)

    return call
