"""Processes that are killed or interrupted, and who gets their results afterwards."""

from __future__ import annotations

from .lab import Lab, Outcome, Victim, die_as_command, die_as_editor, hold, stopped, strike

__all__ = [
    "interrupted_command",
    "killed_batch",
    "killed_command",
    "killed_delivery",
    "killed_editor",
    "killed_embedded",
    "killed_resume",
    "killed_script",
]


def killed_editor(stage: str, victim: Victim) -> Outcome:
    """Kill an editor, its worker or both; another editor asks what is left over."""
    with Lab() as lab:
        hold(lab, stage)
        host = lab.editor()
        worker = host.hear("started")["worker"]
        with stopped(lab, stage, host):
            strike(victim, worker, host)
        assert lab.is_gone(worker), "an orphan is left"
        lab.go_on()
        lab.studio.let_go()
        if victim == "worker":
            host.end()
        got = lab.taken(host)
        before = got or lab.recovered()
        return lab.outcome(before, refused=not before)


def killed_delivery(stage: str, victim: Victim) -> Outcome:
    """Kill the editor that recovers what another left behind; a third gets it."""
    with Lab() as lab:
        die_as_editor(lab)
        hold(lab, stage)
        second = lab.host("recover")
        worker = second.hear("started")["worker"]
        with stopped(lab, stage, second):
            strike(victim, worker, second)
        assert lab.is_gone(worker), "an orphan is left"
        lab.go_on()
        lab.studio.let_go()
        if victim == "worker":
            second.end()
        got = lab.taken(second) or lab.recovered()
        return lab.outcome(got, refused=not got)


def killed_embedded(stage: str, victim: Victim) -> Outcome:
    """Kill an editor that paints inside; nothing was paid, and nothing stays behind."""
    with Lab() as lab:
        lab.stop_at(stage)
        host = lab.editor("embedded")
        worker = host.hear("started")["worker"]
        with stopped(lab, stage, host):
            strike(victim, worker, host)
        assert lab.is_gone(worker), "an orphan is left"
        lab.go_on()
        if victim == "worker":
            host.end()
        got = lab.taken(host) or lab.recovered()
        return lab.outcome(got, refused=not got)


def killed_command(stage: str) -> Outcome:
    """Kill `overpaint fill`; `overpaint jobs resume` gets what it had begun."""
    with Lab() as lab:
        hold(lab, stage)
        command = lab.fill()
        with stopped(lab, stage, command):
            command.kill()
        lab.studio.let_go()
        got = lab.resumed()
        return lab.outcome(got, refused=not got)


def killed_script(stage: str, kind: str) -> Outcome:
    """Kill a script that uses one of the clients."""
    with Lab() as lab:
        lab.studio.hold(stage)
        script = lab.start("-m", "faults.script", kind, str(lab.folder))
        with stopped(lab, stage, script):
            script.kill()
        lab.studio.let_go()
        got = lab.resumed()
        return lab.outcome(got, refused=not got)


def killed_resume(stage: str) -> Outcome:
    """Kill `overpaint jobs resume` itself."""
    with Lab() as lab:
        die_as_command(lab)
        lab.studio.hold(stage)
        second = lab.start("-m", "overpaint", "jobs", "resume", "-o", "results/first", "--json")
        with stopped(lab, stage, second):
            second.kill()
        lab.studio.let_go()
        got = lab.resumed()
        return lab.outcome(got, refused=not got)


def killed_batch(stage: str, *, fetched: bool) -> Outcome:
    """Kill `overpaint batch` and run it again, after somebody has fetched what it had begun."""
    with Lab() as lab:
        hold(lab, stage)
        batch = lab.batch()
        with stopped(lab, stage, batch):
            batch.kill()
        lab.studio.let_go()
        if fetched:
            assert lab.resumed() == 1
        return lab.outcome(lab.batched())


def interrupted_command(stage: str) -> Outcome:
    """Ctrl-C in `overpaint fill`: canceled at the endpoint, unless it was painted already."""
    with Lab() as lab:
        lab.studio.polls = 1 if stage == "fetch" else 10**6
        lab.studio.hold(stage)
        command = lab.fill()
        with stopped(lab, stage, command):
            command.popen.send_signal(2)
        lab.studio.let_go()
        code = command.end()
        got = lab.resumed()
        return lab.outcome(got, refused=code == 130)
