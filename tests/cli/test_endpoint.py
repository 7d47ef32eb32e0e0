"""`overpaint endpoint` and `overpaint key`, as a person and as a script run them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fakes.keys import KEY
from fakes.recording import Reply, recording

LIST = Reply(200, {"results": []})


def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "overpaint", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def read(*arguments: str, stdin: str = "") -> Any:  # noqa: ANN401  JSON
    done = run(*arguments, "--json", stdin=stdin)
    return json.loads(done.stdout)


def test_an_endpoint_is_added_given_its_key_chosen_used_and_removed(settings_folder: Path) -> None:
    with recording({"GET /v1/predictions": LIST}) as server:
        url = f"{server.url}/v1"
        assert read("endpoint", "add", "studio", url, "--header", "X-Team: art") == {
            "name": "studio",
            "base_url": url,
            "settings": str(settings_folder / "settings.toml"),
        }
        kept = read("key", "set", "studio", stdin=f"{KEY}\n")
        assert kept["kept_in"] == str(settings_folder / "keys.json")
        assert read("endpoint", "use", "studio") == {"default": "studio"}

        done = run("endpoint", "test")

        assert (done.returncode, done.stderr) == (0, "")
        assert "studio: reachable, hosted, key accepted." in done.stdout
        asked = server.seen[-1].headers
        assert (asked["authorization"], asked["x-team"]) == (f"Bearer {KEY}", "art")

    assert read("endpoint", "list")["endpoints"][0]["name"] == "studio"
    assert read("key", "forget", "studio")["forgotten"]
    assert read("endpoint", "remove", "studio") == {"removed": "studio"}
    assert read("endpoint", "list")["endpoints"][0]["name"] == "embedded"


def test_a_key_is_never_shown() -> None:
    with recording({}) as server:
        run("endpoint", "add", "studio", f"{server.url}/v1")
        said = [
            run("key", "set", "studio", stdin=KEY),
            run("endpoint", "list"),
            run("endpoint", "list", "--json"),
            run("endpoint", "test", "studio"),
            run("key", "forget", "studio"),
        ]

    assert not [done for done in said if KEY in done.stdout + done.stderr]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("endpoint", "test", "nobody"), 2, "no endpoint called nobody"),
        (("endpoint", "use", "nobody"), 2, "no endpoint called nobody"),
        (("endpoint", "remove", "embedded"), 2, "can't be removed"),
        (("endpoint", "add", "x", "host.example"), 2, "not an endpoint's address"),
        (("endpoint", "add", "x", "https://h.example", "--header", "X"), 2, "NAME:VALUE"),
        (("endpoint", "add", "x", "https://h.example", "--header", "X-Key:1"), 2, "like a key"),
        (("endpoint", "add", "x", "https://h.example", "--kind", "new"), 2, "kind"),
        (("key", "set", "replicate"), 2, "No key was given"),
        (("key", "set", "embedded"), 2, "needs no key"),
        (("endpoint", "test", "http://127.0.0.1:9"), 5, "http://127.0.0.1:9: not reachable"),
    ],
)
def test_what_can_not_be_is_a_sentence_and_a_code(
    arguments: tuple[str, ...], code: int, says: str
) -> None:
    done = run(*arguments)

    assert done.returncode == code
    assert says in " ".join((done.stdout + done.stderr).split())
    assert "Traceback" not in done.stderr


def test_a_refused_key_exits_as_a_refused_run_would() -> None:
    with recording({"GET /v1/predictions": Reply(401, {"detail": "no such key"})}) as server:
        run("endpoint", "add", "studio", f"{server.url}/v1")
        run("key", "set", "studio", stdin=KEY)

        done = run("endpoint", "test", "studio", "--json")

    assert done.returncode == 3
    assert json.loads(done.stdout)["key"] == "refused"
