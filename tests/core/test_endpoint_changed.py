"""An endpoint that is changed keeps what nobody changed, and its keys where they belong."""

from __future__ import annotations

from collections.abc import Iterator

import keyring
import pytest

from fakes.keys import KEY
from overpaint.credentials import Secret, recall
from overpaint.endpoints import Endpoint
from overpaint.errors import ConfigurationError, InputError
from overpaint.registry import add_endpoint, change_endpoint, set_key, use_endpoint
from overpaint.settings import default_endpoint, endpoint_named
from overpaint.settings_file import read_settings, settings_path

from .test_settings import MemoryKeyring

STUDIO = "https://studio.example/replicate/v1"
OTHER = "https://other.example/v1"
HEADER = "X-Connection-Api-Key"


@pytest.fixture(autouse=True)
def key_store() -> Iterator[MemoryKeyring]:
    before, store = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(store)
    yield store
    keyring.set_keyring(before)


@pytest.fixture(autouse=True)
def studio(key_store: MemoryKeyring) -> None:  # noqa: ARG001  where its keys go
    add_endpoint(
        "studio",
        STUDIO,
        ca_file="/etc/ours.pem",
        headers={"X-Team": "art"},
        kind="cog",
        prefer_wait=0,
    )
    set_key("studio", KEY)
    set_key("studio", "of the header", header=HEADER)


def found(name: str) -> Endpoint:
    endpoint = endpoint_named(name)
    assert endpoint is not None
    return endpoint


def test_what_is_not_changed_stays_and_so_do_the_keys() -> None:
    change_endpoint("studio", STUDIO, version="owner/name", flat_fields=True)

    after = found("studio")
    assert (after.version, after.flat_fields) == ("owner/name", True)
    assert (after.ca_file, after.kind, after.token) == ("/etc/ours.pem", "cog", KEY)
    assert after.prefer_wait == 0
    assert after.headers == {"X-Team": "art", HEADER: "of the header"}


def test_a_field_is_taken_away_and_a_key_replaced() -> None:
    change_endpoint("studio", STUDIO, ca_file="", key="another")

    assert (found("studio").ca_file, found("studio").token) == (None, "another")


def test_the_keys_and_the_default_go_with_a_new_name(key_store: MemoryKeyring) -> None:
    use_endpoint("studio")

    change_endpoint("studio", f"{STUDIO}/2", new_name="atelier")

    after = default_endpoint()
    assert (after.name, after.base_url, after.token) == ("atelier", f"{STUDIO}/2", KEY)
    assert after.headers[HEADER] == "of the header"
    assert [*read_settings().endpoints] == ["atelier"]
    assert all(account.startswith("atelier ") for _service, account in key_store.kept)


def test_no_key_goes_to_another_origin(key_store: MemoryKeyring) -> None:
    change_endpoint("studio", OTHER, new_name="atelier", secret_headers=None)

    assert key_store.kept == {}
    assert (found("atelier").token, found("atelier").kind) == (None, None)


def test_a_refused_change_changes_nothing(key_store: MemoryKeyring) -> None:
    add_endpoint("taken", OTHER)
    before, kept = settings_path().read_text(), dict(key_store.kept)

    with pytest.raises(InputError, match="already"):
        change_endpoint("studio", STUDIO, new_name="taken")
    with pytest.raises(InputError, match="can't be called"):
        change_endpoint("studio", STUDIO, new_name="em bedded")
    with pytest.raises(ConfigurationError):
        change_endpoint("studio", "not an address", key="for another")
    with pytest.raises(ConfigurationError, match="no key"):
        change_endpoint("studio", OTHER, key="a\nb")

    assert settings_path().read_text() == before
    assert key_store.kept == kept


def test_comments_of_a_changed_endpoint_stay() -> None:
    text = settings_path().read_text()
    settings_path().write_text(text.replace("kind =", "# a Cog of ours\nkind ="))

    change_endpoint("studio", STUDIO, version="owner/name")

    assert "# a Cog of ours\n" in settings_path().read_text()


def test_one_that_is_not_there_is_made() -> None:
    change_endpoint("new", OTHER, key="its key")

    assert found("new").token == "its key"
    assert recall(Secret("studio", STUDIO)) == KEY
