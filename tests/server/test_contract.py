"""The server does what its own API description says, whatever a fuzzer of it sends."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from fakes.outside import environment_with, insist
from fakes.serving import Serving

# A run of 30 an operation makes a thousand requests; `hatch run contract` makes many more.
EXAMPLES = os.environ.get("CONTRACT_EXAMPLES", "30")

# A form's fields are text on the wire: `false` sent for a string arrives as one.
FORMS = """
[[operations]]
include-path-regex = "/files$"
include-method = "POST"
checks.negative_data_rejection.enabled = false
"""


@pytest.mark.timeout(1800)
def test_a_fuzzer_of_the_api_description_finds_nothing(
    server: Serving, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    insist(request, "Schemathesis")
    python = environment_with("schemathesis==4.32.5")
    (tmp_path / "schemathesis.toml").write_text(FORMS)
    command = [
        *(str(python.with_name("schemathesis")), "run", f"{server.address}/openapi.json"),
        *("--header", f"Authorization: Bearer {server.key}"),
        # Which version there is and what is a picture can't be said in a schema: a create that fits
        # ours may still be refused.
        *("--checks", "all", "--exclude-checks", "positive_data_acceptance"),
        *("--max-examples", EXAMPLES, "--continue-on-failure"),
        *("--request-timeout", "30", "--warnings", "off"),
    ]

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    generated = re.search(r"(\d+) generated", done.stdout)
    assert done.returncode == 0, done.stdout[-8000:]
    assert generated, done.stdout
    assert int(generated[1]) >= 500, done.stdout
    print(f"{generated[1]} requests")  # noqa: T201  for whoever runs it alone, with -s
