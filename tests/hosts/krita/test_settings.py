"""The settings by real clicks and typing: endpoints, keys, the report."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fakes.recording import Reply, prediction, recording

from .program import Program

LISTED = "[settings.endpoints.topLevelItem(i).data(0, 256) for i in range(rows())]"
LIST = {
    r"GET /v1/predictions.*": Reply(200, {"results": [prediction()], "next": None}),
    r"GET .*": Reply(404, {"detail": "Not found.", "status": 404}),
}


@pytest.fixture
def settings(docker: Program) -> Iterator[Program]:
    """The dialog, opened by the cog."""
    docker.click("board().form.heading.cog")
    docker.wait('dialog("SettingsDialog")')
    docker.do('settings = dialog("SettingsDialog"); rows = settings.endpoints.topLevelItemCount')
    docker.wait(f"'embedded' in {LISTED}")
    yield docker
    docker.do('settings = dialog("SettingsDialog"); settings and settings.close()')


def add(settings: Program, name: str, address: str) -> None:
    """Add an endpoint, as a person does."""
    settings.click("settings.add")
    settings.wait('dialog("EndpointEditor")')
    settings.do('editor = dialog("EndpointEditor")')
    settings.write("editor.name", name)
    settings.write("editor.address", address)
    settings.click("editor.buttons.button(QtWidgets.QDialogButtonBox.StandardButton.Ok)")
    settings.wait('dialog("EndpointEditor") is None')


def choose(settings: Program, name: str) -> None:
    settings.wait(f"name in {LISTED}", name=name)
    settings.do(f"click_row(settings.endpoints, {LISTED}.index(name))", name=name)
    settings.wait("settings.chosen == name", name=name)


def test_an_endpoint_is_added_tested_made_the_default_and_removed(settings: Program) -> None:
    with recording(LIST) as server:
        add(settings, "gateway", f"{server.url}/v1")
        choose(settings, "gateway")
        settings.click("settings.test")
        settings.wait("docker().painting.panel.desk.tested")
        settings.wait("settings.said.text() and 'Asking' not in settings.said.text()")
        assert server.lines
        assert server.creates == []

    settings.click("settings.default")
    settings.wait("docker().painting.panel.desk.default == 'gateway'")
    settings.wait('board().form.heading.endpoint.findData("gateway") >= 0')
    settings.photograph("settings.png")
    choose(settings, "gateway")
    settings.click("settings.remove")
    settings.wait(f"'gateway' not in {LISTED}")
    settings.wait('board().form.heading.endpoint.findData("gateway") < 0')


def test_a_key_is_stored_unseen_and_forgotten(settings: Program) -> None:
    add(settings, "keyed", "http://127.0.0.1:9/v1")
    choose(settings, "keyed")
    settings.click("settings.key")
    settings.do("type_text('a-secret')")
    settings.wait("settings.key.text() == 'a-secret'")
    assert settings.get("settings.key.displayText()") != "a-secret"
    settings.click("settings.keep")

    settings.wait("settings.key.text() == ''")
    settings.wait("docker().painting.panel.desk.endpoint('keyed').has_key")
    choose(settings, "keyed")
    settings.click("settings.forget")
    settings.wait("not docker().painting.panel.desk.endpoint('keyed').has_key")
    choose(settings, "keyed")
    settings.click("settings.remove")
    settings.wait(f"'keyed' not in {LISTED}")


def test_an_address_that_is_none_is_refused_with_a_sentence(settings: Program) -> None:
    add(settings, "wrong", "not an address")

    settings.wait("settings.said.text()")
    assert settings.get(f"'wrong' in {LISTED}") is False


def test_the_report_is_copied_and_the_dialog_closes(settings: Program) -> None:
    settings.click("settings.report")
    settings.wait("'Overpaint' in clipboard()")
    box = "settings.findChild(QtWidgets.QDialogButtonBox)"
    settings.click(f"{box}.button(QtWidgets.QDialogButtonBox.StandardButton.Close)")
    settings.wait('dialog("SettingsDialog") is None')


def test_what_is_sent_opens_by_its_link(docker: Program) -> None:
    docker.do("link = board().facts; box = link.fontMetrics().boundingRect('What')")
    docker.do(
        "click_at(link.mapToGlobal(QtCore.QPoint(box.width() // 2, link.height() - box.height())))"
    )
    docker.wait("sent_words() and 'Asking' not in sent_words()")
    assert "this computer" in docker.get("sent_words()").lower()
    box = 'dialog("SentDialog").findChild(QtWidgets.QDialogButtonBox)'
    docker.click(f"{box}.button(QtWidgets.QDialogButtonBox.StandardButton.Close)")
    docker.wait('dialog("SentDialog") is None')
