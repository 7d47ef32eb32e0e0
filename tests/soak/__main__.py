"""`hatch run soak`: load, losses, peak memory and growth, in a table; it ends by itself."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

from fakes.serving import SERVER_KEY, serving

from .endurance import serve_many, work_many
from .load import Load, press
from .process import Holding, Watch

QUEUE = 32
# Growth that is more than the allocator's and the record of each run.
MOST_GROWTH = 24 * 2**20
MOST_PEAK = 600 * 2**20


def main() -> None:
    """Press, endure, print, and exit with 1 where something did not hold."""
    parser = argparse.ArgumentParser(prog="hatch run soak", description=__doc__)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--predictions", type=int, default=500)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--worker-runs", type=int, default=500)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="overpaint-soak-"))
    # Nobody's settings, and nobody's journal with thousands of runs in it.
    os.environ |= {
        "OVERPAINT_CONFIG_DIR": str(folder / "config"),
        "OVERPAINT_DATA_DIR": str(folder / "data"),
    }
    began = time.monotonic()
    faults = under_load(given.clients, given.predictions, folder / "load.log")
    faults += over_time(given.runs, given.worker_runs, folder / "endurance.log")
    print(f"\n{(time.monotonic() - began) / 60:.1f} minutes; what the servers said is in {folder}")
    print("\n" + ("\n".join(faults) or "nothing lost, nothing mixed up, nothing grown"))
    sys.exit(1 if faults else 0)


def under_load(clients: int, predictions: int, log: Path) -> list[str]:
    """Many clients at once, and a queue that is shorter than they are many."""
    with serving("--queue", str(QUEUE), log=log) as server, Watch(server.pid) as watch:
        began = time.monotonic()
        load = asyncio.run(press(server.url, SERVER_KEY, clients=clients, predictions=predictions))
        seconds = time.monotonic() - began
    print(f"load: {predictions} predictions from {clients} clients, a queue of {QUEUE}, 2 jobs")
    print(f"  returned {load.returned}, lost {load.lost}, mixed up {load.mixed_up}")
    print(f"  answered 429: {load.refused}, of which without Retry-After: {load.unsaid}")
    print(f"  begun before one that came earlier: {load.overtaken}")
    print(f"  {seconds:.1f} s, {predictions / seconds:.1f} a second; ", end="")
    print(f"server's peak {watch.peak / 2**20:.1f} MB")
    return faults_of(load, predictions, watch.peak)


def faults_of(load: Load, predictions: int, peak: int) -> list[str]:
    """What did not hold under load."""
    found = []
    if load.created != predictions or load.returned != predictions:
        found.append(f"{predictions - load.returned} results did not come back")
    if load.overtaken:
        found.append(f"{load.overtaken} were overtaken")
    if load.unsaid or not load.refused:
        found.append("a full queue did not say when to come back")
    if peak > MOST_PEAK:
        found.append(f"the server took {peak / 2**20:.0f} MB")
    return found


def over_time(runs: int, worker_runs: int, log: Path) -> list[str]:
    """Thousands of runs, at a server and at a worker."""
    print(f"endurance: {runs} runs at a server")
    # What is remembered on purpose is no growth.
    with serving("--keep", "50", log=log) as server:
        seen = serve_many(server.url, SERVER_KEY, server.pid, runs, tell)
    found = growth_of("server", seen)
    print(f"endurance: {worker_runs} runs at a worker")
    return found + growth_of("worker", work_many(worker_runs, tell))


def growth_of(name: str, seen: list[Holding]) -> list[str]:
    """Whether the end holds more than the start."""
    start, end = seen[0], seen[-1]
    found = []
    if end.memory - start.memory > MOST_GROWTH:
        found.append(f"the {name}'s memory grew by {(end.memory - start.memory) / 2**20:.1f} MB")
    if end.files > start.files + 2 or end.threads > start.threads + 2:
        found.append(f"the {name} holds more files or threads: {start} → {end}")
    return found


def tell(name: str, holding: Holding) -> None:
    """One line of the table."""
    print(f"  {name:<8}{holding}", flush=True)


if __name__ == "__main__":
    main()
