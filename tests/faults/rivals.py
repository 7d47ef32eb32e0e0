"""Two at once on one journal."""

from __future__ import annotations

from .lab import Lab, Outcome, Victim, die_as_command, die_as_editor, stopped, strike

__all__ = ["recover_while_running", "two_batches", "two_editors", "two_recover", "two_resume"]


def two_recover() -> Outcome:
    """Two editors ask for what is left over at once: one gets it."""
    with Lab() as lab:
        die_as_editor(lab)
        editors = [lab.host("recover"), lab.host("recover")]
        for editor in editors:
            editor.end()
        got = sum(lab.taken(editor) for editor in editors)
        assert got == 1, "both were handed it" if got else "nobody was handed it"
        return lab.outcome(got)


def two_resume() -> Outcome:
    """Two shells resume at once: one gets it."""
    with Lab() as lab:
        die_as_command(lab)
        shells = [
            lab.start("-m", "overpaint", "jobs", "resume", "-o", f"results/{name}", "--json")
            for name in ("a", "b")
        ]
        for shell in shells:
            shell.end()
        got = len(list(lab.results.glob("*/*.png")))
        assert got == 1
        return lab.outcome(got)


def two_batches() -> Outcome:
    """Two shells run one batch at once."""
    with Lab() as lab:
        lab.studio.hold("poll")
        first = lab.batch()
        with stopped(lab, "poll", first):
            second = lab.batch()
            second.end()
        lab.studio.let_go()
        first.end()
        return lab.outcome(lab.batched())


def two_editors(victim: Victim) -> Outcome:
    """One of two editors is killed; the other goes on, and the first's result is had later."""
    with Lab() as lab:
        lab.studio.hold("poll")
        one, other = lab.editor(), lab.editor()
        for editor in (one, other):
            editor.hear("accepted")
        while len(lab.studio.runs) < 2:
            assert lab.studio.reached("poll")
        worker = one.hear("started")["worker"]
        strike(victim, worker, one)
        assert lab.is_gone(worker), "an orphan is left"
        lab.studio.let_go()
        other.end()
        if victim == "worker":
            one.end()
        got = lab.taken(other) + lab.recovered()
        return lab.outcome(got, asked=2)


def recover_while_running() -> Outcome:
    """An editor that asks while another's job runs is not offered it."""
    with Lab() as lab:
        lab.studio.hold("poll")
        busy = lab.editor()
        with stopped(lab, "poll", busy):
            other = lab.host("recover")
            other.end()
            assert other.said("recovered")[0]["jobs"] == []
        lab.studio.let_go()
        busy.end()
        return lab.outcome(lab.taken(busy))
