"""Whose picture an error is about, in every Krita."""

from __future__ import annotations

from fakes.recording import Reply, recording

from .conftest import EVERY_KRITA
from .program import Program
from .steps import RUNS, begin, open_another, running, settle, use

pytestmark = EVERY_KRITA

REFUSAL = {r".*": Reply(401, {"title": "No", "detail": "It says no.", "status": 401})}
TROUBLE = "board().trouble"


def refuse(docker: Program) -> None:
    """Ask an endpoint that takes no key, and wait for what the docker says to that."""
    with recording(REFUSAL) as server:
        use(docker, server)
        begin(docker)
        docker.wait(f"{TROUBLE}.isVisible()")


def test_an_error_is_shown_over_its_own_picture_alone(docker: Program) -> None:
    refuse(docker)
    title = docker.get(f"{TROUBLE}.title.text()")
    open_another(docker)
    docker.wait(f"not {TROUBLE}.isVisible()")
    docker.photograph("another-picture.png")
    docker.do("bring_to_front(d)")
    docker.wait(f"{TROUBLE}.isVisible()")
    assert docker.get(f"{TROUBLE}.title.text()") == title

    docker.click(f"{TROUBLE}.dismiss")
    docker.wait(f"not {TROUBLE}.isVisible()")
    docker.do("bring_to_front(e)")
    settle(docker)
    docker.do("bring_to_front(d)")
    settle(docker)
    assert docker.get(f"{TROUBLE}.isVisible()") is False


def test_an_error_of_a_picture_behind_waits_for_it(docker: Program) -> None:
    with running(docker) as server:
        open_another(docker)
        server.say(REFUSAL)
        docker.wait(f"{RUNS}[-1].is_over")
        settle(docker)
        assert docker.get(f"{TROUBLE}.isVisible()") is False

    docker.do("bring_to_front(d)")
    docker.wait(f"{TROUBLE}.isVisible()")


def test_an_error_of_a_closed_picture_is_not_lost(docker: Program) -> None:
    with running(docker) as server:
        open_another(docker)
        docker.do("d.setModified(False); d.close()")
        server.say(REFUSAL)
        docker.wait(f"{RUNS}[-1].is_over")

    docker.wait(f"{TROUBLE}.isVisible()")
    assert "closed" in docker.get(f"{TROUBLE}.what.text()")
    docker.click(f"{TROUBLE}.dismiss")
    docker.wait(f"not {TROUBLE}.isVisible()")
