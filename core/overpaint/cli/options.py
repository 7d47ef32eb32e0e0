"""The options that `fill` and `expand` share, and the request they make."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from overpaint.errors import InputError
from overpaint.request import PaintRequest

from .completion import endpoint_names

__all__ = [
    "AsJson",
    "Cfg",
    "ContextOption",
    "EndpointOption",
    "Feather",
    "Force",
    "Grow",
    "Height",
    "Image",
    "LayerPath",
    "Negative",
    "Number",
    "Out",
    "Prefilled",
    "Prompt",
    "Quiet",
    "RequestFile",
    "Sampler",
    "Scheduler",
    "Seed",
    "Setting",
    "Steps",
    "Strength",
    "Version",
    "Width",
    "read_request",
]

# Fields of a request whose option is called otherwise.
OPTIONS = {
    "num_inference_steps": "--steps",
    "sampler_name": "--sampler",
    "outpaint_direction": "--direction",
    "outpaint_amount": "--amount",
    "version": "--version-id",
    "keep_original": "--blend",
    "extra": "--set",
}
MODEL = "Model"
PICTURE = "Picture"

Image = Annotated[
    str | None,
    typer.Argument(metavar="IMAGE", help="The picture.", show_default=False),
]
Out = Annotated[
    Path, typer.Option("-o", "--output", metavar="FILE", help="Where the filled picture goes.")
]
LayerPath = Annotated[
    Path | None,
    typer.Option(
        "--layer", metavar="FILE", help="Also write what was painted as a transparent layer."
    ),
]
Prompt = Annotated[
    str | None,
    typer.Option(metavar="TEXT", help="What should be there; empty: as the surroundings."),
]
Negative = Annotated[
    str | None,
    typer.Option("--negative-prompt", metavar="TEXT", help="What should not be there."),
]
Version = Annotated[
    str | None,
    typer.Option(
        "--version-id",
        metavar="VERSION",
        help="owner/name, owner/name:hash or a hash.",
        rich_help_panel=MODEL,
    ),
]
EndpointOption = Annotated[
    str | None,
    typer.Option(
        "--endpoint",
        metavar="NAME|URL",
        help="A name from `endpoint list`, or an address.",
        rich_help_panel=MODEL,
        autocompletion=endpoint_names,
    ),
]
Seed = Annotated[
    str | None,
    typer.Option(
        metavar="NUMBER", help="0 to 4294967295; −1 or nothing: random.", rich_help_panel=MODEL
    ),
]
Steps = Annotated[
    str | None,
    typer.Option("--steps", metavar="NUMBER", help="1 to 500.", rich_help_panel=MODEL),
]
Cfg = Annotated[
    str | None,
    typer.Option(
        "--guidance-scale",
        "--cfg-scale",
        metavar="NUMBER",
        help="0 to 100.",
        rich_help_panel=MODEL,
    ),
]
Scheduler = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="As the model names it.", rich_help_panel=MODEL),
]
Sampler = Annotated[
    str | None,
    typer.Option("--sampler", metavar="NAME", help="As the model names it.", rich_help_panel=MODEL),
]
Strength = Annotated[
    str | None,
    typer.Option(
        metavar="NUMBER", help="0 to 1: how far from what is there.", rich_help_panel=MODEL
    ),
]
Number = Annotated[
    str | None,
    typer.Option(
        "--num-outputs",
        metavar="NUMBER",
        help="1 to 8; the others are OUT-2, …",
        rich_help_panel=MODEL,
    ),
]
Setting = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="NAME=VALUE", help="Any other input of the model.", rich_help_panel=MODEL
    ),
]
Width = Annotated[
    str | None,
    typer.Option(metavar="PIXELS", help="Sent to the model, 64 to 16384.", rich_help_panel=PICTURE),
]
Height = Annotated[
    str | None,
    typer.Option(metavar="PIXELS", help="Sent to the model, 64 to 16384.", rich_help_panel=PICTURE),
]
ContextOption = Annotated[
    str | None,
    typer.Option(
        "--context",
        metavar="PIXELS",
        help="Seen round the mask; or auto, or whole.",
        rich_help_panel=PICTURE,
    ),
]
Feather = Annotated[
    str | None,
    typer.Option(
        metavar="PIXELS", help="Over which the edge fades, inward.", rich_help_panel=PICTURE
    ),
]
Grow = Annotated[
    str | None,
    typer.Option(
        metavar="PIXELS", help="By which the model's mask is larger.", rich_help_panel=PICTURE
    ),
]
Prefilled = Annotated[
    str | None,
    typer.Option(
        "--prefill",
        metavar="KIND",
        help="Under the mask: original or neutral.",
        rich_help_panel=PICTURE,
    ),
]
RequestFile = Annotated[
    str | None,
    typer.Option("--request", metavar="FILE", help="A JSON body of the API; - reads stdin."),
]
Force = Annotated[bool, typer.Option("--force", help="Overwrite files that exist.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]


def read_request(
    body: str | None, settings: list[str] | None, **fields: str | int | bool | None
) -> PaintRequest:
    """Make the request of a JSON body and of the options, which beat it.

    Raises:
        InputError: a name or value that is not taken.
    """
    given: dict[str, Any] = {name: value for name, value in fields.items() if value is not None}
    extra = dict(_setting(text) for text in settings or [])
    base = PaintRequest.read(_body(body)) if body else PaintRequest.read({})
    if extra:
        given["extra"] = base.extra | extra
    try:
        return base.changed(**given) if given else base
    except InputError as error:
        raise _as_typed(error, given) from error


def _as_typed(error: InputError, given: Mapping[str, Any]) -> InputError:
    """The error with the option's name for the field's, where the field was given as an option."""
    field = error.field or ""
    if field not in given:
        return error
    option = OPTIONS.get(field, f"--{field.replace('_', '-')}")
    message = error.message.replace(f"`{field}`", f"`{option}`")
    return InputError(message, hint=error.hint, field=field)


def _body(source: str) -> dict[str, Any]:
    """Read a JSON object from a file or stdin."""
    try:
        content = _standard_input() if source == "-" else Path(source).read_bytes()
        # Whatever the machine's own encoding is, JSON's is UTF-8; Windows' tools put a mark before.
        body = json.loads(content.decode("utf-8-sig"))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"{source} can't be read: {reason}.", field="request") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{source} is not JSON: {error}.", field="request") from error
    if not isinstance(body, dict):
        raise InputError(f"{source} is not a JSON object.", field="request")
    return body


def _standard_input() -> bytes:
    """All of it; nothing where it was closed."""
    return sys.stdin.buffer.read() if sys.stdin else b""


def _setting(text: str) -> tuple[str, Any]:
    """Read NAME=VALUE; the value as JSON where it is some, else as it stands."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise InputError(f"“{text}” is not NAME=VALUE.", field="set")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value
