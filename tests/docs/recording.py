"""docs/images/recording.gif: a real run in a terminal; `hatch run recording:make FONT.ttf`."""

from __future__ import annotations

import math
import os
import pty
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pyte
from PIL import Image, ImageDraw, ImageFont

TARGET = Path(__file__).parents[2] / "docs/images/recording.gif"
COLUMNS, ROWS = 100, 13
# Of the run itself, in seconds; the two pictures at the end take six more.
LONGEST = 13.0
FRAMES = 8  # a second
PAPER, INK, PROMPT = (28, 28, 32), (222, 222, 222), "$ "
COMMAND = "overpaint demo"
COLORS = {
    "default": INK,
    "red": (240, 100, 100),
    "green": (120, 210, 130),
    "blue": (110, 160, 250),
    "magenta": (220, 130, 220),
    "cyan": (110, 210, 220),
    "brown": (230, 200, 110),
}


def shown() -> Iterator[pyte.Screen]:
    """The screen, so many times a second: the command is typed, and runs."""
    screen = pyte.Screen(COLUMNS, ROWS)
    stream = pyte.ByteStream(screen)
    stream.feed(PROMPT.encode())
    for letter in COMMAND:
        stream.feed(letter.encode())
        yield screen
    stream.feed(b"\r\n")
    folder = Path(tempfile.mkdtemp())
    terminal, inner = pty.openpty()
    size = {"TERM": "xterm-256color", "COLUMNS": str(COLUMNS), "LINES": str(ROWS)}
    process = subprocess.Popen(
        [sys.executable, "-m", "overpaint", "demo"],
        cwd=folder,
        env=os.environ | size,
        stdin=inner,
        stdout=inner,
        stderr=inner,
    )
    os.close(inner)
    following = time.monotonic()
    try:
        while True:
            following += 1 / FRAMES
            while (left := following - time.monotonic()) > 0:
                if select.select([terminal], [], [], left)[0]:
                    stream.feed(os.read(terminal, 65536))
            yield screen
    except OSError:
        process.wait()  # the terminal is closed when the command has ended
        os.close(terminal)
    yield screen
    shutil.copy(folder / "overpaint-demo/before-after.png", TARGET.with_name("demo.png"))
    shutil.rmtree(folder)


def drawn(screen: pyte.Screen, font: ImageFont.FreeTypeFont) -> Image.Image:
    """The screen as a picture."""
    width, height = int(font.getlength("M")), 20
    picture = Image.new("RGB", (COLUMNS * width + 24, ROWS * height + 24), PAPER)
    pen = ImageDraw.Draw(picture)
    for row in range(ROWS):
        for column in range(COLUMNS):
            cell = screen.buffer[row][column]
            # The font has no Braille, which the spinner is made of.
            letter = "•" if "⠀" <= cell.data <= "⣿" else cell.data
            if letter.strip():
                color = COLORS.get(cell.fg) or (f"#{cell.fg}" if len(cell.fg) == 6 else INK)
                pen.text((12 + column * width, 12 + row * height), letter, color, font)
    return picture


def main(font_file: str) -> None:
    """Record, and end with the picture the run has made."""
    font = ImageFont.truetype(font_file, 15)
    frames, said = [], ""
    for screen in shown():
        frames.append(drawn(screen, font))
        # What a test compares with what the command says today.
        said = "\n".join(line.rstrip() for line in screen.display).strip()
    after = Image.open(TARGET.with_name("demo.png")).convert("RGB")
    after.thumbnail(frames[0].size)
    last = Image.new("RGB", frames[0].size, PAPER)
    last.paste(after, ((last.width - after.width) // 2, (last.height - after.height) // 2))
    # On a busy machine it plays faster than life, and says so.
    speed = math.ceil(len(frames) / FRAMES / LONGEST)
    durations = [1000 // FRAMES // speed] * len(frames)
    if speed > 1:
        for frame in frames:
            place = (frame.width - 12, frame.height - 10)
            ImageDraw.Draw(frame).text(place, f"{speed} × speed", INK, font, anchor="rs")
    durations[-1] = 2500
    durations.append(3500)
    frames.append(last)
    frames[0].save(
        TARGET,
        save_all=True,
        append_images=frames[1:],
        duration=durations,
        loop=0,
        optimize=True,
        comment=said,
    )


if __name__ == "__main__":
    main(sys.argv[1])
