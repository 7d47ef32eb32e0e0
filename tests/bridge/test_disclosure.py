"""What is sent, in a painter's words."""

from __future__ import annotations

import json

import pytest

from overpaint_bridge.disclosure import Disclosure, disclose, settings_said
from overpaint_bridge.runs import PanelRun, SentView
from overpaint_bridge.settings import PanelSettings

BOAT = {"prompt": "a boat", "image": "data:image/png;base64,… (1234 characters)"}


def told(address: str = "host.example", **settings: object) -> Disclosure:
    run = PanelRun("one", PanelSettings.from_json({"prompt": "a boat", **settings}), kind="preview")
    run.sent = SentView("studio", address, 40, 20, 300, 200, 512, 341, None, None, "v1", BOAT)
    run.ignored = ["seed"]
    run.end("done")
    disclosure = disclose(run)
    assert disclosure is not None
    return disclosure


def test_nothing_is_said_while_nobody_knows() -> None:
    assert disclose(PanelRun("one")) is None


def test_what_was_filled_in_is_named_as_the_panel_names_it() -> None:
    disclosure = told(strength=80, guidance_scale=7.5, seed=3, num_outputs=2, steps=20)

    assert dict(disclosure.settings) == {
        "Prompt": "a boat",
        "Strength": "80 %",
        "Images": "2",
        "Seed": "3",
        "Steps": "20",
        "Guidance": "7.5",
        "Model": "v1",
    }
    said = [f"{name}: {value}" for name, value in disclosure.settings]
    text = "\n".join(
        (disclosure.whom, disclosure.part, *said, disclosure.ignored, disclosure.unsent)
    )
    assert "{" not in text
    assert "host.example" in text
    assert "512 × 341" in text


def test_a_prompt_that_a_mode_does_not_use_is_not_said_to_be_sent() -> None:
    assert dict(told(mode="remove").settings)["Prompt"] == "No prompt"


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("stability-ai/sdxl:95b7223104132402", "stability-ai/sdxl"),
        ("black-forest-labs/flux-fill-pro", "black-forest-labs/flux-fill-pro"),
        ("95b7223104132402a9ae91cc677285bc", "95b722310413…"),
        ("v1", "v1"),
    ],
)
def test_a_model_is_called_by_its_name_where_it_has_one(version: str, said: str) -> None:
    assert dict(settings_said(PanelSettings(), version))["Model"] == said


def test_what_is_kept_here_and_what_is_not_read_are_said() -> None:
    disclosure = told()

    assert disclosure.unsent.startswith("Not sent: ")
    assert disclosure.ignored == "This model ignores: seed."
    assert told(address="").unsent == ""


def test_the_request_itself_is_there_as_json() -> None:
    assert json.loads(told().exact) == {"version": "v1", "input": BOAT}
