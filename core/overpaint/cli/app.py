"""The commands, and what happens when one fails."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated

import typer
from typer import Context
from typer.core import TyperGroup
from typer.exceptions import TyperException

from overpaint.cores import one_core_each
from overpaint.errors import InputError, OverpaintError
from overpaint_bridge import __version__

from .batch import batch
from .demo import demo
from .doctor import doctor
from .endpoint import endpoint
from .expand import expand
from .fill import fill
from .install import install, uninstall
from .jobs import jobs
from .key import key
from .report import Report
from .serve import serve
from .starting import silence

__all__ = ["run"]

EPILOG = (
    "Exit codes: 0 done, 2 bad input, 3 endpoint refused, 4 prediction failed, 5 network,"
    " 130 interrupted."
)


class _Stopped(Exception):  # noqa: N818  what a person did
    """Ctrl-C, past a library that would make a bare exit code of it."""


class _Unread(Exception):  # noqa: N818  what a reader did
    """Nobody reads stdout any more, past the same library, which would exit with 1."""


class _Commands(TyperGroup):
    """The commands; what leaves them is ours to judge, an interruption with what is noted on it."""

    def invoke(self, ctx: Context) -> object:  # type: ignore[override]  # its own type is private
        """Run one."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as stop:
            raise _Stopped from stop
        except BrokenPipeError as gone:
            raise _Unread from gone


app = typer.Typer(
    name="overpaint",
    cls=_Commands,
    no_args_is_help=True,
    epilog=EPILOG,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
PANELS: dict[str, tuple[Callable[..., None], ...]] = {
    "Paint": (demo, fill, expand, batch),
    "Editors": (install, uninstall, doctor),
    "Endpoints": (serve,),
}
for panel, commands in PANELS.items():
    for command in commands:
        app.command(epilog=EPILOG, rich_help_panel=panel)(command)
GROUPS = {"jobs": (jobs, "Paint"), "endpoint": (endpoint, "Endpoints"), "key": (key, "Endpoints")}
for name, (group, panel) in GROUPS.items():
    for registered in group.registered_commands:
        registered.epilog = EPILOG
    app.add_typer(group, name=name, epilog=EPILOG, rich_help_panel=panel)


def _version(value: bool) -> None:  # noqa: FBT001  the shape of a callback
    if value:
        sys.stdout.write(f"overpaint {__version__}\n")
        raise typer.Exit


@app.callback()
def _overpaint(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which.")
    ] = False,
) -> None:
    """Select, say what should be there, get a new layer. Works off-line and without a key.

    Start with: overpaint demo · overpaint fill photo.png mask.png -o out.png · overpaint install
    """


def run() -> None:
    """Run the command line and exit with its code."""
    one_core_each()
    sys.exit(_run(sys.argv[1:]))


def _run(arguments: list[str]) -> int:
    """Run one command; every expected failure becomes a sentence and an exit code."""
    report = Report(as_json="--json" in arguments)
    try:
        code = app(args=arguments, standalone_mode=False)
    except OverpaintError as error:
        return report.failure(error)
    except _Stopped as stopped:
        return report.interrupted(stopped.__cause__)
    except (KeyboardInterrupt, typer.Abort):
        return report.interrupted()
    except typer.Exit as done:
        return done.exit_code
    except TyperException as error:
        return _misused(error, report)
    except _Unread:
        # The reader of a pipe has gone: nothing to say, and nobody to say it to.
        silence()
        return 0
    return code if isinstance(code, int) else 0


def _misused(error: TyperException, report: Report) -> int:
    """An option or argument that can't be: as the library words it, or as JSON."""
    if report.as_json:
        said = error.format_message() if hasattr(error, "format_message") else str(error)
        return report.failure(InputError(said, hint="See --help."))
    show = getattr(error, "show", None)
    if show is not None:
        show()
    return 2
