"""`hatch run fuzz --seconds N`: every door for its share of the time, and a table."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .doors import NAMES
from .driver import Report

# For loading and marking the code, before the time begins.
GRACE_SECONDS = 120.0


def main() -> None:
    """Fuzz, print, and exit with 1 if there were findings."""
    parser = argparse.ArgumentParser(prog="hatch run fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="for all doors together")
    parser.add_argument("--door", action="append", help="only this one; may be repeated")
    parser.add_argument("--jobs", type=int, default=2, help="doors at once")
    parser.add_argument("--folder", type=Path, help="keeps corpus and findings for the next time")
    given = parser.parse_args()
    names = given.door or list(NAMES)
    folder = given.folder or Path(tempfile.mkdtemp(prefix="overpaint-fuzz-"))
    share = given.seconds * min(given.jobs, len(names)) / len(names)
    with ThreadPoolExecutor(given.jobs) as pool:
        reports = list(pool.map(lambda name: run(name, share, folder / name), names))
    table(dict(zip(names, reports, strict=True)))
    findings = sum(len(report.findings) for report in reports)
    print(f"\n{sum(report.inputs for report in reports):,} inputs, {findings} findings in {folder}")
    sys.exit(1 if findings else 0)


def run(name: str, seconds: float, folder: Path) -> Report:
    """One door; where its process breaks off, that is a finding, and it is started again."""
    folder.mkdir(parents=True, exist_ok=True)
    whole = Report()
    while seconds > 1.0:
        began = time.monotonic()
        (folder / "report.json").unlink(missing_ok=True)
        ended = drive(name, seconds, folder)
        if (folder / "report.json").exists():
            add(whole, Report(**json.loads((folder / "report.json").read_text())))
        if ended is None:
            break
        whole.findings[ended] = (folder / "log.txt").read_text(errors="replace")[-300:]
        seconds -= time.monotonic() - began
    return whole


def drive(name: str, seconds: float, folder: Path) -> str | None:
    """Start the door's process and wait; None where it ended as it should, else how."""
    command = [sys.executable, "-m", "fuzz.driver", name]
    command += ["--seconds", str(seconds), "--folder", str(folder)]
    with (folder / "log.txt").open("wb") as log:
        try:
            done = subprocess.run(
                command, stdout=log, stderr=log, check=False, timeout=seconds + GRACE_SECONDS
            )
        except subprocess.TimeoutExpired:
            return "it hung"
    return None if done.returncode == 0 else f"it broke off (exit code {done.returncode})"


def add(whole: Report, part: Report) -> None:
    """Add what one process did."""
    whole.inputs += part.inputs
    whole.slowest = max(whole.slowest, part.slowest)
    whole.peak = max(whole.peak, part.peak)
    whole.findings |= part.findings


def table(reports: dict[str, Report]) -> None:
    """Print what came of every door."""
    print(f"{'door':<16}{'inputs':>10}{'slowest':>10}{'peak':>9}{'findings':>10}")
    for name, report in reports.items():
        peak = f"{report.peak / 2**20:.0f} MB"
        print(
            f"{name:<16}{report.inputs:>10,}{report.slowest:>8.2f} s{peak:>9}"
            f"{len(report.findings):>10}"
        )
        for place, said in report.findings.items():
            print(f"    {place}: {' '.join(said.split())[:160]}")


if __name__ == "__main__":
    main()
