"""What a person has chosen is kept, found again, and never holds a key."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest

from fakes.keys import KEY
from overpaint import Client
from overpaint.credentials import Secret, forget, keep, keys_path, recall
from overpaint.endpoints import EMBEDDED
from overpaint.errors import ConfigurationError, InputError, OverpaintError
from overpaint.registry import add_endpoint, forget_key, remove_endpoint, set_key, use_endpoint
from overpaint.settings import default_endpoint, endpoint_named, known_endpoints
from overpaint.settings_file import read_settings, settings_path

STUDIO = "https://studio.example/replicate/v1"
OTHER = "https://other.example/v1"


class MemoryKeyring(keyring.backend.KeyringBackend):
    """A key store that works, for as long as the test does."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the library's
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class LockedKeyring(MemoryKeyring):
    """A key store nobody unlocks."""

    def get_password(self, service: str, username: str) -> str | None:  # noqa: ARG002  its shape
        raise keyring.errors.KeyringLocked("locked")


@pytest.fixture
def key_store(request: pytest.FixtureRequest) -> Iterator[MemoryKeyring]:
    before = keyring.get_keyring()
    store = getattr(request, "param", MemoryKeyring)()
    assert isinstance(store, MemoryKeyring)
    keyring.set_keyring(store)
    yield store
    keyring.set_keyring(before)


def write(text: str) -> None:
    settings_path().parent.mkdir(parents=True, exist_ok=True)
    settings_path().write_text(text)


def test_without_settings_the_embedded_engine_is_the_default() -> None:
    assert default_endpoint() is EMBEDDED
    assert endpoint_named("embedded") is EMBEDDED
    assert not settings_path().exists()


def test_an_added_endpoint_is_found_with_everything_it_was_given(tmp_path: Path) -> None:
    add_endpoint(
        "studio",
        f"{STUDIO}/predictions/",
        version="owner/name",
        headers={"X-Team": "art"},
        flat_fields=True,
        prefer_wait=20,
        ca_file=str(tmp_path),
        kind="hosted",
    )

    found = endpoint_named("studio")

    assert found is not None
    assert (found.name, found.base_url, found.version) == ("studio", STUDIO, "owner/name")
    assert (found.headers, found.flat_fields, found.prefer_wait) == ({"X-Team": "art"}, True, 20)
    assert (found.ca_file, found.kind) == (str(tmp_path), "hosted")
    assert endpoint_named(STUDIO) == found


def test_a_chosen_endpoint_is_the_default_until_it_is_removed() -> None:
    add_endpoint("studio", STUDIO)
    use_endpoint("studio")
    assert default_endpoint().name == "studio"
    assert [item.endpoint.name for item in known_endpoints()] == ["studio", "embedded", "replicate"]

    remove_endpoint("studio")

    assert default_endpoint() is EMBEDDED


def test_comments_and_order_in_the_file_are_kept() -> None:
    write(
        "# mine\nschema = 1\n\n[endpoints.b]  # the second letter\n"
        f'base_url = "{OTHER}" # why\n\n[endpoints.a]\nbase_url = "{STUDIO}"\n'
    )

    add_endpoint("c", "https://c.example/v1")
    use_endpoint("c")

    text = settings_path().read_text()
    assert "# mine\n" in text
    assert "[endpoints.b]  # the second letter\n" in text
    assert f'base_url = "{OTHER}" # why\n' in text
    assert text.index("[endpoints.b]") < text.index("[endpoints.a]") < text.index("[endpoints.c]")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("default = ", "Invalid value"),
        ("schema = 1\nendpoint = 3", "endpoint: there is no such setting"),
        ('[endpoints.a]\nbase_url = "https://a.example"\nflat_feilds = true', "flat_feilds"),
        ("[endpoints.a]\n", "endpoints.a.base_url"),
        ('[endpoints.a]\nbase_url="x"\nprefer_wait = 61', "endpoints.a.prefer_wait"),
        ('[endpoints.a]\nbase_url="x"\nheaders = {X-Api-Key = "k"}', "looks like a key"),
        ("schema = 2", "newer Overpaint"),
        ("\x00", "line 1"),
    ],
)
def test_a_broken_file_is_one_sentence_that_names_it(text: str, says: str) -> None:
    write(text)

    with pytest.raises(ConfigurationError) as caught:
        default_endpoint()

    assert says in caught.value.message
    assert str(settings_path()) in caught.value.message
    assert "\n" not in str(caught.value)
    assert caught.value.hint


def test_a_broken_file_is_not_written_over() -> None:
    write("default = ")

    with pytest.raises(ConfigurationError):
        add_endpoint("studio", STUDIO)

    assert settings_path().read_text() == "default = "


