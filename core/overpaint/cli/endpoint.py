"""`overpaint endpoint`: where predictions are made."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from overpaint.checkup import Checkup, check_endpoint
from overpaint.errors import InputError
from overpaint.registry import add_endpoint, remove_endpoint, use_endpoint
from overpaint.settings import Known, default_endpoint, endpoint_named, known_endpoints
from overpaint.settings_file import settings_path

from .options import AsJson
from .report import Report, plain

__all__ = ["endpoint"]

endpoint = typer.Typer(no_args_is_help=True, help="Where predictions are made: add, choose, test.")

Name = Annotated[str, typer.Argument(help="What you call it.", show_default=False)]
# What a refused or unreachable endpoint exits with: the codes of the errors a run would end in.
REFUSED, UNREACHABLE = 3, 5


@endpoint.command()
def add(
    name: Name,
    base_url: Annotated[
        str, typer.Argument(metavar="URL", help="All before /predictions.", show_default=False)
    ],
    version: Annotated[
        str | None, typer.Option("--version-id", help="Asked for where a run names none.")
    ] = None,
    header: Annotated[
        list[str] | None,
        typer.Option("--header", metavar="NAME:VALUE", help="Sent with every call; no keys."),
    ] = None,
    secret_header: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Likewise; `key set --header NAME` gives its value."),
    ] = None,
    flat_fields: Annotated[
        bool, typer.Option("--flat-fields", help="Also send flat fields at top level.")
    ] = False,
    prefer_wait: Annotated[
        int | None, typer.Option(min=0, max=60, help="Seconds to ask it to hold a create open.")
    ] = None,
    ca_file: Annotated[
        str | None, typer.Option(help="PEM file of a further certificate authority.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option(help="hosted, overpaint or cog; left out: it is asked.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace one of that name.")] = False,
    as_json: AsJson = False,
) -> None:
    """Add an endpoint, or replace one with --force.

    Example: overpaint endpoint add studio https://host.example/replicate/v1
    """
    added = add_endpoint(
        name,
        base_url,
        replacing=force,
        version=version,
        headers=dict(_header(text) for text in header or []),
        secret_headers=tuple(secret_header or ()),
        flat_fields=flat_fields,
        prefer_wait=prefer_wait,
        ca_file=ca_file,
        kind=kind,
    )
    report = Report(as_json)
    report.tell(
        f"Added {name}: {added.base_url}",
        f"Next: `overpaint key set {name}`, `overpaint endpoint test {name}`,"
        f" `overpaint endpoint use {name}`.",
    )
    report.result({"name": name, "base_url": added.base_url, "settings": str(settings_path())})


@endpoint.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the endpoints; the default first."""
    known = known_endpoints()
    report = Report(as_json)
    report.result(
        {"endpoints": [_listed(item) for item in known], "settings": str(settings_path())}
    )
    if as_json:
        return
    table = Table("", "Name", "Base URL", "Key", "Version", box=None, pad_edge=False)
    for item in known:
        place = item.endpoint
        shown = "built in, off-line" if place.is_embedded else place.base_url
        row = ("*" if item.is_default else "", place.name, shown, KEYS[item.key])
        table.add_row(*(plain(text) for text in (*row, place.version or "")))
    report.print(table)


@endpoint.command()
def remove(name: Name, as_json: AsJson = False) -> None:
    """Remove an endpoint and its keys."""
    remove_endpoint(name)
    report = Report(as_json)
    report.tell(f"Removed {name} and its keys.")
    report.result({"removed": name})


@endpoint.command()
def use(name: Name, as_json: AsJson = False) -> None:
    """Make an endpoint the default; `embedded` is the built-in engine."""
    chosen = use_endpoint(name)
    report = Report(as_json)
    report.tell(f"{chosen.name} is the default now.")
    report.result({"default": chosen.name})


@endpoint.command("test")
def ask(
    name: Annotated[
        str | None, typer.Argument(help="A name or address; left out: the default.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Ask an endpoint whether it is there and takes the key. Costs nothing."""
    place = endpoint_named(name) or default_endpoint()
    found = check_endpoint(place)
    report = Report(as_json)
    report.tell(*_sentences(found, place.name if place.is_named else place.base_url))
    report.result(
        {
            "endpoint": found.endpoint,
            "reachable": found.reachable,
            "kind": found.kind,
            "key": found.key,
            "says": found.says,
            "hint": found.hint,
        }
    )
    if not found.is_good:
        raise typer.Exit(REFUSED if found.reachable else UNREACHABLE)


KEYS = {
    "environment": "from the environment",
    "kept": "kept",
    "none": "none",
    "locked": "can't be read",
    "needless": "needs none",
}


def _listed(item: Known) -> dict[str, object]:
    place = item.endpoint
    return {
        "name": place.name,
        "base_url": place.base_url,
        "default": item.is_default,
        "key": item.key,
        "version": place.version,
        "kind": place.kind,
        "headers": sorted(place.headers),
        "flat_fields": place.flat_fields,
        "prefer_wait": place.prefer_wait,
        "ca_file": place.ca_file,
    }


def _sentences(found: Checkup, name: str) -> list[str]:
    """For a person: is it there, what is it, does it take the key, and what to do."""
    reached = "reachable" if found.reachable else "not reachable"
    kind = f", {found.kind}" if found.kind not in (None, "embedded") else ""
    key = "no key needed" if found.key == "needless" else f"key {found.key}"
    lines = [f"{name}: {reached}{kind}, {key}.", found.says, found.hint]
    return [line for line in lines if line]


def _header(text: str) -> tuple[str, str]:
    """Read NAME:VALUE."""
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise InputError(f"“{text}” is not NAME:VALUE.", field="header")
    return name.strip(), value.strip()
