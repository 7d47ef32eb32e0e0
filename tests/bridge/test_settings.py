"""What a panel, a layer and a document remember."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from overpaint.request import PaintRequest
from overpaint_bridge.history import read_history, write_history
from overpaint_bridge.recipe import Recipe
from overpaint_bridge.settings import PanelSettings

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)
settings = st.builds(
    PanelSettings,
    mode=st.sampled_from(["fill", "expand", "remove"]),
    prompt=st.text(max_size=20),
    negative_prompt=st.text(max_size=20),
    strength=st.none() | st.integers(0, 100),
    seed=st.integers(-1, 2**32 - 1),
    steps=st.none() | st.integers(1, 500),
    guidance_scale=st.none() | st.floats(0, 100),
    scheduler=st.sampled_from(["", "DDIM"]),
    num_outputs=st.integers(1, 8),
    context=st.sampled_from(["auto", "whole", 0, 64]),
    feather=st.none() | st.integers(0, 512),
    left=st.integers(0, 400),
    up=st.integers(0, 400),
    keep_original=st.booleans(),
)


@given(settings)
def test_settings_come_back_as_they_were(given: PanelSettings) -> None:
    assert PanelSettings.from_json(given.to_json()) == given


@given(settings)
def test_whatever_a_panel_allows_the_core_takes(given: PanelSettings) -> None:
    request = PaintRequest.read(given.request())

    assert request.prompt == ("" if given.mode == "remove" else given.prompt)
    assert request.is_outpaint == (given.mode == "expand" and bool(given.left or given.up))
    assert request.seed == (given.seed if given.seed >= 0 else None)


@given(st.dictionaries(st.sampled_from([*PanelSettings().__dict__, "mood"]), json_values))
def test_damaged_settings_are_read_as_far_as_they_go(values: dict[str, Any]) -> None:
    read = PanelSettings.from_json(json.dumps(values))

    assert PanelSettings.from_json(read.to_json()) == read
    # Which schedulers there are is the core's to know.
    PaintRequest.read(replace(read, scheduler="").request())


@pytest.mark.parametrize("text", ["", "nonsense", "[]", "null", b"\xff"])
def test_what_is_no_settings_is_the_defaults(text: str | bytes) -> None:
    assert PanelSettings.from_json(text) == PanelSettings()


def recipe(prompt: str = "moss") -> Recipe:
    asked = {"prompt": prompt, "seed": 7}
    return Recipe(asked, "owner/model", "studio", "p1", "2026-01-01", "0.1.0", 2)


def test_a_recipe_comes_back_as_it_was() -> None:
    given = recipe("naïve “moss”")

    assert Recipe.from_json(given.to_json()) == given
    assert given.request() == {"prompt": "naïve “moss”", "seed": 7, "version": "owner/model"}


@given(settings)
def test_a_recipes_settings_ask_for_the_same_again(given: PanelSettings) -> None:
    assume(given.mode != "expand" or given.left or given.up)
    asked = given.request()

    again = Recipe(asked, endpoint="studio").settings(PanelSettings(source="layer"))

    assert again.request() == asked
    assert (again.endpoint, again.source) == ("studio", "layer")


@pytest.mark.parametrize("text", ["", "nonsense", "[]", "{}", '{"request": 4}'])
def test_what_is_no_recipe_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  JSON's or ours
        Recipe.from_json(text)


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("moss", "Overpaint: moss (7)"),
        ("two\n lines", "Overpaint: two lines (7)"),
        ("", "Overpaint: fill from the surroundings (7)"),
        ("x" * 80, f"Overpaint: {'x' * 59}… (7)"),
    ],
)
def test_a_layers_name_is_short_and_on_one_line(prompt: str, name: str) -> None:
    assert recipe(prompt).layer_name == name


def test_a_layer_whose_seed_nobody_knows_is_named_without_one() -> None:
    assert Recipe({"prompt": "moss"}).layer_name == "Overpaint: moss"


def test_a_history_keeps_each_recipe_once_and_not_for_ever() -> None:
    many = [recipe(str(number)) for number in range(300)]

    back = read_history(write_history([*many, many[-1]]))

    assert back == many[-200:]


@pytest.mark.parametrize("text", ["", "nonsense", "[]", '{"recipes": 4}', '{"recipes": [1, {}]}'])
def test_a_damaged_history_is_read_as_far_as_it_goes(text: str) -> None:
    assert read_history(text) == []
