"""One door in a process of its own, driven by libFuzzer: `python -m fuzz.driver DOOR …`.

A door may hang, crash or eat the memory; then this process ends and the table says so.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
import traceback
import warnings
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil

from .doors import door_named

__all__ = ["Report"]

REPORT_SECONDS = 1.0
HANG_SECONDS = 30
MOST_MEGABYTES = 2048
OURS = ("overpaint", "overpaint_bridge", "PIL", "fuzz")


@dataclass
class Report:
    """What came of one door.

    Attributes:
        inputs: how many were tried.
        slowest: seconds of the slowest.
        peak: bytes of memory at most.
        findings: by the place in the code, the error and the file that holds the input.
    """

    inputs: int = 0
    slowest: float = 0.0
    peak: int = 0
    findings: dict[str, str] = field(default_factory=dict)


class Driver:
    """Pushes inputs through a door, and writes down what comes of it as it goes."""

    def __init__(self, door: str, seconds: float, folder: Path) -> None:
        import atheris

        with atheris.instrument_imports(include=["overpaint", "overpaint_bridge"]):
            self.door = door_named(door)
        self.folder = folder
        self.report = Report()
        self._seconds = seconds
        self._end = 0.0
        self._written = 0.0

    def drive(self) -> None:
        """Fuzz until the time is over; never returns."""
        import atheris

        corpus = self.folder / "corpus"
        corpus.mkdir(parents=True, exist_ok=True)
        for content in self.door.seeds():
            (corpus / hashlib.sha256(content).hexdigest()[:16]).write_bytes(content)
        options = [
            f"-artifact_prefix={self.folder}/",
            f"-max_len={self.door.longest}",
            f"-rss_limit_mb={MOST_MEGABYTES}",
            f"-timeout={HANG_SECONDS}",
            "-close_fd_mask=0",
            "-verbosity=0",
            str(corpus),
        ]
        self._end = time.monotonic() + self._seconds
        atheris.Setup([sys.argv[0], *options], self.attempt, enable_python_coverage=True)
        atheris.Fuzz()

    def attempt(self, content: bytes) -> None:
        """Try one input; a finding is kept, and the next is tried."""
        began = time.monotonic()
        self.report.inputs += 1
        try:
            self.door.attempt(content)
        except Exception as error:  # noqa: BLE001  whatever should not have happened is a finding
            self._keep(content, error)
        now = time.monotonic()
        self.report.slowest = max(self.report.slowest, now - began)
        if now - self._written > REPORT_SECONDS or now > self._end:
            self._write(now)
        if now > self._end:
            sys.stderr.flush()
            os._exit(0)

    def _keep(self, content: bytes, error: Exception) -> None:
        frames = [
            frame
            for frame in traceback.extract_tb(error.__traceback__)
            if any(f"/{name}/" in frame.filename for name in OURS)
        ]
        place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
        name = f"{type(error).__name__} at {place}"
        if name not in self.report.findings:
            path = self.folder / f"finding-{len(self.report.findings) + 1}"
            path.write_bytes(content)
            path.with_suffix(".txt").write_text("".join(traceback.format_exception(error)))
            self.report.findings[name] = f"{error!s:.300}"

    def _write(self, now: float) -> None:
        self._written = now
        self.report.peak = max(self.report.peak, psutil.Process().memory_info().rss)
        path = self.folder / "report.json"
        path.with_suffix(".new").write_text(json.dumps(asdict(self.report)))
        path.with_suffix(".new").replace(path)


def main() -> None:
    """Drive the door that is named."""
    parser = argparse.ArgumentParser()
    parser.add_argument("door")
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    given = parser.parse_args()
    warnings.simplefilter("ignore")  # Pillow's, of damaged pictures
    os.environ["OVERPAINT_CONFIG_DIR"] = str(given.folder / "settings")
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    Driver(given.door, given.seconds, given.folder).drive()


if __name__ == "__main__":
    main()