def test_a_linked_file_stays_linked(tmp_path: Path) -> None:
    kept = tmp_path / "dotfiles.toml"
    kept.write_text("schema = 1\n")
    settings_path().parent.mkdir(parents=True)
    settings_path().symlink_to(kept)

    add_endpoint("studio", STUDIO)

    assert settings_path().is_symlink()
    assert "studio" in kept.read_text()


@pytest.mark.parametrize("name", ["", "embedded", "a b", "-x", "https://x.example", "ü"])
def test_a_name_that_would_be_mistaken_is_refused(name: str) -> None:
    with pytest.raises(InputError):
        add_endpoint(name, STUDIO)


def test_a_taken_name_is_replaced_only_on_request() -> None:
    add_endpoint("studio", STUDIO)
    with pytest.raises(InputError, match="already"):
        add_endpoint("studio", OTHER)

    add_endpoint("studio", OTHER, replacing=True)

    assert read_settings().endpoints["studio"].base_url == OTHER


def test_an_unknown_name_is_told_with_those_there_are() -> None:
    add_endpoint("studio", STUDIO)

    with pytest.raises(ConfigurationError, match="There is no endpoint called studoi") as caught:
        endpoint_named("studoi")

    assert "embedded, replicate, studio" in caught.value.hint


def test_a_key_goes_to_the_key_store_and_nowhere_else(key_store: MemoryKeyring) -> None:
    add_endpoint("studio", STUDIO)

    assert set_key("studio", f" {KEY}\n") is None

    found = endpoint_named("studio")
    assert found is not None
    assert found.token == KEY
    assert list(key_store.kept.values()) == [KEY]
    assert not keys_path().exists()
    assert KEY not in settings_path().read_text()
    assert KEY not in repr(found) + repr(known_endpoints())


def test_without_a_key_store_the_key_is_in_a_file_only_its_owner_reads() -> None:
    add_endpoint("studio", STUDIO)

    place = set_key("studio", KEY)

    assert place == keys_path()
    assert os.name != "posix" or stat.S_IMODE(place.stat().st_mode) == 0o600
    found = endpoint_named("studio")
    assert found is not None
    assert found.token == KEY
    assert forget_key("studio")
    assert not keys_path().exists()
    assert not forget_key("studio")


