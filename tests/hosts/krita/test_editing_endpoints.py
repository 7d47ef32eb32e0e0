"""An endpoint that is there is changed in the settings, by real clicks and typing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .program import Program

ADDRESS = "http://127.0.0.1:9/v1"
OK = "editor.buttons.button(QtWidgets.QDialogButtonBox.StandardButton.Ok)"
VIEW = "docker().painting.panel.desk.endpoint"


@pytest.fixture
def settings(docker: Program) -> Iterator[Program]:
    """The settings, opened while the docker paints by an endpoint that is not the default."""
    docker.do(
        'docker().painting.panel.desk.add_endpoint("studio", url, ca_file="/a.pem", key="first")',
        url=ADDRESS,
    )
    docker.wait('board().form.heading.endpoint.findData("studio") >= 0')
    docker.do("choose_endpoint('studio')")
    docker.click("board().form.heading.cog")
    docker.wait('dialog("SettingsDialog")')
    docker.do('settings = dialog("SettingsDialog")')
    docker.wait("settings.chosen == 'studio'")
    yield docker
    docker.do("settings.close()")
    for name in ("studio", "atelier"):
        docker.do(f"{VIEW}(name) and docker().painting.panel.desk.remove_endpoint(name)", name=name)
        docker.wait(f"{VIEW}(name) is None", name=name)


def change(settings: Program) -> None:
    settings.click("settings.change")
    settings.wait('dialog("EndpointEditor")')
    settings.do('editor = dialog("EndpointEditor")')


def write_anew(settings: Program, field: str, text: str) -> None:
    settings.do(f"{field}.clear()")
    settings.write(field, text)


def test_an_endpoint_is_changed_and_the_docker_goes_on_with_it(settings: Program) -> None:
    change(settings)
    shown = "[editor.name.text(), editor.address.text(), editor.authority.text()]"
    assert settings.get(shown) == ["studio", ADDRESS, "/a.pem"]
    assert settings.get("editor.key.text()") == ""
    write_anew(settings, "editor.name", "atelier")
    write_anew(settings, "editor.version", "owner/name")
    settings.photograph("editor.png")
    settings.click(OK)

    settings.wait("settings.chosen == 'atelier'")
    settings.wait("board().form.heading.endpoint.currentData() == 'atelier'")
    kept = settings.get(f"(lambda v: [v.has_key, v.ca_file, v.version])({VIEW}('atelier'))")
    assert kept == [True, "/a.pem", "owner/name"]
    assert settings.get(f"{VIEW}('studio') is None")


def test_a_name_that_is_taken_is_told_before_anything_is_kept(settings: Program) -> None:
    change(settings)
    write_anew(settings, "editor.name", "replicate")

    settings.wait(f"not {OK}.isEnabled()")
    assert "replicate" in settings.get("editor.said.text()")
    settings.do("editor.reject()")


def test_another_address_asks_for_a_key_of_its_own(settings: Program) -> None:
    change(settings)
    before = settings.get("editor.key.placeholderText()")
    write_anew(settings, "editor.address", f"{ADDRESS}/further")
    assert settings.get("editor.key.placeholderText()") == before

    write_anew(settings, "editor.address", "https://elsewhere.example/v1")

    assert settings.get("editor.key.placeholderText()") != before
    settings.do("editor.reject()")


def test_the_built_in_engine_can_not_be_changed(settings: Program) -> None:
    settings.do("settings.endpoints.setCurrentItem(settings.endpoints.topLevelItem(0))")

    assert settings.get("[settings.chosen, settings.change.isEnabled()]") == ["embedded", False]
