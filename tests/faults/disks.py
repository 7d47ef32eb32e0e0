"""Disks that are full, read-only or not there any more."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .lab import SECONDS, Lab, Outcome, die_as_command, stopped

__all__ = [
    "disk_full",
    "disk_full_for_editor",
    "disk_full_for_resume",
    "read_only",
    "taken_away",
    "turned_read_only",
]


def disk_full_for_editor(stage: str) -> Outcome:
    """Let an editor's worker write nothing any more; with room again another gets the result."""
    with Lab() as lab:
        lab.studio.hold(stage)
        host = lab.editor()
        worker = host.hear("started")["worker"]
        with stopped(lab, stage, host):
            resource.prlimit(worker, resource.RLIMIT_FSIZE, (0, 0))
        lab.studio.let_go()
        host.end()
        got = lab.taken(host) or lab.recovered()
        return lab.outcome(got, refused=not got)


def disk_full_for_resume(stage: str) -> Outcome:
    """Let `overpaint jobs resume` write nothing any more; with room again it brings the result."""
    with Lab() as lab:
        die_as_command(lab)
        lab.studio.hold(stage)
        second = lab.start("-m", "overpaint", "jobs", "resume", "-o", "results/first", "--json")
        with stopped(lab, stage, second):
            resource.prlimit(second.popen.pid, resource.RLIMIT_FSIZE, (0, 0))
        lab.studio.let_go()
        second.end()
        return lab.outcome(lab.resumed())


def turned_read_only(stage: str, what: str) -> Outcome:
    """Let a folder turn read-only under `overpaint fill`: the journal's, or that for results."""
    with Lab() as lab:
        lab.studio.hold(stage)
        command = lab.fill()
        with stopped(lab, stage, command), mounted_read_only(getattr(lab, what)):
            lab.studio.let_go()
            command.popen.wait(SECONDS)
        return lab.outcome(lab.filled() or lab.resumed())


def disk_full(when: str, who: str) -> Outcome:
    """Let nothing be written any more, before the create or after it."""
    with Lab() as lab:
        if when != "start":
            lab.studio.hold(when)
        process = lab.start(
            *("-m", "faults.script", who, str(lab.folder)),
            *(["--full"] if when == "start" else []),
        )
        if when != "start":
            assert lab.studio.reached(when)
            resource.prlimit(process.popen.pid, resource.RLIMIT_FSIZE, (0, 0))
            lab.studio.let_go()
        code = process.end()
        got = len(process.said("painted")) or lab.resumed()
        refused = bool(process.said("refused")) or bool(code)
        return lab.outcome(got, refused=refused)


def read_only() -> Outcome:
    """Let the journal's folder be read-only."""
    with Lab() as lab, mounted_read_only(lab.data):
        process = lab.start("-m", "faults.script", "Client", str(lab.folder))
        process.end()
        return lab.outcome(len(process.said("painted")), refused=bool(process.said("refused")))


def taken_away(stage: str) -> Outcome:
    """Take the journal's folder away in the midst of a job: a drive that was unplugged."""
    with Lab() as lab:
        lab.studio.hold(stage)
        process = lab.start("-m", "faults.script", "Client", str(lab.folder))
        assert lab.studio.reached(stage)
        (lab.data / "journal").rename(lab.data / "elsewhere")
        lab.studio.let_go()
        process.end()
        return lab.outcome(len(process.said("painted")), refused=bool(process.said("refused")))


@contextmanager
def mounted_read_only(folder: Path) -> Iterator[None]:
    """Make a folder read-only: root may write anywhere, so for root it is mounted so."""
    if os.geteuid() != 0:
        folder.chmod(0o500)
        yield
        folder.chmod(0o700)
        return
    subprocess.run(["mount", "--bind", folder, folder], check=True)  # noqa: S607
    try:
        command = ["mount", "-o", "remount,bind,ro", str(folder)]
        subprocess.run(command, check=True)
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)  # noqa: S607
