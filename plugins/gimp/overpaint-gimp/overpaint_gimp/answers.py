"""How a procedure ends: with layers, with a sentence, or silently."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from overpaint_bridge.errors import BridgeError
from overpaint_bridge.panel import Panel
from overpaint_bridge.runs import PanelRun
from overpaint_bridge.trouble import trouble

from .host import Gimp, GLib, GObject
from .once import RunFailed, opened_panel, report
from .refusal import Refusal

__all__ = ["Dismissed", "answered", "canceled", "done", "succeeded"]


class Dismissed(Exception):  # noqa: N818  an answer, not a fault
    """The person does not want it after all."""


def answered(
    procedure: Gimp.Procedure, mode: Gimp.RunMode, work: Callable[[Panel], Gimp.ValueArray]
) -> Gimp.ValueArray:
    """Do the work, and turn what may go wrong into GIMP's own kind of answer.

    Args:
        procedure: what was called.
        mode: with somebody watching, an error is shown in a dialog of ours, with Copy.
        work: is given a panel whose worker ends with it.
    """
    try:
        with opened_panel() as panel:
            return work(panel)
    except Dismissed:
        return canceled(procedure)
    except Refusal as refusal:
        wrong, said = refusal.trouble, str(refusal)
    except RunFailed as failure:
        wrong, said = failure.trouble, str(failure)
    except BridgeError as error:
        wrong = trouble(error)
        said = f"{wrong.what} {wrong.next}".strip()
    if mode != Gimp.RunMode.NONINTERACTIVE:
        from .dialog import show_trouble

        show_trouble(wrong)
        return canceled(procedure)
    return procedure.new_return_values(Gimp.PDBStatusType.EXECUTION_ERROR, GLib.Error(said))


def done(layers: Sequence[Gimp.Layer], run: PanelRun) -> Gimp.ValueArray:
    """The first new layer, and what is worth knowing about all of them."""
    values = Gimp.ValueArray.new(3)
    for kind, value in (
        (Gimp.PDBStatusType.__gtype__, Gimp.PDBStatusType.SUCCESS),
        (Gimp.Layer.__gtype__, layers[0]),
        (GObject.TYPE_STRING, report(run, layers)),
    ):
        values.append(GObject.Value(kind, value))
    return values


def succeeded(procedure: Gimp.Procedure) -> Gimp.ValueArray:
    """All went well, and there is nothing to return."""
    return procedure.new_return_values(Gimp.PDBStatusType.SUCCESS, GLib.Error())


def canceled(procedure: Gimp.Procedure) -> Gimp.ValueArray:
    """GIMP says nothing about it."""
    return procedure.new_return_values(Gimp.PDBStatusType.CANCEL, GLib.Error())
