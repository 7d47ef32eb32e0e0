"""`overpaint key`: keys, kept by the system; read from a prompt or stdin, never an argument."""

from __future__ import annotations

import sys
from getpass import getpass
from typing import Annotated

import typer

from overpaint.errors import InputError
from overpaint.registry import forget_key, secret_of, set_key
from overpaint.settings import look_up

from .completion import endpoint_names
from .options import AsJson
from .report import Report

__all__ = ["key"]

key = typer.Typer(no_args_is_help=True, help="An endpoint's key: kept by the system's key store.")

Name = Annotated[
    str,
    typer.Argument(
        metavar="ENDPOINT",
        help="From `endpoint list`.",
        show_default=False,
        autocompletion=endpoint_names,
    ),
]
Header = Annotated[
    str | None, typer.Option(metavar="NAME", help="A secret header's value instead of the key.")
]


@key.command("set")
def set_(name: Name, header: Header = None, as_json: AsJson = False) -> None:
    """Keep a key, typed without being shown or read from stdin.

    Example: overpaint key set studio < key.txt
    """
    secret_of(name, header)  # refused before anything is typed
    value = _read(f"{header or 'Key'} of {name}: ")
    place = set_key(name, value, header=header)
    report = Report(as_json)
    if place is None:
        report.tell(f"The system's key store has the {header or 'key'} of {name}.")
    else:
        report.tell(
            f"This system has no key store: the {header or 'key'} is in {place}, which only you"
            " may read."
        )
    endpoint = look_up(name)
    if endpoint.is_in_the_open:
        report.tell(f"Note: {endpoint.base_url} is not https; the key travels in the open.")
    report.result({"endpoint": name, "header": header, "kept_in": str(place or "key store")})


@key.command()
def forget(name: Name, header: Header = None, as_json: AsJson = False) -> None:
    """Forget a key."""
    had = forget_key(name, header=header)
    report = Report(as_json)
    what = f"{header or 'key'} of {name}"
    report.tell(f"The {what} is forgotten." if had else f"There was no {what}.")
    report.result({"endpoint": name, "header": header, "forgotten": had})


def _read(prompt: str) -> str:
    """Read one secret: typed unseen, or the whole of stdin where that is not a person."""
    value = getpass(prompt) if sys.stdin.isatty() else sys.stdin.read()
    if not value.strip():
        raise InputError("No key was given.", hint="Type it, or send it to stdin.", field="key")
    return value.strip()
