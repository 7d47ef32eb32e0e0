"""How fluid Krita stays: a timer of 10 ms through a whole run, beside the same Krita when idle.

Measured to be read, not asserted: it says as much about the machine as about the docker. Twice,
for where the canvas is drawn decides most of it. `plain` has the canvas's graphics acceleration
switched off, as one does without a graphics card. With `opengl` the same machine draws what a card
would draw, and an idle Krita alone comes to some 35 ms: only what is above idle counts there.
"""

from __future__ import annotations

import os
import statistics
from collections import defaultdict

import pytest

from .conftest import SHOTS, Make
from .program import Program
from .steps import RUNS, SHOWN

SIZES = {"photo": (640, 427), "large": (2000, 1500), "huge": (4000, 3000)}
CANVASES = {
    "plain": ("KisQPainterCanvas", {"DISPLAYRC": r"[General]\ncanvasState=OPENGL_FAILED\n"}),
    "opengl": ("KisOpenGLCanvas2", {}),
}
ROUNDS = 4
STAGES = ("idle", "from Generate to the first result", "another result", "apply")


def press(krita: Program, widget: str) -> None:
    """Click as a hand does; what the click costs the test is not counted."""
    krita.wait(f"can_be_clicked({widget})")
    krita.wait(f"stays_put({widget})")
    krita.do(f"click({widget}, hold=0.1); heart.clear()")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("canvas", CANVASES)
def test_krita_goes_on_while_a_run_does(start: Make, size: str, canvas: str) -> None:
    width, height = SIZES[size]
    kind, environment = CANVASES[canvas]
    worst: dict[str, list[float]] = defaultdict(list)
    own: dict[str, list[float]] = defaultdict(list)

    with start(**environment) as krita:
        krita.wait("has_windows()")
        krita.do("window().showMaximized()")
        krita.do("d = noise(width, height); view(d)", width=width, height=height)
        krita.wait("app.activeDocument() is not None and d.activeNode() is not None")
        assert krita.get("canvas_kind()") == kind
        krita.do("""
board().form.load(PanelSettings(endpoint="embedded", num_outputs=2))
select(d, 300, 180, 60, 50, 4)
heart = Heart()
""")
        for _ in range(ROUNDS):
            krita.wait("board().running.generate.isEnabled()")
            for stage in STAGES:
                krita.do("heart.clear()")
                if stage == "idle":
                    krita.wait("len(heart.gaps) > 100")
                elif stage == STAGES[1]:
                    count = krita.get(f"len({RUNS})")
                    press(krita, "board().running.generate")
                    krita.wait(f"len({RUNS}) > count and {RUNS}[-1].is_over", count=count)
                    krita.wait(SHOWN)
                elif stage == STAGES[2]:
                    press(krita, "board().toolbar.next")
                    krita.wait(f"{RUNS}[-1].results[1] is docker().painting.shown(d)")
                else:
                    press(krita, "board().toolbar.apply")
                    krita.wait(f"not ({SHOWN})")
                krita.do("since = len(heart.gaps)")
                krita.wait("len(heart.gaps) > since + 20")
                beats = krita.get("heart.take()")
                worst[stage].append(beats["worst"])
                own[stage].append(beats["own"])
        assert krita.get("uncaught()") == []

    load = os.getloadavg()[0]
    about = f"{width} x {height}, {canvas}, {ROUNDS} rounds"
    lines = [f"{about}, load {load:.1f} on {os.cpu_count()} processors"]
    for stage in STAGES:
        gaps = worst[stage]
        lines.append(
            f"{stage:36} worst gap {statistics.median(gaps):4.0f} ms (median of rounds,"
            f" least {min(gaps):4.0f}, most {max(gaps):4.0f});"
            f" the docker's own longest beat {statistics.median(own[stage]):4.0f} ms of processor"
        )
    SHOTS.mkdir(parents=True, exist_ok=True)
    (SHOTS / f"heartbeat-{size}-{canvas}.txt").write_text("\n".join(lines) + "\n")
    assert all(worst[stage] for stage in STAGES)
