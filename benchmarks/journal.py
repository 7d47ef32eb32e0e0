"""`python -m benchmarks.journal`: what the journal costs, as a part of the run it is kept of."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import numpy as np

from overpaint import Client, PaintRequest, Prediction
from overpaint.encoding import encode_png
from overpaint.endpoints import EMBEDDED, Endpoint
from overpaint.job import Job
from overpaint.journal import Journal

__all__ = ["main"]

RUNS, WRITES = 3, 9
SIZES = ((480, 640), (1500, 2000), (3000, 4000))
HOSTED = Endpoint("hosted", "https://host.example/v1")


def main() -> None:
    """Paint without it, then write the same jobs down, and compare the medians."""
    print(f"{'picture':>12} {'run':>8} {'inside':>8} {'part':>7} {'hosted':>8}")
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder) / "journal")
        for height, width in SIZES:
            run, job = painted(height, width)
            inside, hosted = (written(journal, job, place) for place in (EMBEDDED, HOSTED))
            print(
                f"{width:>5} × {height:<4} {run:>7.3f}s {inside * 1000:>6.1f}ms"
                f" {inside / run:>6.1%} {hosted * 1000:>6.1f}ms"
            )
        journal.close()


def painted(height: int, width: int) -> tuple[float, Job]:
    """The seconds of a run with the engine inside, and its job."""
    rows, columns = np.mgrid[0:height, 0:width]
    picture = np.dstack([rows // 9, columns // 9, rows // 7]).astype(np.uint8)
    mask = np.zeros((height, width), np.uint8)
    mask[height // 3 : height // 3 + 60, width // 3 : width // 3 + 80] = 255
    times = []
    with Client("embedded", journal=None) as client:
        for _ in range(RUNS):
            started = time.perf_counter()
            job = client.prepare(PaintRequest(seed=1), picture, mask)
            client.paint(job)
            times.append(time.perf_counter() - started)
    return statistics.median(times), job


def written(journal: Journal, job: Job, endpoint: Endpoint) -> float:
    """The seconds that one job's whole page takes: intent, created, outputs, delivered."""
    answer, prediction = encode_png(job.seen), Prediction(id="p", status="succeeded")
    times = []
    for _ in range(WRITES):
        started = time.perf_counter()
        entry = journal.begin(job, endpoint)
        entry.created(prediction)
        entry.outputs(prediction, [answer])
        entry.delivered()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


if __name__ == "__main__":
    main()
