"""Results that were left over, recovered into whatever is in front: nothing there is harmed."""

from __future__ import annotations

from typing import Any

from .program import Program

# A result of a picture of 128 x 96, left over by some editor, as Krita hears of it.
BEGIN = """
from overpaint_krita.vendor.overpaint_bridge.pixels import FORMATS, Pixels
from overpaint_krita.vendor.overpaint_bridge.recipe import Recipe
from overpaint_krita.vendor.overpaint_bridge.runs import PanelResult, PanelRun
ONE = {"BGRA8": [10, 20, 30, 255], "RGBA8": [30, 20, 10, 255], "LA8": [30, 255],
       "RGBA16": [0, 30, 0, 20, 0, 10, 255, 255]}
channels, size = FORMATS[format]
pixels = Pixels(bytes(ONE[format]) * 100, 10, 10, format)
front = app.activeDocument()
own = docker().painting
run = PanelRun(documents.key_of(front), kind="delivery", state="done")
run.results.append(PanelResult(run, 0, pixels, Pixels(bytes([255]) * 100, 10, 10, "L8"), 40, 30,
                               tuple(canvas), (0, 0), 1, 1.0, Recipe(asked)))
before = hashes(front) if front else None
own.panel.runs.append(run)
"""
THERE = "documents.find(run.document)"


def recover(
    docker: Program,
    pixels: str = "BGRA8",
    *,
    canvas: tuple[int, int] = (128, 96),
    **asked: Any,  # noqa: ANN401  of a request
) -> list[list[int]]:
    """Let it arrive; the sizes of the picture that was in front and of the one it went into."""
    docker.do(BEGIN, format=pixels, canvas=canvas, asked=asked)
    docker.wait("own.shown(documents.find(run.document)) is run.results[0]")
    sizes: list[list[int]] = docker.get(
        f"[[each.width(), each.height()] if each else [] for each in (front, {THERE})]"
    )
    return sizes


def test_a_recovered_fill_never_changes_another_picture(docker: Program) -> None:
    assert recover(docker) == [[640, 427], [128, 96]]
    assert docker.get("hashes(front) == before")
    assert docker.get("board().trouble.isVisible()") is False
