"""Where a result goes: above the layer that was active when it was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from .documents import key_of, walk
from .qt import owned
from .vendor.overpaint_bridge.wording import gettext as _

__all__ = ["MisplacedError", "Placement"]

OPAQUE = 255
# How much of a layer is remembered, to be found again on a canvas of another size.
SAMPLE = 64


class MisplacedError(Exception):
    """A result has no place in its document any more; the message says why and what to do."""


@dataclass(frozen=True)
class Placement:
    """A place among a document's layers, remembered while a job runs.

    Attributes:
        document: its key.
        anchor: the layer to go above; None = the top.
        extent: the canvas's size at that time.
        witness: a layer with pixels, by which a moved canvas is noticed.
        origin: where the witness lay.
        sample: a square of its pixels, and where it was.
        applied: the layers that results have become there, the newest last.
    """

    document: str
    anchor: Any | None
    extent: tuple[int, int]
    witness: Any | None
    origin: tuple[int, int]
    sample: tuple[int, int, bytes]
    applied: tuple[Any, ...] = ()

    @classmethod
    def above(cls, document: Any, node: Any | None, near: tuple[int, int] = (0, 0)) -> Placement:
        """Remember the place above a layer, and what lies near a point."""
        witness = next(
            (each for each in walk(document.rootNode()) if each.type() == "paintlayer"), None
        )
        x, y = near
        sample = bytes(witness.pixelData(x, y, SAMPLE, SAMPLE)) if witness is not None else b""
        return cls(
            key_of(document),
            node.uniqueId() if node is not None else None,
            (document.width(), document.height()),
            witness.uniqueId() if witness is not None else None,
            _origin(witness),
            (x, y, sample),
        )

    def over(self, applied: Sequence[Any]) -> Placement:
        """The same place, above layers that have come there: below, nobody would see a result."""
        return replace(self, applied=tuple(applied))

    def node(self, document: Any) -> Any | None:
        """The layer to go above; None where there is none any more."""
        for name in (*reversed(self.applied), self.anchor):
            node = document.nodeByUniqueID(name) if name is not None else None
            if node is not None:
                return node
        return None

    def find(self, document: Any) -> tuple[Any, Any | None]:
        """The group a result goes into, and the layer it goes above there.

        It climbs out of masks, and out of every group that would change how it looks.
        """
        root = document.rootNode()
        node = self.node(document)
        while node is not None and node.type().endswith("mask"):
            node = node.parentNode()
        if node is None or node.parentNode() is None:
            return root, None
        above = node
        group = node.parentNode()
        while group is not None and group.parentNode() is not None:
            if _changes_looks(group):
                above = group
            group = group.parentNode()
        return above.parentNode(), above

    def shift(self, document: Any) -> tuple[int, int]:
        """How far the canvas has moved since.

        Raises:
            MisplacedError: the image was scaled or cropped, and nothing tells where the place went.
        """
        if (document.width(), document.height()) == self.extent:
            return (0, 0)
        witness = document.nodeByUniqueID(self.witness) if self.witness is not None else None
        across, down = (now - was for now, was in zip(_origin(witness), self.origin, strict=False))
        x, y, sample = self.sample
        place = (x + across, y + down, SAMPLE, SAMPLE)
        if witness is None or bytes(witness.pixelData(*place)) != sample:
            raise MisplacedError(
                _(
                    "The image was scaled or cropped meanwhile, so the result does not fit any"
                    " more. Undo that, or run it again."
                )
            )
        return (across, down)


def _origin(node: Any | None) -> tuple[int, int]:
    """Where a layer's own coordinates begin."""
    if node is None:
        return (0, 0)
    position = node.position()
    return (position.x(), position.y())


def _changes_looks(group: Any) -> bool:
    """True if a layer inside would not look as it does above."""
    return (
        group.opacity() != OPAQUE
        or group.blendingMode() != "normal"
        or group.inheritAlpha()
        or group.locked()
        or not group.visible()
        or any(child.type().endswith("mask") for child in owned(group.childNodes()))
    )
