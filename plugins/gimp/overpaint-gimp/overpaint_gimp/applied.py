"""Layers that results became: undo gives a result back to the panel, and redo takes it again."""

from __future__ import annotations

from collections.abc import Sequence

from overpaint_bridge.panel import Panel
from overpaint_bridge.pixels import Pixels
from overpaint_bridge.runs import PanelResult

from .host import Gimp

__all__ = ["Applied"]


class Applied:
    """What the last Apply has made; of older results only a thumbnail is kept."""

    def __init__(self) -> None:
        self._image: Gimp.Image | None = None
        self._kept: list[tuple[PanelResult, Gimp.Layer, Pixels, Pixels]] = []

    def keep(self, results: Sequence[PanelResult], layers: Sequence[Gimp.Layer]) -> None:
        """Note which layer each result has become, before the panel lets go of its pixels."""
        self._image = layers[0].get_image()
        self._kept = [
            (result, layer, result.pixels, result.mask)
            for result, layer in zip(results, layers, strict=True)
        ]

    def look(self, panel: Panel) -> bool:
        """See whether the person has taken a layer back, or made it again; True if so.

        A layer that was merged or deleted is gone as well: its result is offered again, for as long
        as the panel is open. The journal has let go of it.
        """
        if self._image is None or not self._image.is_valid():
            self._kept = []
            return False
        changed = False
        for result, layer, pixels, mask in self._kept:
            is_there = layer.is_valid()
            if not is_there and result.state == "applied":
                result.pixels, result.mask, result.state = pixels, mask, "new"
            elif is_there and result.is_open:
                panel.applied(result)
            else:
                continue
            changed = True
        return changed
