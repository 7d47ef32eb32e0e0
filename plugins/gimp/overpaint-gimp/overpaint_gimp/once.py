"""One run from a procedure: it waits for the end, and the results become layers."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from overpaint_bridge.panel import Canvas, Panel
from overpaint_bridge.runs import PanelRun
from overpaint_bridge.settings import PanelSettings
from overpaint_bridge.trouble import Trouble
from overpaint_bridge.wording import elapsed, stage

from .host import Gimp, GLib
from .parent import has_left

__all__ = ["RunFailed", "opened_panel", "report", "run_once"]

LOOK_SECONDS = 0.03


class RunFailed(Exception):  # noqa: N818  told to a person, not to a caller
    """A run that brought nothing.

    Attributes:
        trouble: why.
    """

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(f"{trouble.what} {trouble.next}".strip())
        self.trouble = trouble


@contextmanager
def opened_panel() -> Iterator[Panel]:
    """A panel without a window; its worker ends with the block."""
    panel = Panel(host="gimp", host_version=Gimp.version())
    try:
        yield panel
    finally:
        panel.close()


def run_once(
    panel: Panel,
    canvas: Canvas,
    settings: PanelSettings,
    *,
    request: Mapping[str, Any] | None = None,
    shown: bool,
) -> PanelRun:
    """Run to the end.

    Args:
        panel: what runs it.
        canvas: what is painted on.
        settings: what is asked.
        request: instead of the settings' own.
        shown: progress goes to the image's status bar. Its Cancel ends this whole process, and the
            worker, which then finds nobody at the other end, cancels at the endpoint.

    Raises:
        RunFailed: there is no result.
    """
    if shown:
        Gimp.progress_init("Overpaint")
    run = panel.generate(canvas, settings, request=request)
    while not run.is_over:
        if has_left():
            # The worker is told so by the end of its pipe; it cancels and tidies up.
            raise SystemExit(1)
        panel.poll()
        if shown:
            _show(run)
        time.sleep(LOOK_SECONDS)
    if shown:
        Gimp.progress_end()
    if run.trouble is not None:
        raise RunFailed(run.trouble)
    return run


def report(run: PanelRun, layers: Sequence[Gimp.Layer]) -> str:
    """What a script may want to know about a run."""
    return json.dumps(
        {
            "layers": [layer.get_id() for layer in layers],
            "seeds": [result.seed for result in run.results],
            "seams": [result.seam for result in run.results],
            "ignored": run.ignored,
            "cost": run.cost,
            "seconds": round(run.elapsed, 3),
        }
    )


def _show(run: PanelRun) -> None:
    Gimp.progress_set_text(f"{stage(run.stage)} · {elapsed(run.elapsed)}")
    if run.fraction is None:
        Gimp.progress_pulse()
    else:
        Gimp.progress_update(run.fraction)
    context = GLib.MainContext.default()
    while context.pending():
        context.iteration(False)