@pytest.mark.skipif(sys.platform != "linux", reason="a descriptor's name is told by Linux only")
def test_keys_have_reached_the_disk_before_they_take_the_place_of_the_former(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keep(Secret("studio", STUDIO), "the first key")
    settle, settled = os.fsync, []

    def fsync(descriptor: int) -> None:
        written = Path(f"/proc/self/fd/{descriptor}").readlink().read_text()
        settled.append((written.count("key"), keys_path().read_text().count("key")))
        settle(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    keep(Secret("other", OTHER), "another key")

    assert settled == [(2, 1)]


@pytest.mark.skipif(os.name != "posix", reason="other systems keep their users' folders apart")
def test_a_file_of_keys_that_others_may_read_is_not_used() -> None:
    add_endpoint("studio", STUDIO)
    set_key("studio", "r8_which-others-may-read")
    keys_path().chmod(0o644)

    with pytest.raises(ConfigurationError, match="Others on this machine") as caught:
        endpoint_named("studio")

    assert "chmod 600" in caught.value.hint


@pytest.mark.parametrize("text", ["{", "[]"])
def test_a_damaged_file_of_keys_is_a_sentence(text: str) -> None:
    keys_path().parent.mkdir(parents=True)
    keys_path().write_text(text)
    keys_path().chmod(0o600)

    with pytest.raises(ConfigurationError, match="keys"):
        endpoint_named(STUDIO)


@pytest.mark.parametrize("key_store", [LockedKeyring], indirect=True)
def test_a_locked_key_store_is_told_and_the_list_still_shown(key_store: MemoryKeyring) -> None:
    assert isinstance(key_store, LockedKeyring)
    add_endpoint("studio", STUDIO)

    with pytest.raises(ConfigurationError, match="would not give the key: locked"):
        endpoint_named("studio")

    assert {item.endpoint.name: item.key for item in known_endpoints()}["studio"] == "locked"


def test_a_key_moves_from_the_file_to_the_key_store_once_there_is_one(
    request: pytest.FixtureRequest,
) -> None:
    secret = Secret("studio", STUDIO)
    keep(secret, KEY)
    assert keys_path().exists()
    request.getfixturevalue("key_store")
    assert recall(secret) == KEY

    keep(secret, KEY)

    assert not keys_path().exists()
    assert recall(secret) == KEY
    assert forget(secret)


def test_an_edited_address_does_not_get_the_key_of_the_former() -> None:
    add_endpoint("studio", STUDIO)
    set_key("studio", KEY)
    settings_path().write_text(settings_path().read_text().replace(STUDIO, OTHER))

    found = endpoint_named("studio")

    assert found is not None
    assert (found.base_url, found.token) == (OTHER, None)


@pytest.mark.parametrize("removed", [True, False])
def test_a_removed_or_moved_endpoint_leaves_no_key_behind(
    removed: bool,  # noqa: FBT001  a case
    key_store: MemoryKeyring,
) -> None:
    add_endpoint("studio", STUDIO)
    set_key("studio", KEY)
    set_key("studio", "second", header="X-Connection-Api-Key")

    if removed:
        remove_endpoint("studio")
    else:
        add_endpoint("studio", OTHER, replacing=True)

    assert key_store.kept == {}


def test_a_secret_header_is_kept_as_a_key_is() -> None:
    add_endpoint("lovable", STUDIO, secret_headers=("X-Connection-Api-Key",))
    with pytest.raises(ConfigurationError, match="X-Connection-Api-Key") as caught:
        endpoint_named("lovable")
    assert "key set lovable --header X-Connection-Api-Key" in caught.value.hint

    set_key("lovable", KEY, header="X-Connection-Api-Key")

    found = endpoint_named("lovable")
    assert found is not None
    assert (found.token, found.headers) == (None, {"X-Connection-Api-Key": KEY})
    assert KEY not in settings_path().read_text() + repr(found)


@pytest.mark.parametrize("bad", ["", "  \n", "a\nb", "schlüssel"])
def test_what_is_no_key_is_not_kept(bad: str) -> None:
    add_endpoint("studio", STUDIO)

    with pytest.raises(ConfigurationError) as caught:
        set_key("studio", bad)

    assert not bad.strip() or bad not in str(caught.value)


def environment(monkeypatch: pytest.MonkeyPatch, **names: str) -> None:
    for name, value in names.items():
        monkeypatch.setenv(name, value)


def test_argument_beats_environment_beats_file_beats_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    add_endpoint("studio", STUDIO)
    use_endpoint("studio")
    assert default_endpoint().base_url == STUDIO

    environment(monkeypatch, OVERPAINT_ENDPOINT=OTHER, OVERPAINT_API_TOKEN="env")

    assert (default_endpoint().base_url, default_endpoint().token) == (OTHER, "env")
    assert default_endpoint(token="arg").token == "arg"
    assert endpoint_named("embedded") is EMBEDDED
    assert known_endpoints()[0].endpoint.base_url == OTHER


def test_the_environment_names_an_endpoint_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    add_endpoint("studio", STUDIO, version="owner/name")
    set_key("studio", KEY)
    environment(monkeypatch, OVERPAINT_ENDPOINT="studio")

    assert (default_endpoint().version, default_endpoint().token) == ("owner/name", KEY)

    environment(monkeypatch, OVERPAINT_API_TOKEN="env")
    assert default_endpoint().token == "env"
    assert known_endpoints()[0].key == "environment"


def test_the_environments_key_goes_to_the_endpoint_it_is_for_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    add_endpoint("studio", STUDIO)
    use_endpoint("studio")
    environment(monkeypatch, OVERPAINT_API_TOKEN="env", REPLICATE_API_TOKEN="r8")

    tokens = {}
    for name in (STUDIO, OTHER, "replicate", "studio"):
        found = endpoint_named(name)
        assert found is not None
        tokens[name] = found.token

    assert tokens == {STUDIO: "env", OTHER: None, "replicate": "r8", "studio": "env"}


def test_replicates_variables_mean_replicate_where_nothing_else_is_chosen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    environment(monkeypatch, REPLICATE_API_TOKEN="r8")
    assert (default_endpoint().base_url, default_endpoint().token) == (
        "https://api.replicate.com/v1",
        "r8",
    )

    environment(monkeypatch, REPLICATE_BASE_URL="https://api.replicate.com")
    assert default_endpoint().base_url == "https://api.replicate.com/v1"
    environment(monkeypatch, REPLICATE_BASE_URL="https://gateway.example/replicate/v1")
    assert (default_endpoint().base_url, default_endpoint().token) == (
        "https://gateway.example/replicate/v1",
        "r8",
    )

    use_endpoint("embedded")
    assert default_endpoint() is EMBEDDED


def test_removing_what_is_built_in_is_refused() -> None:
    for name in ("embedded", "replicate", "nobody"):
        with pytest.raises(OverpaintError):
            remove_endpoint(name)


def test_a_client_takes_an_endpoint_by_its_name_and_an_address_without_a_key() -> None:
    add_endpoint("studio", STUDIO, version="owner/name")
    set_key("studio", KEY)

    with Client("studio") as named, Client(STUDIO) as given, Client("embedded") as embedded:
        assert (named.endpoint.version, named.endpoint.token) == ("owner/name", KEY)
        assert (given.endpoint.version, given.endpoint.token) == (None, None)
        assert embedded.endpoint is EMBEDDED
    with Client("studio", token="arg") as client:
        assert client.endpoint.token == "arg"
    with pytest.raises(ConfigurationError, match="no endpoint called studoi"):
        Client("studoi")
