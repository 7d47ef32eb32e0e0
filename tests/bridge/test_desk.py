"""What a settings window changes by way of the worker."""

from __future__ import annotations

import pytest

from overpaint.credentials import Secret, keep, recall
from overpaint.registry import add_endpoint
from overpaint.settings import endpoint_named
from overpaint_bridge.desk import EndpointView
from overpaint_bridge.orders import EndpointAdd
from overpaint_bridge.panel import Panel

from .test_panel import until

ADDRESS = "http://127.0.0.1:9/v1"
STUDIO = Secret("studio", ADDRESS)


@pytest.fixture
def studio(panel: Panel) -> EndpointView:
    """An endpoint that was set up in a terminal, with more than a window shows."""
    add_endpoint("studio", ADDRESS, ca_file="/ours.pem", headers={"X-Team": "art"}, kind="cog")
    keep(STUDIO, "first")
    panel.desk.ask_endpoints()
    until(panel, lambda: panel.desk.endpoint("studio"))
    view = panel.desk.endpoint("studio")
    assert view is not None
    return view


def kept_by(panel: Panel, name: str) -> EndpointView:
    view = panel.desk.endpoint(name)
    assert view is not None
    return view


def test_a_window_sees_of_an_endpoint_what_it_can_change(studio: EndpointView) -> None:
    assert (studio.base_url, studio.ca_file, studio.flat_fields) == (ADDRESS, "/ours.pem", False)
    assert studio.has_key


def test_a_change_keeps_what_it_does_not_name_and_the_key(
    panel: Panel, studio: EndpointView
) -> None:
    panel.desk.add_endpoint(studio.name, ADDRESS, version="owner/name", flat_fields=True)
    until(panel, lambda: kept_by(panel, "studio").version)

    after = endpoint_named("studio")
    assert after is not None
    assert (after.version, after.flat_fields, after.ca_file) == ("owner/name", True, "/ours.pem")
    assert (after.headers, after.kind, after.token) == ({"X-Team": "art"}, "cog", "first")


def test_an_endpoint_is_renamed_with_its_key_and_another(
    panel: Panel, studio: EndpointView
) -> None:
    panel.desk.add_endpoint("atelier", ADDRESS, replaces=studio.name, ca_file="", key="second")
    until(panel, lambda: panel.desk.endpoint("atelier"))

    assert panel.desk.endpoint("studio") is None
    assert kept_by(panel, "atelier").ca_file == ""
    assert recall(Secret("atelier", ADDRESS)) == "second"
    assert recall(STUDIO) is None


def test_the_key_of_a_refused_change_is_not_kept(panel: Panel, studio: EndpointView) -> None:
    panel.desk.add_endpoint("studio", "no address", replaces=studio.name, key="for elsewhere")
    until(panel, lambda: panel.desk.refusal)

    assert recall(STUDIO) == "first"


def test_no_key_is_shown_by_what_carries_it() -> None:
    assert "secret-key" not in repr(EndpointAdd("a", ADDRESS, key="secret-key"))


def test_changes_are_made_and_told_in_the_order_they_were_asked_for(panel: Panel) -> None:
    names = [f"place-{number}" for number in range(8)]
    panel.desk.ask_endpoints()
    for name in names:
        panel.desk.add_endpoint(name, f"https://{name}.example/v1")
        panel.desk.set_key(name, f"key of {name}")
    panel.desk.use_endpoint(names[-1])

    until(panel, lambda: panel.desk.default == names[-1] or panel.desk.refusal)
    panel.desk.doctor()
    until(panel, lambda: panel.desk.diagnosis)

    assert panel.desk.refusal is None
    assert panel.desk.default == names[-1]
    assert all(kept_by(panel, name).has_key for name in names)
