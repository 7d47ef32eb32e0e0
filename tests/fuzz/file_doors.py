"""Files: settings, keys, and what editors keep inside documents."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from overpaint.credentials import Secret, keep, recall
from overpaint.registry import add_endpoint, use_endpoint
from overpaint.settings import default_endpoint, endpoint_named, known_endpoints
from overpaint.settings_file import FOLDER, settings_folder
from overpaint_bridge.history import read_history, write_history
from overpaint_bridge.recipe import Recipe
from overpaint_bridge.settings import PanelSettings

from .door import Door, Finding, raw, refusals

__all__ = ["DOORS"]

SETTINGS = b"""\
schema = 1 # a comment
default = "studio"

[endpoints.studio]
base_url = "https://studio.example/replicate/v1"
version = "a/b:c"
kind = "hosted"
flat_fields = true
prefer_wait = 5
ca_file = "/nowhere/ca.pem"
headers = { X-Team = "paint" }
secret_headers = ["X-Secret"]
"""
KEYS = b'{"studio https://studio.example:443": "r8_key", "a http://h:80 x": "v"}'
RECIPE = (
    b'{"request": {"prompt": "a bench", "seed": 7}, "version": "a/b", "endpoint": "e",'
    b' "prediction": "p1", "created_at": "2026-11-25", "overpaint": "0.1", "index": 1}'
)


def written(name: str, content: bytes) -> Path:
    """Put a file where it is read."""
    if not os.environ.get(FOLDER):
        raise RuntimeError(f"without {FOLDER} a person's own settings would be written over")
    path = settings_folder() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(0o600)
    return path


def settings(content: bytes) -> None:
    """As the settings file: read, listed, changed; one that is broken is not written over."""
    path = written("settings.toml", content)
    (path.parent / "keys.json").unlink(missing_ok=True)
    for reads in (default_endpoint, known_endpoints, lambda: endpoint_named("https://h.example")):
        with refusals():
            reads()
    before = path.read_bytes()
    try:
        with refusals():
            use_endpoint("studio")
            return
    finally:
        if path.read_bytes() != before:
            known_endpoints()
    if path.read_bytes() != before:
        raise Finding("a broken settings file was written over")


def keys(content: bytes) -> None:
    """As the file of keys: what it refuses must not quote a key."""
    written("settings.toml", SETTINGS)
    path = written("keys.json", content)
    secret = Secret("studio", "https://studio.example/replicate/v1")
    with refusals():
        recall(secret)
        keep(secret, "r8_another")
        if recall(secret) != "r8_another":
            raise Finding("a key was not kept")
        if path.stat().st_mode & 0o077:
            raise Finding("others may read the keys")


def names(content: bytes) -> None:
    """As what a person types: an endpoint's name and address."""
    written("settings.toml", SETTINGS)
    name, _, address = content.decode("utf-8", "surrogateescape").partition("\n")
    for do in actions(name, address):
        with refusals():
            do()
    with refusals():
        known_endpoints()


def actions(name: str, address: str) -> list[Callable[[], object]]:
    """What can be done with them."""
    return [
        lambda: endpoint_named(name),
        lambda: endpoint_named(address),
        lambda: add_endpoint(name, address),
        lambda: use_endpoint(name),
    ]


def document(content: bytes) -> None:
    """As what an editor finds in a picture from elsewhere: never an error but ValueError."""
    for recipe in read_history(content):
        Recipe.from_json(recipe.to_json())
        if "\n" in recipe.layer_name or len(recipe.layer_name) > 200:
            raise Finding(f"no layer's name: {recipe.layer_name!r:.300}")
    write_history(read_history(content))
    try:
        recipe = Recipe.from_json(content)
    except ValueError:
        return
    write_history([recipe])
    recipe.request()


def panel(content: bytes) -> None:
    """As what a panel remembers."""
    kept = PanelSettings.from_json(content)
    if PanelSettings.from_json(kept.to_json()) != kept:
        raise Finding("a panel forgets")
    kept.request()


NESTED = b"[" * 100_000


def addresses() -> list[bytes]:
    """Names and addresses as people type them."""
    return [b"studio\nhttps://a.example/v1", b"x\nhttp://[", b"\n", b"a\nhttp://h:99999"]


def documents() -> list[bytes]:
    """What a layer and a document keep."""
    return [RECIPE, b'{"recipes": [' + RECIPE + b"]}", NESTED, b"null", b"1"]


DOORS: tuple[Door, ...] = (
    raw("settings file", settings, lambda: [SETTINGS, b"", b"schema = 9", b"\xff", b"a=" + NESTED]),
    raw("key file", keys, lambda: [KEYS, b"{}", b"[]", NESTED, b'{"a": 1}']),
    raw("names", names, addresses),
    raw("document", document, documents),
    raw("panel", panel, lambda: [PanelSettings(seed=7).to_json().encode(), NESTED, b"1"]),
)
