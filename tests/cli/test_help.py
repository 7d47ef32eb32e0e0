"""Help that helps: examples, exit codes, and what a shell completes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from overpaint.cli.app import app


def commands() -> Iterator[str]:
    """Every command, `endpoint add` included."""
    for one in app.registered_commands:
        yield named(one)
    for group in app.registered_groups:
        assert group.typer_instance is not None
        for one in group.typer_instance.registered_commands:
            yield f"{group.name} {named(one)}"


def named(command: typer.models.CommandInfo) -> str:
    assert command.callback is not None
    return command.name or command.callback.__name__.rstrip("_")


@pytest.mark.parametrize("command", sorted(commands()))
def test_every_command_tells_its_exit_codes(command: str) -> None:
    said = CliRunner().invoke(app, [*command.split(), "--help"])

    assert said.exit_code == 0
    assert "Exit codes: 0 done" in said.output


def complete(words: str, home: Path) -> list[str]:
    """What bash offers for the last word."""
    environment = os.environ | {
        "HOME": str(home),
        "OVERPAINT_CONFIG_DIR": str(home),
        "_OVERPAINT_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
    }
    program = Path(sys.executable).with_name("overpaint")
    done = subprocess.run([program], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("overpaint ins", ["install"]),
        ("overpaint install k", ["krita"]),
        ("overpaint fill --prom", ["--prompt"]),
        ("overpaint fill --endpoint stu", ["studio"]),
        ("overpaint key set emb", ["embedded"]),
    ],
)
def test_a_shell_completes_commands_options_and_endpoints(
    words: str, offered: list[str], tmp_path: Path
) -> None:
    (tmp_path / "settings.toml").write_text(
        'schema = 1\n[endpoints.studio]\nbase_url = "https://host.example/v1"\n'
    )

    assert complete(words, tmp_path) == offered
