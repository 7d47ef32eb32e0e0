"""What a panel shows: runs, and the results they brought."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .pixels import Pixels
from .recipe import Recipe
from .settings import PanelSettings
from .thumbnails import focus, thumbnail
from .trouble import Trouble

__all__ = ["PanelResult", "PanelRun", "SentView"]

# The longer side of what is kept of a result that was decided about.
THUMBNAIL = 96


@dataclass(frozen=True)
class SentView:
    """What leaves, or would leave: shown before it costs anything.

    Attributes:
        endpoint: its name.
        address: its host; "" where nothing leaves this computer.
        x, y, width, height: the part of the canvas.
        sent_width, sent_height: the size it is sent at.
        image: the picture as it is sent, RGB8.
        mask: as the model sees it, L8, 255 = paint here; None where it sees none.
        version: of the model.
        input: what the model is asked, in its own words; the pictures in it are shortened.
    """

    endpoint: str
    address: str
    x: int
    y: int
    width: int
    height: int
    sent_width: int
    sent_height: int
    image: Pixels | None = None
    mask: Pixels | None = None
    version: str = ""
    input: Mapping[str, Any] = field(default_factory=dict)


@dataclass(eq=False)
class PanelResult:
    """One result.

    Attributes:
        run: what brought it.
        index: which of the run's, counted from 0.
        pixels: the layer's, the whole context; once somebody has decided, only a thumbnail.
        mask: what shows of it, as large, L8; once somebody has decided, a dot.
        x, y: where the layer lies on the canvas; after an expansion, on the grown one.
        canvas: the canvas's width and height then.
        offset: where the original lies on it.
        seed: what it was painted with, where the model told.
        seam: how much the edge shows; 1 = no more than the picture's own texture.
        recipe: what makes it again.
        state: new, shown (on the canvas, to be looked at), applied or discarded.
    """

    run: PanelRun = field(repr=False)
    index: int
    pixels: Pixels = field(repr=False)
    mask: Pixels = field(repr=False)
    x: int
    y: int
    canvas: tuple[int, int]
    offset: tuple[int, int]
    seed: int | None
    seam: float
    recipe: Recipe
    state: str = "new"

    @property
    def is_open(self) -> bool:
        """True while nobody has decided about it."""
        return self.state in ("new", "shown")

    def part(self, least: int) -> tuple[int, int, int, int]:
        """x, y, width and height of what a small picture shows: what was painted, and round it.

        Args:
            least: of the part's side, in pixels.
        """
        size = self.pixels.width, self.pixels.height
        known = (self.mask.width, self.mask.height) == size
        return focus(self.mask, least) if known else (0, 0, *size)

    def thumbnail(self, side: int = THUMBNAIL) -> Pixels:
        """A small picture of what was painted, RGB8."""
        return thumbnail(self.pixels, side, self.part(side))

    def decide(self, state: str) -> None:
        """Note that it was applied or discarded: of its pixels, a thumbnail is all that is kept."""
        self.state = state
        self.pixels = self.thumbnail()
        self.mask = Pixels(b"\0", 1, 1, "L8")

    def grows_from(self, extent: tuple[int, int]) -> bool:
        """True where a canvas of this size has to grow for it, as its expansion asked.

        A fill never makes a canvas grow, whatever the size of the one it was made on; nor does an
        expansion of a canvas of another size.
        """
        asked = self.recipe.request()
        left, up = self.offset
        right, down = self.canvas[0] - left - extent[0], self.canvas[1] - up - extent[1]
        sides = {"left": left, "up": up, "right": right, "down": down}
        if asked.get("outpaint_direction"):  # as scripts say it: opposite sides by as much
            asked |= {"left": left, "right": left, "up": up, "down": up}
        as_asked = all((asked.get(side) or 0) == pixels for side, pixels in sides.items())
        return as_asked and any(sides.values())


@dataclass(eq=False)
class PanelRun:
    """One press of Generate.

    Attributes:
        document: which picture it is for, as the editor names it.
        settings: what it was asked with.
        kind: `run`, `preview` (only what would be sent) or `delivery` (a result recovered).
        job: its name in the session; "" until it has one.
        id: its name in the journal; "" while there is none.
        state: waiting, running, done, failed or canceled.
        stage: what is being done, as `wording.stage` takes it.
        fraction: 0 to 1; None where nothing is known.
        results: what came, in order.
        ignored: what the model did not read, as `wording.ignored` takes it.
        cost: in US dollars, where the endpoint told.
        sent: what left; its pictures only as long as it runs, but a preview's for good.
        trouble: why it failed.
        charged: of a canceled one: yes, no or maybe.
        is_settled: the journal has been told that the person has decided.
    """

    document: str = ""
    settings: PanelSettings = field(default_factory=PanelSettings)
    kind: str = "run"
    job: str = ""
    id: str = ""
    state: str = "waiting"
    stage: str = "starting"
    fraction: float | None = None
    results: list[PanelResult] = field(default_factory=list, repr=False)
    ignored: list[str] = field(default_factory=list)
    cost: float | None = None
    sent: SentView | None = None
    trouble: Trouble | None = None
    charged: str = ""
    is_settled: bool = False
    began: float = field(default_factory=time.monotonic, repr=False)
    ended: float | None = field(default=None, repr=False)

    @property
    def mode(self) -> str:
        """Fill, expand or remove."""
        return self.settings.mode

    @property
    def prompt(self) -> str:
        """What was asked for."""
        return self.settings.prompt

    @property
    def is_over(self) -> bool:
        """True when nothing more comes of it."""
        return self.state in ("done", "failed", "canceled")

    @property
    def has_applied(self) -> bool:
        """True when it is over, and a result of it has become a layer."""
        return self.is_over and any(result.state == "applied" for result in self.results)

    @property
    def is_decided(self) -> bool:
        """True when it brought results, and the person has taken or turned down each."""
        results = self.results if self.state == "done" else []
        return bool(results) and not any(result.is_open for result in results)

    @property
    def elapsed(self) -> float:
        """Seconds since it began, or that it took."""
        return (time.monotonic() if self.ended is None else self.ended) - self.began

    def end(self, state: str, trouble: Trouble | None = None) -> None:
        """Nothing more comes of it."""
        self.state, self.trouble, self.fraction = state, trouble, None
        if self.sent is not None and self.kind != "preview":
            self.sent = replace(self.sent, image=None, mask=None)
        self.ended = time.monotonic()
