"""What a command says: sentences for a person, or one JSON object on stdout."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console, RenderableType

from overpaint.errors import APIError, InputError, OutputError, OverpaintError

from .starting import INTERRUPTED, interruption, silence

__all__ = ["Report"]


@dataclass(frozen=True, slots=True)
class Report:
    """How one command speaks.

    Attributes:
        as_json: one JSON object on stdout, and nothing else there.
        quiet: say nothing but errors.
    """

    as_json: bool = False
    quiet: bool = False

    @property
    def console(self) -> Console:
        """Where people read: progress and sentences on stderr leave stdout to results."""
        return Console(stderr=True, highlight=False, soft_wrap=True)

    def tell(self, *sentences: str) -> None:
        """Say something to a person, on stdout."""
        if not self.as_json and not self.quiet:
            for sentence in sentences:
                _say(sentence)

    def print(self, thing: RenderableType) -> None:
        """Show a person a table, on stdout."""
        if not self.as_json and not self.quiet:
            Console(highlight=False, soft_wrap=True).print(thing)

    def result(self, values: Mapping[str, Any]) -> None:
        """Give the result to a program."""
        if self.as_json:
            # In ASCII, for a pipe may have any encoding, and a file's name any bytes.
            _say(json.dumps(values, default=str))

    def failure(self, error: OverpaintError) -> int:
        """Say what went wrong and what to do next; return the exit code."""
        if self.as_json:
            self.result({"error": error_object(error)})
        else:
            console = self.console
            console.print(f"[bold red]Error:[/] {plain(error.message)}")
            if error.hint:
                console.print(plain(error.hint))
            if error.request_id:
                console.print(f"Request id: {plain(error.request_id)}")
        return error.exit_code

    def interrupted(self, stop: BaseException | None = None) -> int:
        """Say that it was stopped, and what became of the work; return the exit code."""
        became = " ".join(getattr(stop, "__notes__", ()))
        if self.as_json:
            self.result(interruption(became))
        else:
            self.console.print(plain(f"Canceled. {became}".rstrip()))
        return INTERRUPTED


def _say(line: str) -> None:
    """Write a line to stdout, now: at the end of the program nobody could tell that it failed.

    Raises:
        BrokenPipeError: nobody reads it any more.
        OutputError: the disk it goes to is full.
    """
    try:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        silence()
        raise OutputError(
            f"What there is to say can't be written: {(error.strerror or str(error)).lower()}.",
            hint="What was painted is where it was to be.",
        ) from error


def error_object(error: OverpaintError) -> dict[str, Any]:
    """An error as `--json` gives it."""
    values: dict[str, Any] = {
        "code": error.code,
        "message": error.message,
        "hint": error.hint,
        "request_id": error.request_id,
    }
    if isinstance(error, InputError):
        values["field"] = error.field
    if isinstance(error, APIError):
        values["status"] = error.status
        values["invalid_fields"] = [item.model_dump() for item in error.invalid_fields]
    return values


def plain(text: str) -> str:
    """Text as it is, brackets and all."""
    return text.replace("[", r"\[")
